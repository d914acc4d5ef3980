import type { Topic } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import { columnsOf, optional } from './rows.js';

export interface NewDeadLetter {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly reason: string;
  /** Control events: what of the partition was judged before it. */
  readonly afterLeaf?: number;
}

export interface AskedDeadLetter {
  readonly id: number;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly afterLeaf?: number;
}

/** Says how many were not there before. */
export async function addDeadLetters(transaction: Queryable, letters: readonly NewDeadLetter[]): Promise<number> {
  if (letters.length === 0) return 0;
  const { rowCount } = await transaction.query(
    `INSERT INTO dead_letter (topic, partition, message_offset, message_key, value, reason, after_leaf)
     SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::bigint[])
     ON CONFLICT (topic, partition, message_offset) DO NOTHING`,
    columnsOf(letters, [
      (one) => one.topic,
      (one) => one.partition,
      (one) => one.offset,
      (one) => one.key && Buffer.from(one.key),
      (one) => one.value && Buffer.from(one.value),
      (one) => one.reason,
      (one) => optional(one.afterLeaf),
    ]),
  );
  return rowCount ?? 0;
}

export async function countDeadLetters(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ n: number }>('SELECT count(*) AS n FROM dead_letter WHERE replayed_at IS NULL');
  return rows[0]?.n ?? 0;
}

/** True: the letter is there and waits for its replay from now on; one that was replayed is not asked for again. */
export async function askReplay(database: Queryable, id: number): Promise<'asked' | 'replayed' | 'unknown'> {
  const { rows } = await database.query<{ replayed: boolean }>(
    `UPDATE dead_letter SET replay_asked_at = CASE WHEN replayed_at IS NULL THEN now() ELSE replay_asked_at END,
       trouble = CASE WHEN replayed_at IS NULL THEN NULL ELSE trouble END
     WHERE id = $1 RETURNING replayed_at IS NOT NULL AS replayed`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return 'unknown';
  return row.replayed ? 'replayed' : 'asked';
}

/** The oldest of a topic whose replay was asked for, held until the transaction ends. */
export async function lockAskedLetter(transaction: Queryable, topic: Topic): Promise<AskedDeadLetter | undefined> {
  const { rows } = await transaction.query<{
    id: number; partition: number; message_offset: number; message_key: Buffer | null; value: Buffer | null; after_leaf: number | null;
  }>(
    `SELECT id, partition, message_offset, message_key, value, after_leaf FROM dead_letter
     WHERE topic = $1 AND replay_asked_at IS NOT NULL AND replayed_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [topic],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { id, partition, message_offset: offset, message_key: key, value, after_leaf } = row;
  return { id, partition, offset, key, value, ...(after_leaf === null ? {} : { afterLeaf: after_leaf }) };
}

/** How a replay ended: undefined is good, else why it did not help. It is not tried again by itself. */
export async function settleReplay(transaction: Queryable, id: number, trouble?: string): Promise<void> {
  await transaction.query(
    `UPDATE dead_letter SET replay_asked_at = CASE WHEN $2::text IS NULL THEN replay_asked_at END,
       replayed_at = CASE WHEN $2::text IS NULL THEN now() END, trouble = $2 WHERE id = $1`,
    [id, optional(trouble)],
  );
}

/** How many of a topic nothing came of yet. */
export async function countUnreplayed(database: Queryable, topic: Topic): Promise<number> {
  const { rows } = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM dead_letter WHERE topic = $1 AND replayed_at IS NULL', [topic]);
  return rows[0]?.n ?? 0;
}
