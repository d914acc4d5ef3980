import type { JsonObject } from '@tickmark/contracts';
import type { Point } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export interface GroupOfCheck {
  readonly groupId: number;
  readonly group: string;
}

/** Groups of a check by their numbers, after one. */
export async function readGroupsAfter(database: Queryable, checkId: number, after: number, limit: number): Promise<readonly GroupOfCheck[]> {
  const { rows } = await database.query<{ group_id: number; group: string }>(
    `SELECT s.group_id, n.name AS "group" FROM check_state s JOIN key_name n ON n.id = s.group_id
     WHERE s.check_id = $1 AND s.group_id > $2 ORDER BY s.group_id LIMIT $3`,
    [checkId, after, limit],
  );
  return rows.map((row) => ({ groupId: row.group_id, group: row.group }));
}

export interface PointsKnownAt {
  readonly checkId: number;
  readonly groupId: number;
  readonly knownAtMs: number;
  readonly limit: number;
}

interface Row {
  at: number;
  order: string;
  role: string;
  evidence_id: string;
  received_at: number;
  settle_ms: number;
  feed_id: number;
  facts: JsonObject;
}

/** Points of a group that had been received by then; how they are sorted is the core's business. */
export async function readPointsKnownAt(database: Queryable, wanted: PointsKnownAt): Promise<readonly Point[]> {
  const { rows } = await database.query<Row>(
    `SELECT at, "order", role, evidence_id, received_at, settle_ms, feed_id, facts FROM point
     WHERE check_id = $1 AND group_id = $2 AND received_at <= $3 LIMIT $4`,
    [wanted.checkId, wanted.groupId, instantToColumn(wanted.knownAtMs), wanted.limit],
  );
  return rows.map((row) => ({
    atMs: row.at,
    order: row.order,
    role: row.role,
    evidenceId: row.evidence_id,
    receivedAtMs: row.received_at,
    settleMs: row.settle_ms,
    feedId: row.feed_id,
    facts: row.facts,
  }));
}
