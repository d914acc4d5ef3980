import { TOPICS, UNKNOWN_POSITION } from '@tickmark/contracts';
import type { OffsetStore, Topic } from '@tickmark/contracts';
import { optionalInstantToColumn } from '../column-types.js';
import type { Database, Queryable } from '../database.js';
import { optional } from './rows.js';

/** How far a partition is read. `tickClockMs` is what the watermark counts; it stands still while `holdUntilMs` is set. */
export interface PartitionProgress {
  readonly topic: Topic;
  readonly partition: number;
  readonly epoch: number;
  readonly nextOffset: number;
  /** Every leaf of this partition up to here is judged. */
  readonly leafIndex: number;
  readonly tickLeafIndex?: number;
  readonly tickClockMs?: number;
  /** The clock of the last tick passed. */
  readonly seenClockMs?: number;
  readonly holdUntilMs?: number;
}

interface ProgressRow {
  partition: number;
  epoch: number;
  next_offset: number;
  leaf_index: number;
  tick_leaf_index: number | null;
  tick_clock: number | null;
  seen_clock: number | null;
  hold_until: number | null;
}

const COLUMNS = 'partition, epoch, next_offset, leaf_index, tick_leaf_index, tick_clock, seen_clock, hold_until';

/** Locks the partition's row: one batch of a partition at a time, whoever believes to own it. */
export async function lockProgress(transaction: Queryable, topic: Topic, partition: number): Promise<PartitionProgress | undefined> {
  const { rows } = await transaction.query<ProgressRow>(
    `SELECT ${COLUMNS} FROM partition_progress WHERE topic = $1 AND partition = $2 FOR UPDATE`,
    [topic, partition],
  );
  return rows[0] && toProgress(topic, rows[0]);
}

export async function saveProgress(transaction: Queryable, progress: PartitionProgress): Promise<void> {
  await transaction.query(
    `UPDATE partition_progress SET epoch = $3, next_offset = $4, leaf_index = $5, tick_leaf_index = $6, tick_clock = $7,
       seen_clock = $8, hold_until = $9
     WHERE topic = $1 AND partition = $2`,
    [
      progress.topic,
      progress.partition,
      progress.epoch,
      progress.nextOffset,
      progress.leafIndex,
      optional(progress.tickLeafIndex),
      optionalInstantToColumn(progress.tickClockMs),
      optionalInstantToColumn(progress.seenClockMs),
      optionalInstantToColumn(progress.holdUntilMs),
    ],
  );
}

/**
 * The watermark: everything accepted up to it is judged. None before each partition has passed its first tick, so that
 * nothing falls due too early.
 */
export async function readWatermark(database: Queryable): Promise<number | undefined> {
  const { rows } = await database.query<{ watermark: number | null }>(
    `SELECT CASE WHEN bool_and(tick_clock IS NOT NULL) THEN min(tick_clock) END AS watermark
     FROM partition_progress WHERE topic = $1`,
    [TOPICS.controlEvents],
  );
  return rows[0]?.watermark ?? undefined;
}

/**
 * The watermark as far as silence is decided too: a time-out must not be judged before it is known whether its feed was
 * silent then.
 */
export async function readJudgingWatermark(database: Queryable): Promise<number | undefined> {
  const { rows } = await database.query<{ watermark: number | null; undecided: number | null }>(
    `SELECT
       (SELECT CASE WHEN bool_and(tick_clock IS NOT NULL) THEN min(tick_clock) END FROM partition_progress WHERE topic = $1) AS watermark,
       (SELECT min(coalesce(l.due_at, f.created_at + f.max_silence_ms * interval '1 millisecond')
          + f.settle_ms * interval '1 millisecond')
        FROM feed f LEFT JOIN feed_liveness l ON l.feed_id = f.id
        WHERE f.production AND f.max_silence_ms IS NOT NULL AND l.gap_id IS NULL) AS undecided`,
    [TOPICS.controlEvents],
  );
  const watermark = rows[0]?.watermark ?? undefined;
  return watermark === undefined ? undefined : Math.min(watermark, (rows[0]?.undecided ?? Infinity) - 1);
}

/** The longest settle of all feeds: how long after a jump of the clock its decisions wait. */
export async function longestSettle(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ settle: number | null }>('SELECT max(settle_ms) AS settle FROM feed');
  return rows[0]?.settle ?? 0;
}

/** Offsets kept beside the work they count, in `partition_progress`. */
export class PartitionOffsets implements OffsetStore {
  constructor(private readonly database: Database) {}

  /** A partition that is new to a topic that is read begins at the present watermark; all together begin without one. */
  async positions(topic: Topic, partitions: number): Promise<ReadonlyMap<number, number>> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(
        `INSERT INTO partition_progress (topic, partition, epoch, next_offset, leaf_index, tick_leaf_index, tick_clock, seen_clock)
         SELECT $1, n, head.epoch, 0, coalesce(present.leaf_index, -1), present.leaf_index, present.clock, present.clock
         FROM generate_series(0, $2::int - 1) n, ledger_head head,
           (SELECT CASE WHEN bool_and(tick_clock IS NOT NULL) THEN min(tick_clock) END AS clock,
              CASE WHEN bool_and(tick_clock IS NOT NULL) THEN min(tick_leaf_index) END AS leaf_index
            FROM partition_progress WHERE topic = $1) present
         WHERE NOT EXISTS (SELECT FROM partition_progress WHERE topic = $1 AND partition = n)
         ON CONFLICT DO NOTHING`,
        [topic, partitions],
      );
      const { rows } = await transaction.query<{ partition: number; next_offset: number }>(
        'SELECT partition, next_offset FROM partition_progress WHERE topic = $1',
        [topic],
      );
      return new Map(rows.map((row) => [row.partition, row.next_offset]));
    });
  }

  async forget(topic: Topic, partition: number): Promise<void> {
    await this.database.query('UPDATE partition_progress SET next_offset = $3 WHERE topic = $1 AND partition = $2', [
      topic,
      partition,
      UNKNOWN_POSITION,
    ]);
  }
}

const toProgress = (topic: Topic, row: ProgressRow): PartitionProgress => ({
  topic,
  partition: row.partition,
  epoch: row.epoch,
  nextOffset: row.next_offset,
  leafIndex: row.leaf_index,
  ...(row.tick_leaf_index === null ? {} : { tickLeafIndex: row.tick_leaf_index }),
  ...(row.tick_clock === null ? {} : { tickClockMs: row.tick_clock }),
  ...(row.seen_clock === null ? {} : { seenClockMs: row.seen_clock }),
  ...(row.hold_until === null ? {} : { holdUntilMs: row.hold_until }),
});
