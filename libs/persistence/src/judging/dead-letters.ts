import type { Topic } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import { columnsOf } from './rows.js';

export interface NewDeadLetter {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly reason: string;
}

/** Says how many were not there before. */
export async function addDeadLetters(transaction: Queryable, letters: readonly NewDeadLetter[]): Promise<number> {
  if (letters.length === 0) return 0;
  const { rowCount } = await transaction.query(
    `INSERT INTO dead_letter (topic, partition, message_offset, message_key, value, reason)
     SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[])
     ON CONFLICT (topic, partition, message_offset) DO NOTHING`,
    columnsOf(letters, [
      (one) => one.topic,
      (one) => one.partition,
      (one) => one.offset,
      (one) => one.key && Buffer.from(one.key),
      (one) => one.value && Buffer.from(one.value),
      (one) => one.reason,
    ]),
  );
  return rowCount ?? 0;
}

export async function countDeadLetters(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ n: number }>('SELECT count(*) AS n FROM dead_letter WHERE replayed_at IS NULL');
  return rows[0]?.n ?? 0;
}
