import { ApiKeyRepository, FeedRepository, putIntoLedger, recordAudit } from '@tickmark/persistence';
import type { Database, KeyRole } from '@tickmark/persistence';
import { hashOfKey, mintApiKey } from './api-key.js';
import { issueKey } from './register-feed.js';

const LOCAL_FEED = {
  name: 'local',
  system: 'local',
  production: true,
  types: ['*'],
  sources: ['*'],
  maxSilenceMs: undefined,
  authentication: { kind: 'bearer' },
  settleMs: 2_000,
  maxAheadMs: 300_000,
  maxAgeMs: 34_560_000_000,
  perSecond: 2_000,
  perDay: undefined,
} as const;

const READING_SCOPES: Readonly<Record<Exclude<KeyRole, 'integration'>, readonly string[]>> = {
  dashboard: ['read'],
  auditor: ['read', 'evidence'],
  admin: ['read', 'evidence', 'manage'],
};

const ACTOR = 'first start';

/**
 * The ready-made feed `local` with its integration key; undefined when the feed is there already (its key cannot be
 * shown twice). Safe to run again and at once.
 */
export function seedLocalFeed(database: Database): Promise<string | undefined> {
  return database.transaction(async (transaction) => {
    const feed = await new FeedRepository(transaction).insert(LOCAL_FEED);
    if (feed === undefined) return undefined;
    await recordAudit(transaction, { actor: ACTOR, action: 'feed.registered', detail: { feed: feed.id, name: feed.name } });
    await putIntoLedger(transaction, 'access', { action: 'feed.registered', actor: ACTOR, feed: feed.id, name: feed.name });
    return issueKey(transaction, feed);
  });
}

/** Another key for the feed `local`, for an installation whose credentials file is gone; the old one stays in force. */
export async function issueLocalKey(database: Database): Promise<string> {
  const key = await database.transaction(async (transaction) => {
    const feed = await new FeedRepository(transaction).byName(LOCAL_FEED.name);
    if (feed === undefined) return undefined;
    await recordAudit(transaction, { actor: ACTOR, action: 'key.issued', detail: { feed: feed.id } });
    await putIntoLedger(transaction, 'access', { action: 'key.issued', actor: ACTOR, feed: feed.id });
    return issueKey(transaction, feed);
  });
  if (key === undefined) throw new Error('The feed "local" is missing; seed it first.');
  return key;
}

/** A key that reads the console; shown once. */
export function issueReadingKey(database: Database, role: Exclude<KeyRole, 'integration'>, name: string = role): Promise<string> {
  const key = mintApiKey(role);
  return database.transaction(async (transaction) => {
    await new ApiKeyRepository(transaction).insert({ name, role, keyHash: hashOfKey(key), scopes: READING_SCOPES[role] });
    await recordAudit(transaction, { actor: ACTOR, action: 'key.issued', detail: { role, name } });
    await putIntoLedger(transaction, 'access', { action: 'key.issued', actor: ACTOR, role, name });
    return key;
  });
}
