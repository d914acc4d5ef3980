import type { Queryable } from '../database.js';
import { optionalInstantToColumn } from '../column-types.js';

export type KeyRole = 'integration' | 'dashboard' | 'auditor' | 'admin';

export interface ApiKeyRecord {
  readonly id: number;
  readonly name: string;
  readonly role: KeyRole;
  readonly feedId: number | undefined;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number | undefined;
  readonly revokedAtMs: number | undefined;
}

export interface NewApiKey {
  readonly name: string;
  readonly role: KeyRole;
  readonly keyHash: Buffer;
  readonly feedId?: number;
  readonly scopes: readonly string[];
  readonly expiresAtMs?: number;
}

interface KeyRow {
  id: number;
  name: string;
  role: KeyRole;
  feed_id: number | null;
  scopes: string[];
  expires_at: number | null;
  revoked_at: number | null;
}

const COLUMNS = 'id, name, role, feed_id, scopes, expires_at, revoked_at';

export class ApiKeyRepository {
  constructor(private readonly database: Queryable) {}

  async insert(key: NewApiKey): Promise<number> {
    const { rows } = await this.database.query<{ id: number }>(
      'INSERT INTO api_key (name, role, key_hash, feed_id, scopes, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
      [key.name, key.role, key.keyHash, key.feedId ?? null, key.scopes, optionalInstantToColumn(key.expiresAtMs)],
    );
    return (rows[0] as { id: number }).id;
  }

  async byHash(keyHash: Buffer): Promise<ApiKeyRecord | undefined> {
    const { rows } = await this.database.query<KeyRow>(`SELECT ${COLUMNS} FROM api_key WHERE key_hash = $1`, [keyHash]);
    return rows[0] && toKey(rows[0]);
  }

  /** Neither revoked nor expired. Locks the feed, so that two callers at once cannot both issue the last one. */
  async activeOfFeed(feedId: number): Promise<readonly ApiKeyRecord[]> {
    await this.database.query('SELECT 1 FROM feed WHERE id = $1 FOR UPDATE', [feedId]);
    const { rows } = await this.database.query<KeyRow>(
      `SELECT ${COLUMNS} FROM api_key
       WHERE feed_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) ORDER BY id`,
      [feedId],
    );
    return rows.map(toKey);
  }

  /** False when there is no such key or it was revoked before. */
  async revoke(id: number): Promise<boolean> {
    const { rowCount } = await this.database.query(
      'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
      [id],
    );
    return rowCount === 1;
  }

  async used(ids: readonly number[]): Promise<void> {
    await this.database.query('UPDATE api_key SET last_used_at = now() WHERE id = ANY($1)', [ids]);
  }
}

const toKey = (row: KeyRow): ApiKeyRecord => ({
  id: row.id,
  name: row.name,
  role: row.role,
  feedId: row.feed_id ?? undefined,
  scopes: row.scopes,
  expiresAtMs: row.expires_at ?? undefined,
  revokedAtMs: row.revoked_at ?? undefined,
});
