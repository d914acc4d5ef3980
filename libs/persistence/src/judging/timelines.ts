import { STATES } from '@tickmark/contracts';
import type { Observation, Segment } from '@tickmark/evaluation';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { GroupId } from './check-states.js';
import { basisFromColumn, basisToColumn, observationsAfter, toObservation } from './observations.js';
import { arrayLiteral, columnsOf, instantOrEver, optional, writeAll } from './rows.js';

/** A key of a group with what does not end before the place it was loaded from. */
export interface StoredKey {
  readonly keyId: number;
  readonly key: string;
  readonly beginMs: number;
  readonly retiredAtMs?: number;
  readonly segments: readonly Segment[];
  readonly observations: readonly Observation[];
}

export interface StoredTimeline extends GroupId, StoredKey {}

export interface TimelinesFrom extends GroupId {
  /** Segments that do not end before this instant and observations after it; all without it. */
  readonly baseMs?: number;
}

interface SpanRow {
  check_id: number;
  group_id: number;
  key_id: number;
  name: string;
  begin_at: number;
  retired_at: number | null;
}

interface SegmentRow {
  check_id: number;
  key_id: number;
  from_at: number;
  to_at: number | null;
  state: number;
  basis: number;
  reason: string | null;
  evidence_id: string | null;
  system: string | null;
  feed_ids: number[];
  occurrence: string | null;
}

export async function loadTimelines(transaction: Queryable, wanted: readonly TimelinesFrom[]): Promise<readonly StoredTimeline[]> {
  if (wanted.length === 0) return [];
  const columns = columnsOf(wanted, [(one) => one.checkId, (one) => one.groupId, (one) => instantOrEver(one.baseMs)]);
  const spans = await transaction.query<SpanRow>(
    `SELECT s.check_id, s.group_id, s.key_id, k.name, s.begin_at, s.retired_at
     FROM key_span s JOIN unnest($1::int[], $2::bigint[]) AS w(check_id, group_id) USING (check_id, group_id)
     JOIN key_name k ON k.id = s.key_id`,
    columns.slice(0, 2),
  );
  const segments = await transaction.query<SegmentRow>(
    `SELECT g.* FROM unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS w(check_id, group_id, at)
     JOIN key_span s USING (check_id, group_id)
     CROSS JOIN LATERAL (
       SELECT check_id, key_id, from_at, to_at, state, basis, reason, evidence_id, system, feed_ids, occurrence
       FROM segment g WHERE g.check_id = s.check_id AND g.key_id = s.key_id AND (g.to_at IS NULL OR g.to_at >= w.at)) g
     ORDER BY g.check_id, g.key_id, g.from_at`,
    columns,
  );
  const observations = await observationsAfter(transaction, columns);
  const byKey = Map.groupBy(segments.rows, keyOf);
  return spans.rows.map((row) => ({
    checkId: row.check_id,
    groupId: row.group_id,
    keyId: row.key_id,
    key: row.name,
    beginMs: row.begin_at,
    ...(row.retired_at === null ? {} : { retiredAtMs: row.retired_at }),
    segments: (byKey.get(keyOf(row)) ?? []).map(toSegment),
    observations: observations.get(keyOf(row))?.map((one) => toObservation(row.name, one)) ?? [],
  }));
}

const keyOf = (row: { readonly check_id: number; readonly key_id: number }): string => `${row.check_id} ${row.key_id}`;

export interface SegmentRowId {
  readonly checkId: number;
  readonly keyId: number;
  readonly fromMs: number;
}

export async function deleteSegments(transaction: Queryable, ids: readonly SegmentRowId[]): Promise<void> {
  await writeAll(
    transaction,
    `DELETE FROM segment s USING unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS d(check_id, key_id, from_at)
     WHERE s.check_id = d.check_id AND s.key_id = d.key_id AND s.from_at = d.from_at`,
    ids,
    [(one) => one.checkId, (one) => one.keyId, (one) => instantToColumn(one.fromMs)],
  );
}

export interface SegmentOfKey extends GroupId {
  readonly keyId: number;
  readonly segment: Segment;
}

export async function saveSegments(transaction: Queryable, segments: readonly SegmentOfKey[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO segment (check_id, group_id, key_id, from_at, to_at, state, basis, reason, evidence_id, system, feed_ids, occurrence)
     SELECT check_id, group_id, key_id, from_at, to_at, state, basis, reason, evidence_id, system, feed_ids::int[], occurrence
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::smallint[], $7::smallint[],
       $8::text[], $9::uuid[], $10::text[], $11::text[], $12::text[])
       AS n(check_id, group_id, key_id, from_at, to_at, state, basis, reason, evidence_id, system, feed_ids, occurrence)
     ON CONFLICT (check_id, key_id, from_at) DO UPDATE SET group_id = excluded.group_id, to_at = excluded.to_at,
       state = excluded.state, basis = excluded.basis, reason = excluded.reason, evidence_id = excluded.evidence_id,
       system = excluded.system, feed_ids = excluded.feed_ids, occurrence = excluded.occurrence`,
    segments,
    [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => one.keyId,
      (one) => instantToColumn(one.segment.fromMs),
      (one) => optionalInstantToColumn(one.segment.toMs),
      (one) => STATES.indexOf(one.segment.state),
      (one) => basisToColumn(one.segment.basis),
      (one) => optional(one.segment.reason),
      (one) => optional(one.segment.evidenceId),
      (one) => optional(one.segment.system),
      (one) => arrayLiteral(one.segment.feedIds),
      (one) => optional(one.segment.occurrence),
    ],
  );
}

export interface KeySpan extends GroupId {
  readonly keyId: number;
  readonly beginMs: number;
  readonly retiredAtMs?: number;
}

export async function saveKeySpans(transaction: Queryable, spans: readonly KeySpan[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO key_span (check_id, group_id, key_id, begin_at, retired_at)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[])
     ON CONFLICT (check_id, key_id) DO UPDATE SET begin_at = excluded.begin_at, retired_at = excluded.retired_at`,
    spans,
    [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => one.keyId,
      (one) => instantToColumn(one.beginMs),
      (one) => optionalInstantToColumn(one.retiredAtMs),
    ],
  );
}

export async function deleteKeySpans(transaction: Queryable, keys: readonly { readonly checkId: number; readonly keyId: number }[]): Promise<void> {
  await writeAll(
    transaction,
    `DELETE FROM key_span s USING unnest($1::int[], $2::bigint[]) AS d(check_id, key_id)
     WHERE s.check_id = d.check_id AND s.key_id = d.key_id`,
    keys,
    [(one) => one.checkId, (one) => one.keyId],
  );
}


const toSegment = (row: SegmentRow): Segment => ({
  state: STATES[row.state] ?? 'error',
  fromMs: row.from_at,
  ...(row.to_at === null ? {} : { toMs: row.to_at }),
  basis: basisFromColumn(row.basis),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.evidence_id === null ? {} : { evidenceId: row.evidence_id }),
  ...(row.system === null ? {} : { system: row.system }),
  feedIds: row.feed_ids,
  ...(row.occurrence === null ? {} : { occurrence: row.occurrence }),
});

/** From when until when a key lives. */
export interface KeyLife {
  readonly beginMs: number;
  readonly retiredAtMs?: number;
}

export async function keyLives(database: Queryable, checkId: number): Promise<readonly KeyLife[]> {
  const { rows } = await database.query<{ begin_at: number; retired_at: number | null }>(
    'SELECT begin_at, retired_at FROM key_span WHERE check_id = $1',
    [checkId],
  );
  return rows.map((row) => ({ beginMs: row.begin_at, ...(row.retired_at === null ? {} : { retiredAtMs: row.retired_at }) }));
}
