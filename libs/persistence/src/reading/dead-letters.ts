import type { Queryable } from '../database.js';

export interface DeadLetter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly replayedAtMs?: number;
  readonly bytes: number;
}

interface Row {
  id: number;
  topic: string;
  partition: number;
  message_offset: number;
  reason: string;
  created_at: number;
  replayed_at: number | null;
  bytes: number;
}

/** The latest first. */
export async function readDeadLetters(database: Queryable, limit: number, before?: number): Promise<readonly DeadLetter[]> {
  const { rows } = await database.query<Row>(
    `SELECT id, topic, partition, message_offset, reason, created_at, replayed_at, coalesce(octet_length(value), 0) AS bytes
     FROM dead_letter WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
    [before ?? null, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: row.message_offset,
    reason: row.reason,
    createdAtMs: row.created_at,
    ...(row.replayed_at === null ? {} : { replayedAtMs: row.replayed_at }),
    bytes: row.bytes,
  }));
}
