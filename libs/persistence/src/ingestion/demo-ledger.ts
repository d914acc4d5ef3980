import { TOPICS } from '@tickmark/contracts';
import { instantToColumn } from '../column-types.js';
import { onClient } from '../database.js';
import type { Database, Queryable } from '../database.js';

/** The origin of a ledger whose leaves were received on a simulated clock. Everything made from it says DEMO. */
export const DEMO_ORIGIN = 'demo';

/** The time of a story, in UTC milliseconds. */
export interface SimulatedClock {
  now(): number;
}

export type DemoLedger =
  /** It was empty and is a demo's now. */
  | 'begun'
  | 'has-data'
  /** A demo whose loading was broken off: nothing but a part of the story is in it. */
  | 'broken-off';

/** Held while a story is loaded. */
export const DEMO_LOCK = 7_305_816;

const TABLES_BY_MONTH = ['ledger_leaf', 'delivery', 'evidence', 'point', 'segment', 'observation'];

/** Whether what is shown was received on a simulated clock. A ledger that holds a leaf keeps its answer. */
export async function isDemoLedger(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ origin: string }>('SELECT origin FROM ledger_head');
  return rows[0]?.origin === DEMO_ORIGIN;
}

/** Turns an untouched database into a demo's, whose clock begins at `beginMs`. One that holds anything stays as it is. */
export async function beginDemoLedger(database: Queryable, { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number }): Promise<DemoLedger> {
  const { rowCount } = await database.query(
    `UPDATE ledger_head SET origin = $1, clock = $2
     WHERE next_index = 0 AND origin <> $1 AND NOT EXISTS (SELECT FROM feed) AND NOT EXISTS (SELECT FROM person)
       AND NOT EXISTS (SELECT FROM control_version) AND NOT EXISTS (SELECT FROM ledger_intake)`,
    [DEMO_ORIGIN, instantToColumn(beginMs)],
  );
  if (rowCount !== 1) return (await isWhole(database)) ? 'has-data' : 'broken-off';
  for (const table of TABLES_BY_MONTH) {
    await database.query('SELECT ensure_month_partitions($1, $2::date, $3::date)', [table, instantToColumn(beginMs), instantToColumn(endMs)]);
  }
  return 'begun';
}

/**
 * Throws away what a load left that was broken off: it is a part of a story and nothing else, since the apps start after
 * a load only. The schema has to be made again.
 */
export async function dropBrokenDemo(database: Database): Promise<void> {
  const client = await database.connect();
  try {
    if (await isWhole(onClient(client))) throw new Error('this database holds more than a part of a demo story');
    await client.query('BEGIN; SET LOCAL ROLE NONE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; COMMIT');
  } finally {
    client.release(true);
  }
}

/** The last thing that a load writes is how far the relay has come. */
async function isWhole(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ whole: boolean }>(
    'SELECT origin <> $1 OR EXISTS (SELECT FROM relay_progress) AS whole FROM ledger_head',
    [DEMO_ORIGIN],
  );
  return rows[0]?.whole ?? true;
}

/** A feed of the story counts from its time, not from that of the loading. */
export async function backdateFeed(database: Queryable, feedId: number, createdAtMs: number): Promise<void> {
  await database.query(
    `WITH registered AS (UPDATE feed SET created_at = $2 WHERE id = $1 RETURNING id, created_at, max_silence_ms)
     UPDATE feed_liveness l SET last_sign_at = r.created_at, due_at = r.created_at + r.max_silence_ms * interval '1 millisecond'
     FROM registered r WHERE l.feed_id = r.id`,
    [feedId, instantToColumn(createdAtMs)],
  );
}

/** Notices were planned and told at a time of the story. */
export async function backdateNotices(database: Queryable, ids: readonly string[], atMs: number): Promise<void> {
  await database.query(
    `WITH planned AS (UPDATE notice SET created_at = $2 WHERE id = ANY($1::uuid[]))
     UPDATE notice_attempt SET at = $2 WHERE notice_id = ANY($1::uuid[])`,
    [ids, instantToColumn(atMs)],
  );
}

/**
 * Ends the story, so that the apps go on from it: nothing of it is sent to anybody again, and Kafka, which never saw it,
 * is read from its beginning.
 */
export async function endDemoLedger(transaction: Queryable, { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number }): Promise<void> {
  const [begun, ended] = [instantToColumn(beginMs), instantToColumn(endMs)];
  await transaction.query('SET LOCAL synchronous_commit = on');
  await transaction.query('UPDATE catalogue_activation SET activated_at = $1', [begun]);
  await transaction.query('UPDATE control_version SET activated_at = $1', [begun]);
  await transaction.query('UPDATE engagement SET created_at = $1', [ended]);
  await transaction.query('UPDATE engagement_revision SET created_at = $1', [ended]);
  await transaction.query(`UPDATE audit_trail SET at = CASE WHEN action LIKE 'engagement.%' THEN $2::timestamptz ELSE $1 END`, [begun, ended]);
  await transaction.query('UPDATE outbox SET sent_at = created_at WHERE sent_at IS NULL');
  await transaction.query('UPDATE partition_progress SET next_offset = 0');
  await transaction.query('INSERT INTO relay_progress (topic, epoch, acknowledged_index) SELECT $1, epoch, next_index - 1 FROM ledger_head', [TOPICS.controlEvents]);
}

/** When the next thing of the story falls due: a check, or the word on whether a feed is silent; at once while one is. */
export async function nextDue(database: Queryable): Promise<{ readonly dueMs: number; readonly isSilent: boolean }> {
  const { rows } = await database.query<{ due: number | null; silent: boolean }>(
    `SELECT least(
       (SELECT min(ready_at) FROM check_state WHERE ready_at IS NOT NULL),
       (SELECT min(l.due_at + f.settle_ms * interval '1 millisecond') FROM feed f JOIN feed_liveness l ON l.feed_id = f.id
        WHERE f.production AND f.max_silence_ms IS NOT NULL AND l.gap_id IS NULL)) AS due,
       EXISTS (SELECT FROM feed_liveness WHERE gap_id IS NOT NULL) AS silent`,
  );
  return { dueMs: rows[0]?.due ?? Infinity, isSilent: rows[0]?.silent ?? false };
}
