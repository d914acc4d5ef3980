import type { Queryable } from '../database.js';

export interface DeadLetter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly createdAtMs: number;
  readonly replayAskedAtMs?: number;
  readonly replayedAtMs?: number;
  readonly trouble?: string;
  readonly bytes: number;
}

interface Row {
  id: number;
  topic: string;
  partition: number;
  message_offset: number;
  reason: string;
  created_at: number;
  replay_asked_at: number | null;
  replayed_at: number | null;
  trouble: string | null;
  bytes: number;
}

const COLUMNS = `id, topic, partition, message_offset, reason, created_at, replay_asked_at, replayed_at, trouble,
  coalesce(octet_length(value), 0) AS bytes`;

/** The latest first. */
export async function readDeadLetters(database: Queryable, limit: number, before?: number): Promise<readonly DeadLetter[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM dead_letter WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
    [before ?? null, limit],
  );
  return rows.map(toDeadLetter);
}

export async function readDeadLetter(database: Queryable, id: number): Promise<DeadLetter | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM dead_letter WHERE id = $1`, [id]);
  return rows[0] && toDeadLetter(rows[0]);
}

function toDeadLetter(row: Row): DeadLetter {
  return {
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    offset: row.message_offset,
    reason: row.reason,
    createdAtMs: row.created_at,
    ...(row.replay_asked_at === null ? {} : { replayAskedAtMs: row.replay_asked_at }),
    ...(row.replayed_at === null ? {} : { replayedAtMs: row.replayed_at }),
    ...(row.trouble === null ? {} : { trouble: row.trouble }),
    bytes: row.bytes,
  };
}
