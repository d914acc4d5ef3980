import type { JsonObject } from '@tickmark/contracts';
import type { Point } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { GroupId } from './check-states.js';
import { columnsOf, instantOrEver } from './rows.js';

/** A point as stored: the leaf and the role (one event can play several) make it unique. */
export interface StoredPoint extends GroupId {
  readonly leafIndex: number;
  readonly point: Point;
}

interface PointRow {
  check_id: number;
  group_id: number;
  at: number;
  order: string;
  leaf_index: number;
  role: string;
  evidence_id: string;
  received_at: number;
  settle_ms: number;
  feed_id: number;
  facts: JsonObject;
}

/** Inserts what is new and gives it back: reading the same message twice finds nothing new. */
export async function insertPoints(transaction: Queryable, points: readonly StoredPoint[]): Promise<readonly StoredPoint[]> {
  if (points.length === 0) return [];
  const { rows } = await transaction.query<{ check_id: number; group_id: number; leaf_index: number; role: string }>(
    `INSERT INTO point (check_id, group_id, at, "order", leaf_index, role, evidence_id, received_at, settle_ms, feed_id, facts)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::text[], $5::bigint[], $6::text[], $7::uuid[],
       $8::timestamptz[], $9::int[], $10::int[], $11::jsonb[])
     ON CONFLICT DO NOTHING RETURNING check_id, group_id, leaf_index, role`,
    columnsOf(points, [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => instantToColumn(one.point.atMs),
      (one) => one.point.order,
      (one) => one.leafIndex,
      (one) => one.point.role,
      (one) => one.point.evidenceId,
      (one) => instantToColumn(one.point.receivedAtMs),
      (one) => one.point.settleMs,
      (one) => one.point.feedId,
      (one) => JSON.stringify(one.point.facts),
    ]),
  );
  if (rows.length === points.length) return points;
  const inserted = new Set(rows.map((row) => identity(row.check_id, row.group_id, row.leaf_index, row.role)));
  return points.filter((one) => inserted.has(identity(one.checkId, one.groupId, one.leafIndex, one.point.role)));
}

const identity = (checkId: number, groupId: number, leafIndex: number, role: string): string => `${checkId} ${groupId} ${leafIndex} ${role}`;

export interface PointsFrom extends GroupId {
  /** Points at this instant and after; all without it. */
  readonly fromMs?: number;
}

/** Points of each group, in no particular order: how they are sorted is the core's business. */
export async function loadPoints(database: Queryable, wanted: readonly PointsFrom[]): Promise<readonly StoredPoint[]> {
  if (wanted.length === 0) return [];
  const { rows } = await database.query<PointRow>(
    `SELECT p.* FROM unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS w(check_id, group_id, at)
     CROSS JOIN LATERAL (
       SELECT check_id, group_id, at, "order", leaf_index, role, evidence_id, received_at, settle_ms, feed_id, facts
       FROM point p WHERE p.check_id = w.check_id AND p.group_id = w.group_id AND p.at >= w.at) p`,
    columnsOf(wanted, [(one) => one.checkId, (one) => one.groupId, (one) => instantOrEver(one.fromMs)]),
  );
  return rows.map(toPoint);
}

const toPoint = (row: PointRow): StoredPoint => ({
  checkId: row.check_id,
  groupId: row.group_id,
  leafIndex: row.leaf_index,
  point: {
    atMs: row.at,
    role: row.role,
    order: row.order,
    evidenceId: row.evidence_id,
    receivedAtMs: row.received_at,
    settleMs: row.settle_ms,
    feedId: row.feed_id,
    facts: row.facts,
  },
});

/** Which of the checks have any point. */
export async function checksWithPoints(database: Queryable, checkIds: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await database.query<{ id: number }>(
    'SELECT id FROM unnest($1::int[]) AS id WHERE EXISTS (SELECT FROM point p WHERE p.check_id = id)',
    [checkIds],
  );
  return new Set(rows.map(({ id }) => id));
}
