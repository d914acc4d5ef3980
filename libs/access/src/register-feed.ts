import { RESERVED_EVENT_TYPES } from '@tickmark/contracts';
import { ApiKeyRepository, FeedRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, Feed, NewFeed, Queryable } from '@tickmark/persistence';
import { hashOfKey, mintApiKey } from './api-key.js';
import { ownerOfSecret } from './feed-directory.js';
import type { FeedRegistration } from './feed-registration.js';
import type { SecretBox } from './secret-box.js';

const PRESETS = { settleMs: 2_000, maxAheadMs: 300_000, maxAgeMs: 34_560_000_000 } as const;

/** What people attest at the console comes by a feed of this name; ingestion makes it when the first one speaks. */
const PEOPLE = 'people';

export type RegisteredFeed =
  | { readonly outcome: 'registered'; readonly feed: Feed; /** Shown once; absent when a vendor signs. */ readonly apiKey?: string }
  | { readonly outcome: 'name-taken' };

/** A new source: its row, its liveness, its secret or its key, the audit entry and the leaf, in one transaction. */
export class RegisterFeed {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  execute(registration: FeedRegistration, actor: string): Promise<RegisteredFeed> {
    if (registration.name === PEOPLE) return Promise.resolve({ outcome: 'name-taken' });
    return this.database.transaction(async (transaction) => {
      const feed = await new FeedRepository(transaction).insert(toNewFeed(registration));
      if (feed === undefined) return { outcome: 'name-taken' };
      const apiKey = await this.credentials(transaction, feed, registration.authentication);
      await note(transaction, actor, feed);
      return { outcome: 'registered', feed, ...(apiKey === undefined ? {} : { apiKey }) };
    });
  }

  private async credentials(
    transaction: Queryable,
    feed: Feed,
    authentication: FeedRegistration['authentication'],
  ): Promise<string | undefined> {
    const secret = secretOf(authentication);
    if (secret === undefined) return issueKey(transaction, feed);
    await new FeedRepository(transaction).addSecret(feed.id, this.box.seal(secret, ownerOfSecret(feed.id)));
    return undefined;
  }
}

/** A key that writes this feed; reserved types need their own scope, which a feed has that declares them by name. */
export async function issueKey(transaction: Queryable, feed: Feed): Promise<string> {
  const key = mintApiKey('integration');
  await new ApiKeyRepository(transaction).insert({
    name: feed.name,
    role: 'integration',
    keyHash: hashOfKey(key),
    feedId: feed.id,
    scopes: ['events', ...RESERVED_EVENT_TYPES.filter((type) => feed.types.includes(type)).map(scopeOfType)],
  });
  return key;
}

export const scopeOfType = (type: string): string => `events:${type}`;

/** Undefined for an API key of ours; basic credentials as the header carries them, a topic by its name. */
function secretOf(authentication: FeedRegistration['authentication']): string | undefined {
  if ('secret' in authentication) return authentication.secret;
  if ('topic' in authentication) return authentication.topic;
  return 'password' in authentication ? `${authentication.username}:${authentication.password}` : undefined;
}

async function note(transaction: Queryable, actor: string, feed: Feed): Promise<void> {
  const detail = { feed: feed.id, name: feed.name, system: feed.system, production: feed.production };
  await recordAudit(transaction, { actor, action: 'feed.registered', detail });
  await putIntoLedger(transaction, 'access', { action: 'feed.registered', actor, ...detail });
}

function toNewFeed(registration: FeedRegistration): NewFeed {
  const { name, system, production, types, sources, liveness, authentication, limits } = registration;
  return {
    name,
    system,
    production,
    types,
    sources,
    maxSilenceMs: liveness === 'none' ? undefined : liveness.maxSilence,
    authentication: { kind: authentication.kind, ...('confirm' in authentication && authentication.confirm === false ? { confirm: false } : {}) },
    settleMs: registration.settle ?? PRESETS.settleMs,
    maxAheadMs: registration.maxAhead ?? PRESETS.maxAheadMs,
    maxAgeMs: registration.maxAge ?? PRESETS.maxAgeMs,
    perSecond: limits?.perSecond,
    perDay: limits?.perDay,
  };
}
