import { ApiKeyRepository } from '@tickmark/persistence';
import type { ApiKeyRecord, KeyRole, Queryable } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { hashOfKey, isWellFormedKey } from './api-key.js';
import { Recent } from './recent.js';

/** Who calls with an API key. */
export interface KeyHolder {
  readonly keyId: number;
  readonly name: string;
  readonly role: KeyRole;
  readonly feedId: number | undefined;
  readonly scopes: ReadonlySet<string>;
}

/** Why nobody is known; the message says what to do and repeats nothing of the key. */
export interface Unauthenticated {
  readonly message: string;
}

/** A revoked key is refused at the latest after this time. */
const KEEP_MS = 2_000;
const MOST_KEYS = 10_000;
const BEARER = /^Bearer +([^\s]+) *$/i;

export class KeyAuthenticator {
  private readonly keys: Recent<ApiKeyRecord | undefined>;
  private readonly repository: ApiKeyRepository;
  private readonly used = new Set<number>();

  constructor(
    database: Queryable,
    private readonly clock: Clock,
  ) {
    this.repository = new ApiKeyRepository(database);
    this.keys = new Recent({
      clock,
      keepMs: KEEP_MS,
      most: MOST_KEYS,
      load: (hash) => this.repository.byHash(Buffer.from(hash, 'base64')),
    });
  }

  /** Rejects only when Postgres does not answer. */
  async authenticate(authorization: string | undefined): Promise<KeyHolder | Unauthenticated> {
    const key = BEARER.exec(authorization ?? '')?.[1];
    if (key === undefined) return { message: 'Send an API key as "Authorization: Bearer tmk_…".' };
    if (!isWellFormedKey(key)) return { message: 'This is not a whole API key; copy it again.' };
    const record = await this.keys.get(hashOfKey(key).toString('base64'));
    if (record === undefined) return { message: 'This API key is not known here; ask an administrator for one.' };
    if (record.revokedAtMs !== undefined) return { message: 'This API key was revoked; use the newer one.' };
    if (record.expiresAtMs !== undefined && record.expiresAtMs <= this.clock.now()) {
      return { message: 'This API key has expired; ask an administrator for a new one.' };
    }
    this.used.add(record.id);
    return { keyId: record.id, name: record.name, role: record.role, feedId: record.feedId, scopes: new Set(record.scopes) };
  }

  /** Writes down which keys were used since the last call; called now and then, not at every request. */
  async recordUse(): Promise<void> {
    if (this.used.size === 0) return;
    const ids = [...this.used];
    this.used.clear();
    await this.repository.used(ids);
  }
}

export const isKeyHolder = (outcome: KeyHolder | Unauthenticated): outcome is KeyHolder => 'keyId' in outcome;
