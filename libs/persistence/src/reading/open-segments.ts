import type { State } from '@tickmark/contracts';
import type { Segment } from '@tickmark/evaluation';
import type { Queryable } from '../database.js';
import { PRESENT, SEGMENT_COLUMNS, stateOf, toSegment } from './stored-segment.js';
import type { SegmentRow } from './stored-segment.js';

/** What a key is in at present. */
export interface PresentSegment {
  readonly checkId: number;
  readonly keyId: number;
  readonly key: string;
  readonly group: string;
  readonly segment: Segment;
}

export interface PresentPage {
  readonly checkIds: readonly number[];
  readonly keyId?: number;
  /** Only keys with one of these numbers, as key or as group. */
  readonly among?: readonly number[];
  readonly after?: { readonly checkId: number; readonly keyId: number };
  readonly limit: number;
}

interface Row extends SegmentRow {
  check_id: number;
  key_id: number;
  key: string;
  group: string;
}

/** The open segments of live keys, by check and key. */
export async function readPresent(database: Queryable, page: PresentPage): Promise<readonly PresentSegment[]> {
  const { rows } = await database.query<Row>(
    `SELECT s.check_id, s.key_id, n.name AS key, g.name AS "group", ${SEGMENT_COLUMNS}
     FROM segment s JOIN key_name n ON n.id = s.key_id JOIN key_name g ON g.id = s.group_id
     WHERE s.check_id = ANY($1) AND ${PRESENT} AND ($2::bigint IS NULL OR s.key_id = $2)
       AND ($6::bigint[] IS NULL OR s.key_id = ANY($6) OR s.group_id = ANY($6))
       AND ($3::int IS NULL OR (s.check_id, s.key_id) > ($3, $4))
     ORDER BY s.check_id, s.key_id LIMIT $5`,
    [
      page.checkIds, page.keyId ?? null, page.after?.checkId ?? null, page.after?.keyId ?? null, page.limit, page.among ?? null,
    ],
  );
  return rows.map((row) => ({
    checkId: row.check_id,
    keyId: row.key_id,
    key: row.key,
    group: row.group,
    segment: toSegment(row),
  }));
}

/** Keys that are alike for blindness: same check, state, basis and feeds. */
export interface PresentCount {
  readonly checkId: number;
  readonly state: State;
  readonly basis: 'evidence' | 'absence';
  readonly feedIds: readonly number[];
  readonly keys: number;
}

/** All live keys of the checks, counted in the database. `without`: keys and groups that are looked at one by one. */
export async function countPresent(
  database: Queryable,
  checkIds: readonly number[],
  without: readonly number[],
): Promise<readonly PresentCount[]> {
  const { rows } = await database.query<{ check_id: number; state: number; basis: number; feed_ids: number[]; keys: number }>(
    `SELECT s.check_id, s.state, s.basis, s.feed_ids, count(*)::int AS keys
     FROM segment s
     WHERE s.check_id = ANY($1) AND ${PRESENT}
       AND NOT (s.key_id = ANY($2) OR s.group_id = ANY($2))
     GROUP BY s.check_id, s.state, s.basis, s.feed_ids`,
    [checkIds, without],
  );
  return rows.map((row) => ({
    checkId: row.check_id,
    state: stateOf(row.state),
    basis: row.basis === 0 ? 'evidence' : 'absence',
    feedIds: row.feed_ids,
    keys: row.keys,
  }));
}
