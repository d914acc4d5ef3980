import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { optional } from './rows.js';

/** A feed as judging needs it, and how far its signs of life are looked at. */
export interface WatchedFeedRow {
  readonly feedId: number;
  readonly name: string;
  readonly system: string;
  readonly types: readonly string[];
  readonly production: boolean;
  readonly settleMs: number;
  readonly createdAtMs: number;
  /** Absent: liveness none. */
  readonly maxSilenceMs?: number;
}

export interface FeedLiveness {
  readonly feedId: number;
  readonly lastSignMs: number;
  readonly dueMs: number;
  /** The gap that is open. */
  readonly gapId?: string;
  /** A late sign of life at or after this instant. */
  readonly recheckMs?: number;
}

interface FeedRow {
  id: number;
  name: string;
  system: string;
  types: string[];
  production: boolean;
  settle_ms: number;
  created_at: number;
  max_silence_ms: number | null;
}

interface LivenessRow {
  feed_id: number;
  last_sign_at: number;
  due_at: number;
  gap_id: string | null;
  recheck_from: number | null;
}

export async function watchedFeeds(database: Queryable): Promise<readonly WatchedFeedRow[]> {
  const { rows } = await database.query<FeedRow>(
    'SELECT id, name, system, types, production, settle_ms, created_at, max_silence_ms FROM feed ORDER BY id',
  );
  return rows.map((row) => ({
    feedId: row.id,
    name: row.name,
    system: row.system,
    types: row.types,
    production: row.production,
    settleMs: row.settle_ms,
    createdAtMs: row.created_at,
    ...(row.max_silence_ms === null ? {} : { maxSilenceMs: row.max_silence_ms }),
  }));
}

/** Feeds whose silence can be decided, that may have ended theirs, or that showed late that they lived. Without locks. */
export async function livenessToDecide(database: Queryable, watermarkMs: number): Promise<readonly number[]> {
  const { rows } = await database.query<{ id: number }>(
    `SELECT f.id FROM feed f LEFT JOIN feed_liveness l ON l.feed_id = f.id
     WHERE f.production AND f.max_silence_ms IS NOT NULL AND (l.gap_id IS NOT NULL OR l.recheck_from IS NOT NULL OR
       coalesce(l.due_at, f.created_at + f.max_silence_ms * interval '1 millisecond') + f.settle_ms * interval '1 millisecond' <= $1)
     ORDER BY f.id`,
    [instantToColumn(watermarkMs)],
  );
  return rows.map(({ id }) => id);
}

/** A feed that never delivered counts from its creation. */
export async function lockLiveness(transaction: Queryable, feedId: number): Promise<FeedLiveness | undefined> {
  await transaction.query(
    `INSERT INTO feed_liveness (feed_id, last_sign_at, due_at)
     SELECT id, created_at, created_at + max_silence_ms * interval '1 millisecond' FROM feed WHERE id = $1 AND max_silence_ms IS NOT NULL
     ON CONFLICT DO NOTHING`,
    [feedId],
  );
  const { rows } = await transaction.query<LivenessRow>(
    `SELECT l.feed_id, l.last_sign_at, coalesce(l.due_at, l.last_sign_at + f.max_silence_ms * interval '1 millisecond') AS due_at,
       l.gap_id, l.recheck_from
     FROM feed_liveness l JOIN feed f ON f.id = l.feed_id
     WHERE l.feed_id = $1 AND f.max_silence_ms IS NOT NULL FOR UPDATE OF l`,
    [feedId],
  );
  return rows[0] && toLiveness(rows[0]);
}

export async function saveLiveness(transaction: Queryable, liveness: FeedLiveness): Promise<void> {
  await transaction.query(
    'UPDATE feed_liveness SET last_sign_at = $2, due_at = $3, gap_id = $4, recheck_from = $5 WHERE feed_id = $1',
    [
      liveness.feedId,
      instantToColumn(liveness.lastSignMs),
      instantToColumn(liveness.dueMs),
      optional(liveness.gapId),
      optionalInstantToColumn(liveness.recheckMs),
    ],
  );
}

/** A feed showed late that it lived then: its silence is looked at again from there. */
export async function askRecheck(transaction: Queryable, feedId: number, signMs: number): Promise<void> {
  await transaction.query('UPDATE feed_liveness SET recheck_from = least(recheck_from, $2) WHERE feed_id = $1', [
    feedId,
    instantToColumn(signMs),
  ]);
}

export interface SignsWanted {
  readonly feedId: number;
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Checks with keys that this feed decided, as they stand at present. */
export async function checksUsingFeed(database: Queryable, feedId: number): Promise<readonly number[]> {
  const { rows } = await database.query<{ check_id: number }>(
    'SELECT DISTINCT check_id FROM segment WHERE to_at IS NULL AND feed_ids @> ARRAY[$1::int]',
    [feedId],
  );
  return rows.map((row) => row.check_id);
}

/*
 * Both clocks count: when a delivery came, and when what it brought happened. Looked up from one sign to the last one
 * within reach, so that a busy feed costs as many look-ups as its silence fits into the stretch. A part of a large
 * delivery of which nothing came (yet) is no sign: a file that was cut off is refused.
 */
export async function lastSignIn(database: Queryable, wanted: SignsWanted): Promise<number | undefined> {
  return sign(database, 'max', wanted);
}

export async function firstSignIn(database: Queryable, wanted: SignsWanted): Promise<number | undefined> {
  return sign(database, 'min', wanted);
}

async function sign(database: Queryable, which: 'min' | 'max', wanted: SignsWanted): Promise<number | undefined> {
  const better = which === 'max' ? 'greatest' : 'least';
  const { rows } = await database.query<{ at: number | null }>(
    `SELECT ${better}(
       (SELECT ${which}(received_at) FROM delivery WHERE feed_id = $1 AND received_at > $2 AND received_at <= $3
         AND (upload_id IS NULL OR accepted + ignored + rejected > 0)),
       (SELECT ${which}(time) FROM evidence WHERE feed_id = $1 AND time > $2 AND time <= $3)) AS at`,
    [wanted.feedId, instantToColumn(wanted.afterMs), instantToColumn(wanted.untilMs)],
  );
  return rows[0]?.at ?? undefined;
}

const toLiveness = (row: LivenessRow): FeedLiveness => ({
  feedId: row.feed_id,
  lastSignMs: row.last_sign_at,
  dueMs: row.due_at,
  ...(row.gap_id === null ? {} : { gapId: row.gap_id }),
  ...(row.recheck_from === null ? {} : { recheckMs: row.recheck_from }),
});
