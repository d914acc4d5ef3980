import type { DeviationStatus } from '@tickmark/contracts';
import type { Segment } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { OBSERVATION_COLUMNS, OBSERVATION_SOURCE, toObservation } from './observations.js';
import type { ObservationPosition, ObservationRow, StoredObservation } from './observations.js';
import { SEGMENT_COLUMNS, toSegment } from './stored-segment.js';
import type { SegmentRow } from './stored-segment.js';

/** Whose verdict it is: a group is judged whole. */
export interface KeyOfGroup {
  readonly checkId: number;
  readonly keyId: number;
  readonly key: string;
  readonly groupId: number;
  readonly group: string;
}

export async function readObservation(
  database: Queryable,
  { checkId, keyId, atMs, occurrence }: ObservationPosition,
): Promise<(StoredObservation & KeyOfGroup) | undefined> {
  const { rows } = await database.query<ObservationRow & { group_id: number }>(
    `SELECT ${OBSERVATION_COLUMNS}, o.group_id FROM ${OBSERVATION_SOURCE}
     WHERE o.check_id = $1 AND o.key_id = $2 AND o.at = $3 AND o.occurrence = $4`,
    [checkId, keyId, instantToColumn(atMs), occurrence],
  );
  return rows[0] && { ...toObservation(rows[0]), groupId: rows[0].group_id };
}

interface KeySegmentRow extends SegmentRow {
  key_id: number;
  group_id: number;
  key: string;
  group: string;
}

export interface SegmentPosition {
  readonly checkId: number;
  readonly keyId: number;
  readonly fromMs: number;
}

/** The segment of a key that begins then. */
export async function readSegment(
  database: Queryable,
  { checkId, keyId, fromMs }: SegmentPosition,
): Promise<(KeyOfGroup & { readonly segment: Segment }) | undefined> {
  const { rows } = await database.query<KeySegmentRow>(
    `SELECT s.key_id, s.group_id, n.name AS key, g.name AS "group", ${SEGMENT_COLUMNS}
     FROM segment s JOIN key_name n ON n.id = s.key_id JOIN key_name g ON g.id = s.group_id
     WHERE s.check_id = $1 AND s.key_id = $2 AND s.from_at = $3`,
    [checkId, keyId, instantToColumn(fromMs)],
  );
  const row = rows[0];
  return row && { checkId, keyId, key: row.key, groupId: row.group_id, group: row.group, segment: toSegment(row) };
}

/** What a deviation was opened for: an occurrence, or a stretch of a state. */
export interface DeviationVerdict {
  readonly control: string;
  readonly check: string;
  readonly checkId: number;
  readonly keyId: number;
  readonly status: DeviationStatus;
  readonly occurrence?: string;
  readonly occurredAtMs: number;
}

export async function readDeviationVerdict(database: Queryable, id: string): Promise<DeviationVerdict | undefined> {
  const { rows } = await database.query<{
    control: string; check_name: string; check_id: number; key_id: number; status: DeviationStatus; occurrence: string | null; occurred_at: number;
  }>('SELECT control, check_name, check_id, key_id, status, occurrence, occurred_at FROM deviation WHERE id = $1', [id]);
  const row = rows[0];
  return (
    row && {
      control: row.control,
      check: row.check_name,
      checkId: row.check_id,
      keyId: row.key_id,
      status: row.status,
      ...(row.occurrence === null ? {} : { occurrence: row.occurrence }),
      occurredAtMs: row.occurred_at,
    }
  );
}

/** The occurrence of a key, whenever it was. */
export async function readObservationOf(database: Queryable, of: Pick<ObservationPosition, 'checkId' | 'keyId' | 'occurrence'>): Promise<ObservationPosition | undefined> {
  const { rows } = await database.query<{ at: number }>(
    'SELECT at FROM observation WHERE check_id = $1 AND key_id = $2 AND occurrence = $3 ORDER BY at LIMIT 1',
    [of.checkId, of.keyId, of.occurrence],
  );
  return rows[0] && { ...of, atMs: rows[0].at };
}

/** The failing segment of a key that holds at an instant. */
export async function readFailureAt(database: Queryable, { checkId, keyId, fromMs: atMs }: SegmentPosition): Promise<SegmentPosition | undefined> {
  const { rows } = await database.query<{ from_at: number }>(
    `SELECT from_at FROM segment WHERE check_id = $1 AND key_id = $2 AND state = 1 AND from_at <= $3 AND (to_at IS NULL OR to_at > $3)
     ORDER BY from_at DESC LIMIT 1`,
    [checkId, keyId, instantToColumn(atMs)],
  );
  return rows[0] && { checkId, keyId, fromMs: rows[0].from_at };
}

/** When a group falls due; what is due already has not been judged by the present watermark. */
export async function readDueOf(database: Queryable, { checkId, groupId }: { readonly checkId: number; readonly groupId: number }): Promise<number | undefined> {
  const { rows } = await database.query<{ ready_at: number | null }>('SELECT ready_at FROM check_state WHERE check_id = $1 AND group_id = $2', [checkId, groupId]);
  return rows[0]?.ready_at ?? undefined;
}
