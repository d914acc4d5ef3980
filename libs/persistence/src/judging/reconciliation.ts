import { TOPICS } from '@tickmark/contracts';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { StoredPoint } from './points.js';
import { columnsOf, writeAll } from './rows.js';

/** A check that should have taken something from a leaf, and did not. */
export interface Unreconciled {
  readonly checkId: number;
  readonly leafIndex: number;
  /** When it happened. */
  readonly atMs: number;
  readonly foundAtMs: number;
}

/** Every leaf up to here was compared; undefined while another process compares. Held until the transaction ends. */
export async function lockReconciliation(transaction: Queryable): Promise<number | undefined> {
  const { rows } = await transaction.query<{ through_leaf: number }>('SELECT through_leaf FROM reconciliation FOR UPDATE SKIP LOCKED');
  return rows[0]?.through_leaf;
}

export async function saveReconciliation(transaction: Queryable, throughLeaf: number): Promise<void> {
  await transaction.query('UPDATE reconciliation SET through_leaf = $1, at = clock_timestamp()', [throughLeaf]);
}

export interface ReconciliationFigures {
  readonly throughLeaf: number;
  readonly atMs: number;
  readonly waiting: number;
}

export async function reconciliationFigures(database: Queryable): Promise<ReconciliationFigures | undefined> {
  const { rows } = await database.query<{ through_leaf: number; at: number; waiting: number }>(
    'SELECT through_leaf, at, (SELECT count(*)::int FROM unreconciled) AS waiting FROM reconciliation',
  );
  const row = rows[0];
  return row && { throughLeaf: row.through_leaf, atMs: row.at, waiting: row.waiting };
}

/** Every leaf up to here was passed by every partition; -1 before. */
export async function judgedThroughLeaf(database: Queryable): Promise<number> {
  const { rows } = await database.query<{ leaf: number | null }>('SELECT min(leaf_index) AS leaf FROM partition_progress WHERE topic = $1', [TOPICS.controlEvents]);
  return rows[0]?.leaf ?? -1;
}

/** Those of the points that are not stored. */
export async function missingPoints(database: Queryable, points: readonly StoredPoint[]): Promise<readonly StoredPoint[]> {
  if (points.length === 0) return [];
  const { rows } = await database.query<{ ordinal: number }>(
    `SELECT e.ordinal::int AS ordinal
     FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::text[])
       WITH ORDINALITY AS e(check_id, group_id, at, leaf_index, role, ordinal)
     WHERE NOT EXISTS (SELECT FROM point p WHERE p.check_id = e.check_id AND p.group_id = e.group_id AND p.at = e.at
       AND p.leaf_index = e.leaf_index AND p.role = e.role)`,
    columnsOf(points, [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => instantToColumn(one.point.atMs),
      (one) => one.leafIndex,
      (one) => one.point.role,
    ]),
  );
  return rows.flatMap(({ ordinal }) => points[ordinal - 1] ?? []);
}

export async function addUnreconciled(transaction: Queryable, found: readonly Unreconciled[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO unreconciled (check_id, leaf_index, at, found_at)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::timestamptz[]) ON CONFLICT DO NOTHING`,
    found,
    [(one) => one.checkId, (one) => one.leafIndex, (one) => instantToColumn(one.atMs), (one) => instantToColumn(one.foundAtMs)],
  );
}

/** The oldest first. */
export async function readUnreconciled(database: Queryable, foundBeforeMs: number, limit: number): Promise<readonly Unreconciled[]> {
  const { rows } = await database.query<{ check_id: number; leaf_index: number; at: number; found_at: number }>(
    'SELECT check_id, leaf_index, at, found_at FROM unreconciled WHERE found_at <= $1 ORDER BY leaf_index, check_id LIMIT $2',
    [instantToColumn(foundBeforeMs), limit],
  );
  return rows.map((row) => ({ checkId: row.check_id, leafIndex: row.leaf_index, atMs: row.at, foundAtMs: row.found_at }));
}

export async function dropUnreconciled(transaction: Queryable, settled: readonly Pick<Unreconciled, 'checkId' | 'leafIndex'>[]): Promise<void> {
  await writeAll(
    transaction,
    'DELETE FROM unreconciled u USING unnest($1::int[], $2::bigint[]) AS s(check_id, leaf_index) WHERE u.check_id = s.check_id AND u.leaf_index = s.leaf_index',
    settled,
    [(one) => one.checkId, (one) => one.leafIndex],
  );
}
