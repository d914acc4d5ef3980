import type { ControlPart, MonthRollUp, Period } from '@tickmark/reporting';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

/** Closed months that lie whole in a period, the earliest first. */
export async function readClosedMonths(database: Queryable, { fromMs, toMs }: Period): Promise<readonly Period[]> {
  const { rows } = await database.query<{ from_at: number; to_at: number }>(
    'SELECT from_at, to_at FROM closed_month WHERE from_at >= $1 AND to_at <= $2 ORDER BY from_at',
    [instantToColumn(fromMs), instantToColumn(toMs)],
  );
  return rows.map(({ from_at, to_at }) => ({ fromMs: from_at, toMs: to_at }));
}

/** How often judging changed closed months of these checks afterwards, by the month's first instant. */
export async function readLateChanges(database: Queryable, checkIds: readonly number[], { fromMs, toMs }: Period): Promise<ReadonlyMap<number, number>> {
  const { rows } = await database.query<{ from_at: number; changes: number }>(
    `SELECT from_at, sum(changes)::bigint AS changes FROM late_change
     WHERE check_id = ANY($1::int[]) AND from_at >= $2 AND from_at < $3 GROUP BY from_at`,
    [checkIds, instantToColumn(fromMs), instantToColumn(toMs)],
  );
  return new Map(rows.map((row) => [row.from_at, row.changes]));
}

/** Whether they still fit is the reader's to see. */
export async function readRollUps(database: Queryable, control: string, { fromMs, toMs }: Period): Promise<readonly MonthRollUp[]> {
  const { rows } = await database.query<{ basis: string; late_changes: number; through_leaf: number; sums: ControlPart }>(
    'SELECT basis, late_changes, through_leaf, sums FROM rollup WHERE control = $1 AND from_at >= $2 AND from_at < $3 ORDER BY from_at',
    [control, instantToColumn(fromMs), instantToColumn(toMs)],
  );
  return rows.map(({ basis, late_changes, through_leaf, sums }) => ({ control, part: sums, basis, lateChanges: late_changes, throughLeaf: through_leaf }));
}

/** A new revision each time; one that was computed from an older view never takes the place of a newer one. */
export async function saveRollUps(database: Queryable, rollUps: readonly MonthRollUp[]): Promise<void> {
  for (const { control, part, basis, lateChanges, throughLeaf } of rollUps) {
    await database.query(
      `INSERT INTO rollup AS r (control, from_at, revision, basis, late_changes, through_leaf, sums) VALUES ($1, $2, 1, $3, $4, $5, $6)
       ON CONFLICT (control, from_at) DO UPDATE SET revision = r.revision + 1, basis = excluded.basis, late_changes = excluded.late_changes,
         through_leaf = excluded.through_leaf, sums = excluded.sums, computed_at = clock_timestamp()
       WHERE excluded.late_changes >= r.late_changes AND excluded.through_leaf >= r.through_leaf`,
      [control, instantToColumn(part.fromMs), basis, lateChanges, throughLeaf, JSON.stringify(part)],
    );
  }
}
