import type { Queryable } from '../database.js';

export interface DueNotice {
  readonly id: string;
  readonly attempts: number;
}

/** Notices whose next attempt is overdue by at least so long: no job of theirs is left that could do it. */
export async function overdueNotices(database: Queryable, byMs: number, limit: number): Promise<readonly DueNotice[]> {
  const { rows } = await database.query<DueNotice>(
    `SELECT id, attempts FROM notice
     WHERE status IN ('waiting', 'failed') AND next_attempt_at <= clock_timestamp() - $1 * interval '1 millisecond'
     ORDER BY next_attempt_at LIMIT $2`,
    [byMs, limit],
  );
  return rows;
}

export interface NoticeFigures {
  /** Not sent yet, retries included. */
  readonly waiting: number;
  readonly oldestAgeSeconds: number;
  /** No attempt follows: they were never delivered. */
  readonly undelivered: number;
}

export async function noticeFigures(database: Queryable): Promise<NoticeFigures> {
  const { rows } = await database.query<{ waiting: number; age: number; undelivered: number }>(
    `SELECT count(*) FILTER (WHERE status IN ('waiting', 'failed'))::int AS waiting,
       coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE status IN ('waiting', 'failed'))), 0)::float8 AS age,
       count(*) FILTER (WHERE status = 'exhausted')::int AS undelivered
     FROM notice WHERE status IN ('waiting', 'failed', 'exhausted')`,
  );
  const [row] = rows;
  return { waiting: row?.waiting ?? 0, oldestAgeSeconds: row?.age ?? 0, undelivered: row?.undelivered ?? 0 };
}
