import type { Segment } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { SEGMENT_COLUMNS, toSegment } from './stored-segment.js';
import type { SegmentRow } from './stored-segment.js';

export interface KeyOfChecks {
  readonly keyId: number;
  readonly key: string;
  readonly group: string;
}

/** Keys that one of the checks has, in the order of their numbers. */
export async function readKeysOfChecks(
  database: Queryable,
  checkIds: readonly number[],
  page: { readonly afterKeyId: number; readonly limit: number },
): Promise<readonly KeyOfChecks[]> {
  const { rows } = await database.query<{ key_id: number; key: string; group: string }>(
    `SELECT k.key_id, n.name AS key, g.name AS "group"
     FROM (SELECT key_id, min(group_id) AS group_id FROM key_span WHERE check_id = ANY($1::int[]) AND key_id > $2
           GROUP BY key_id ORDER BY key_id LIMIT $3) k
     JOIN key_name n ON n.id = k.key_id JOIN key_name g ON g.id = k.group_id ORDER BY k.key_id`,
    [checkIds, page.afterKeyId, page.limit],
  );
  return rows.map((row) => ({ keyId: row.key_id, key: row.key, group: row.group }));
}

interface KeysSince {
  readonly checkIds: readonly number[];
  readonly keyIds: readonly number[];
  readonly sinceMs: number;
}

export interface SegmentSince {
  readonly checkId: number;
  readonly keyId: number;
  readonly segment: Segment;
}

/** Segments that do not end before an instant, in the order of time. */
export async function readSegmentsSince(database: Queryable, { checkIds, keyIds, sinceMs }: KeysSince): Promise<readonly SegmentSince[]> {
  const { rows } = await database.query<SegmentRow & { check_id: number; key_id: number }>(
    `SELECT s.check_id, s.key_id, ${SEGMENT_COLUMNS} FROM segment s
     WHERE s.check_id = ANY($1::int[]) AND s.key_id = ANY($2::bigint[]) AND (s.to_at IS NULL OR s.to_at >= $3)
     ORDER BY s.check_id, s.key_id, s.from_at`,
    [checkIds, keyIds, instantToColumn(sinceMs)],
  );
  return rows.map((row) => ({ checkId: row.check_id, keyId: row.key_id, segment: toSegment(row) }));
}

export interface FailedOccurrence {
  readonly checkId: number;
  readonly keyId: number;
  readonly occurrence: string;
}

/** Occurrences at or after an instant that failed. */
export async function readFailedSince(database: Queryable, { checkIds, keyIds, sinceMs }: KeysSince): Promise<readonly FailedOccurrence[]> {
  const { rows } = await database.query<{ check_id: number; key_id: number; occurrence: string }>(
    `SELECT check_id, key_id, occurrence FROM observation
     WHERE check_id = ANY($1::int[]) AND key_id = ANY($2::bigint[]) AND at >= $3 AND outcome = 1`,
    [checkIds, keyIds, instantToColumn(sinceMs)],
  );
  return rows.map((row) => ({ checkId: row.check_id, keyId: row.key_id, occurrence: row.occurrence }));
}
