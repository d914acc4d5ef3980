import type { Queryable } from '../database.js';

/** A feed as registered. Absent limits and liveness mean: none. */
export interface Feed {
  readonly id: number;
  readonly name: string;
  readonly system: string;
  readonly production: boolean;
  readonly types: readonly string[];
  readonly sources: readonly string[];
  readonly maxSilenceMs: number | undefined;
  /** `confirm: false`: subscriptions that ask for it are not confirmed. */
  readonly authentication: { readonly kind: string; readonly confirm?: boolean };
  readonly settleMs: number;
  readonly maxAheadMs: number;
  readonly maxAgeMs: number;
  readonly perSecond: number | undefined;
  readonly perDay: number | undefined;
  readonly createdAtMs: number;
}

export type NewFeed = Omit<Feed, 'id' | 'createdAtMs'>;

interface FeedRow {
  id: number;
  name: string;
  system: string;
  production: boolean;
  types: string[];
  sources: string[];
  max_silence_ms: number | null;
  authentication: { kind: string; confirm?: boolean };
  settle_ms: number;
  max_ahead_ms: number;
  max_age_ms: number;
  per_second: number | null;
  per_day: number | null;
  created_at: number;
}

const COLUMNS = `id, name, system, production, types, sources, max_silence_ms, authentication, settle_ms, max_ahead_ms,
  max_age_ms, per_second, per_day, created_at`;

export class FeedRepository {
  constructor(private readonly database: Queryable) {}

  /** Undefined when the name is taken. A feed that never delivers counts as silent from its creation on. */
  async insert(feed: NewFeed): Promise<Feed | undefined> {
    const { rows } = await this.database.query<FeedRow>(
      `WITH registered AS (
         INSERT INTO feed (name, system, production, types, sources, max_silence_ms, authentication, settle_ms, max_ahead_ms,
           max_age_ms, per_second, per_day, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, date_trunc('milliseconds', now()))
         ON CONFLICT (name) DO NOTHING RETURNING *),
       alive AS (
         INSERT INTO feed_liveness (feed_id, last_sign_at, due_at)
         SELECT id, created_at, created_at + max_silence_ms * interval '1 millisecond' FROM registered)
       SELECT ${COLUMNS} FROM registered`,
      [
        feed.name, feed.system, feed.production, feed.types, feed.sources, feed.maxSilenceMs ?? null, feed.authentication,
        feed.settleMs, feed.maxAheadMs, feed.maxAgeMs, feed.perSecond ?? null, feed.perDay ?? null,
      ],
    );
    return rows[0] && toFeed(rows[0]);
  }

  async byId(id: number): Promise<Feed | undefined> {
    const { rows } = await this.database.query<FeedRow>(`SELECT ${COLUMNS} FROM feed WHERE id = $1`, [id]);
    return rows[0] && toFeed(rows[0]);
  }

  async byName(name: string): Promise<Feed | undefined> {
    const { rows } = await this.database.query<FeedRow>(`SELECT ${COLUMNS} FROM feed WHERE name = $1`, [name]);
    return rows[0] && toFeed(rows[0]);
  }

  /** In the order of their names, after `after`. */
  async list(limit: number, after = ''): Promise<readonly Feed[]> {
    const { rows } = await this.database.query<FeedRow>(
      `SELECT ${COLUMNS} FROM feed WHERE name > $1 ORDER BY name LIMIT $2`,
      [after, limit],
    );
    return rows.map(toFeed);
  }

  async addSecret(feedId: number, ciphertext: Buffer): Promise<void> {
    await this.database.query('INSERT INTO feed_secret (feed_id, ciphertext) VALUES ($1, $2)', [feedId, ciphertext]);
  }

  /** Those in force, the newest first. */
  async secrets(feedId: number): Promise<readonly Buffer[]> {
    const { rows } = await this.database.query<{ ciphertext: Buffer }>(
      'SELECT ciphertext FROM feed_secret WHERE feed_id = $1 AND retired_at IS NULL ORDER BY id DESC',
      [feedId],
    );
    return rows.map((row) => row.ciphertext);
  }

  /** Ends all secrets but the newest `keep`; done when a rotation is over or a third one is added. */
  async retireSecrets(feedId: number, keep: number): Promise<void> {
    await this.database.query(
      `UPDATE feed_secret SET retired_at = now() WHERE feed_id = $1 AND retired_at IS NULL AND id NOT IN
         (SELECT id FROM feed_secret WHERE feed_id = $1 AND retired_at IS NULL ORDER BY id DESC LIMIT $2)`,
      [feedId, keep],
    );
  }
}

function toFeed(row: FeedRow): Feed {
  return {
    id: row.id,
    name: row.name,
    system: row.system,
    production: row.production,
    types: row.types,
    sources: row.sources,
    maxSilenceMs: row.max_silence_ms ?? undefined,
    authentication: row.authentication,
    settleMs: row.settle_ms,
    maxAheadMs: row.max_ahead_ms,
    maxAgeMs: row.max_age_ms,
    perSecond: row.per_second ?? undefined,
    perDay: row.per_day ?? undefined,
    createdAtMs: row.created_at,
  };
}
