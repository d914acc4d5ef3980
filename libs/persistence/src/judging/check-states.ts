import type { Carry, Due } from '@tickmark/evaluation';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { columnsOf, optional, writeAll } from './rows.js';

/** What is judged together, and locked together. */
export interface GroupId {
  readonly checkId: number;
  readonly groupId: number;
}

export interface CheckState extends GroupId {
  readonly carry?: Carry;
  /** What lies after the carry, in the judging core's own shape; absent: nothing was stored of this group yet. */
  readonly tail?: unknown;
  readonly due?: Due;
}

interface StateRow {
  check_id: number;
  group_id: number;
  carry: Carry | null;
  tail: unknown;
  due_at: number | null;
  ready_at: number | null;
}

/**
 * Locks all, in one order for everybody (check, group), so that transactions wait for each other and never in a ring;
 * what is missing is made, and then all are locked again.
 */
export async function lockCheckStates(transaction: Queryable, groups: readonly GroupId[]): Promise<readonly CheckState[]> {
  if (groups.length === 0) return [];
  const columns = groupColumns(groups);
  const present = await selectForUpdate(transaction, columns);
  if (present.length === groups.length) return present;
  await transaction.query(
    `INSERT INTO check_state (check_id, group_id)
     SELECT check_id, group_id FROM unnest($1::int[], $2::bigint[]) AS wanted(check_id, group_id)
     ORDER BY check_id, group_id ON CONFLICT DO NOTHING`,
    columns,
  );
  return selectForUpdate(transaction, columns);
}

async function selectForUpdate(transaction: Queryable, columns: readonly unknown[][]): Promise<readonly CheckState[]> {
  const { rows } = await transaction.query<StateRow>(
    `SELECT s.check_id, s.group_id, s.carry, s.tail, s.due_at, s.ready_at
     FROM check_state s JOIN unnest($1::int[], $2::bigint[]) AS wanted(check_id, group_id) USING (check_id, group_id)
     ORDER BY s.check_id, s.group_id FOR UPDATE OF s`,
    columns,
  );
  return rows.map(toState);
}

export async function saveCheckStates(transaction: Queryable, states: readonly CheckState[]): Promise<void> {
  await writeAll(
    transaction,
    `UPDATE check_state s SET carry = n.carry, tail = n.tail, due_at = n.due_at, ready_at = n.ready_at
     FROM unnest($1::int[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::timestamptz[], $6::timestamptz[])
       AS n(check_id, group_id, carry, tail, due_at, ready_at)
     WHERE s.check_id = n.check_id AND s.group_id = n.group_id`,
    states,
    [
      (state) => state.checkId,
      (state) => state.groupId,
      (state) => optional(state.carry && JSON.stringify(state.carry)),
      (state) => (state.tail === undefined ? null : JSON.stringify(state.tail)),
      (state) => optionalInstantToColumn(state.due?.atMs),
      (state) => optionalInstantToColumn(state.due?.readyMs),
    ],
  );
}

export interface NamedGroup extends GroupId {
  readonly group: string;
}

/** Groups that the watermark has passed, the longest due first; without locks, so look again after locking. A dropped or stopped draft's are not due. */
export async function dueGroups(database: Queryable, watermarkMs: number, limit: number): Promise<readonly NamedGroup[]> {
  const { rows } = await database.query<{ check_id: number; group_id: number; name: string }>(
    `SELECT s.check_id, s.group_id, k.name FROM check_state s JOIN key_name k ON k.id = s.group_id
     WHERE s.ready_at <= $1 AND NOT EXISTS
       (SELECT FROM shadow d WHERE (d.ended_at IS NOT NULL OR d.trouble IS NOT NULL) AND s.check_id = ANY(d.check_ids))
     ORDER BY s.ready_at LIMIT $2`,
    [instantToColumn(watermarkMs), limit],
  );
  return rows.map((row) => ({ checkId: row.check_id, groupId: row.group_id, group: row.name }));
}

/** Groups with a failure by absence that touches the interval: what a change of blindness hides or unhides. */
export async function absentFailures(
  database: Queryable,
  checkIds: readonly number[],
  interval: { readonly fromMs: number; readonly toMs?: number },
): Promise<readonly NamedGroup[]> {
  const { rows } = await database.query<{ check_id: number; group_id: number; name: string }>(
    `SELECT DISTINCT s.check_id, s.group_id, k.name FROM segment s JOIN key_name k ON k.id = s.group_id
     WHERE s.state = 1 AND s.basis = 1 AND s.check_id = ANY($1::int[]) AND s.from_at < $3
       AND (s.to_at IS NULL OR s.to_at >= $2)`,
    [checkIds, instantToColumn(interval.fromMs), interval.toMs === undefined ? 'infinity' : instantToColumn(interval.toMs)],
  );
  return rows.map((row) => ({ checkId: row.check_id, groupId: row.group_id, group: row.name }));
}

export interface SnapshotPlace extends GroupId {
  readonly atMs: number;
}

/** The last carry strictly before each place; absent where judging begins from scratch. */
export async function snapshotsBefore(transaction: Queryable, places: readonly SnapshotPlace[]): Promise<readonly (GroupId & { carry: Carry })[]> {
  if (places.length === 0) return [];
  const { rows } = await transaction.query<{ check_id: number; group_id: number; carry: Carry }>(
    `SELECT p.check_id, p.group_id, c.carry FROM unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS p(check_id, group_id, at)
     CROSS JOIN LATERAL (SELECT carry FROM carry_snapshot c
       WHERE c.check_id = p.check_id AND c.group_id = p.group_id AND c.at < p.at ORDER BY c.at DESC LIMIT 1) c`,
    placeColumns(places),
  );
  return rows.map((row) => ({ checkId: row.check_id, groupId: row.group_id, carry: row.carry }));
}

/** Carries at or after a place that was judged anew no longer hold. */
export async function dropSnapshotsFrom(transaction: Queryable, places: readonly SnapshotPlace[]): Promise<void> {
  if (places.length === 0) return;
  await transaction.query(
    `DELETE FROM carry_snapshot c USING unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS p(check_id, group_id, at)
     WHERE c.check_id = p.check_id AND c.group_id = p.group_id AND c.at >= p.at`,
    placeColumns(places),
  );
}

export async function addSnapshots(transaction: Queryable, snapshots: readonly (GroupId & { readonly carry: Carry })[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO carry_snapshot (check_id, group_id, at, carry)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::jsonb[])
     ON CONFLICT (check_id, group_id, at) DO UPDATE SET carry = excluded.carry`,
    snapshots,
    [(one) => one.checkId, (one) => one.groupId, (one) => instantToColumn(one.carry.atMs), (one) => JSON.stringify(one.carry)],
  );
}

const groupColumns = (groups: readonly GroupId[]) => columnsOf(groups, [(one) => one.checkId, (one) => one.groupId]);
const placeColumns = (places: readonly SnapshotPlace[]) =>
  columnsOf(places, [(one) => one.checkId, (one) => one.groupId, (one) => instantToColumn(one.atMs)]);

const toState = (row: StateRow): CheckState => ({
  checkId: row.check_id,
  groupId: row.group_id,
  ...(row.carry === null ? {} : { carry: row.carry }),
  ...(row.tail === null ? {} : { tail: row.tail }),
  ...(row.due_at === null || row.ready_at === null ? {} : { due: { atMs: row.due_at, readyMs: row.ready_at } }),
});
