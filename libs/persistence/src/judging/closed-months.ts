import type { Period } from '@tickmark/reporting';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { returnedRows } from './rows.js';

interface MonthRow {
  from_at: number;
  to_at: number;
}

/** The month in UTC that begins when the one before it ended. */
const MONTHS = `SELECT from_at, from_at + interval '1 month' AS to_at
  FROM generate_series(date_trunc('month', $1::timestamptz), $2::timestamptz, interval '1 month') AS from_at`;

/** Months that ended by an instant and are not closed yet, of the time in which a control is in force. */
export async function monthsToClose(database: Queryable, endedByMs: number): Promise<readonly Period[]> {
  const first = await database.query<{ at: number | null }>('SELECT min(effective_from) AS at FROM judged_check WHERE shadow_id IS NULL');
  const fromMs = first.rows[0]?.at ?? undefined;
  if (fromMs === undefined) return [];
  const { rows } = await database.query<MonthRow>(
    `SELECT from_at, to_at FROM (${MONTHS}) AS m WHERE to_at <= $2 AND NOT EXISTS (SELECT FROM closed_month c WHERE c.from_at = m.from_at) ORDER BY from_at`,
    [instantToColumn(fromMs), instantToColumn(endedByMs)],
  );
  return rows.map(({ from_at, to_at }) => ({ fromMs: from_at, toMs: to_at }));
}

/** While nobody judges (`lockActivation`): whoever judges afterwards sees that they are closed. */
export async function closeMonths(transaction: Queryable, months: readonly Period[]): Promise<void> {
  await transaction.query(
    'INSERT INTO closed_month (from_at, to_at) SELECT * FROM unnest($1::timestamptz[], $2::timestamptz[]) ON CONFLICT DO NOTHING',
    [months.map(({ fromMs }) => instantToColumn(fromMs)), months.map(({ toMs }) => instantToColumn(toMs))],
  );
}

/** What judging changed of a check; without an end: from there on. */
export interface JudgedChange {
  readonly checkId: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Notes changes of closed months, in the transaction that makes them. Rows are taken in order. Gives how many months it were. */
export async function noteLateChanges(transaction: Queryable, changes: readonly JudgedChange[]): Promise<number> {
  const rows = await returnedRows<{ check_id: number }, JudgedChange>(
    transaction,
    `INSERT INTO late_change AS l (check_id, from_at, changes, last_at)
     SELECT DISTINCT c.check_id, m.from_at, 1, clock_timestamp()
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS c(check_id, from_at, to_at)
     JOIN closed_month m ON m.from_at <= c.to_at AND m.to_at > c.from_at
     ORDER BY 1, 2
     ON CONFLICT (check_id, from_at) DO UPDATE SET changes = l.changes + 1, last_at = excluded.last_at
     RETURNING check_id`,
    changes,
    [
      (one) => one.checkId,
      (one) => (Number.isFinite(one.fromMs) ? instantToColumn(one.fromMs) : '-infinity'),
      (one) => (Number.isFinite(one.toMs) ? instantToColumn(one.toMs) : 'infinity'),
    ],
  );
  return rows.length;
}
