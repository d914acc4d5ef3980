import type { Observation } from '@tickmark/evaluation';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { codeOfState, stateOf } from './stored-segment.js';

const PENDING = 100;

export type Outcome = Observation['outcome'];

export interface StoredObservation extends Observation {
  readonly checkId: number;
  readonly keyId: number;
  readonly group: string;
}

export interface ObservationPosition {
  readonly checkId: number;
  readonly keyId: number;
  readonly atMs: number;
  readonly occurrence: string;
}

export interface ObservationPage {
  readonly checkIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly keyId?: number;
  /** Any of them. */
  readonly outcomes?: readonly Outcome[];
  readonly after?: ObservationPosition;
  readonly limit: number;
}

export interface ObservationRow {
  check_id: number;
  key_id: number;
  key: string;
  group: string;
  at: number;
  occurrence: string;
  outcome: number;
  basis: number;
  decided_at: number | null;
  reason: string | null;
  system: string | null;
  evidence_ids: string[];
}

const outcomeOf = (code: number): Outcome => (code === PENDING ? 'pending' : stateOf(code));
const codeOfOutcome = (outcome: Outcome): number => (outcome === 'pending' ? PENDING : codeOfState(outcome));

export const OBSERVATION_COLUMNS = `o.check_id, o.key_id, n.name AS key, g.name AS "group", o.at, o.occurrence, o.outcome, o.basis, o.decided_at,
  o.reason, o.system, o.evidence_ids`;
export const OBSERVATION_SOURCE = 'observation o JOIN key_name n ON n.id = o.key_id JOIN key_name g ON g.id = o.group_id';

/** By check, key, time and occurrence. */
export async function readObservations(database: Queryable, page: ObservationPage): Promise<readonly StoredObservation[]> {
  const { rows } = await database.query<ObservationRow>(
    `SELECT ${OBSERVATION_COLUMNS} FROM ${OBSERVATION_SOURCE}
     WHERE o.check_id = ANY($1) AND o.at >= $2 AND o.at < $3 AND ($4::bigint IS NULL OR o.key_id = $4)
       AND ($5::int[] IS NULL OR o.outcome = ANY($5))
       AND ($6::int IS NULL OR (o.check_id, o.key_id, o.at, o.occurrence) > ($6, $7, $8, $9))
     ORDER BY o.check_id, o.key_id, o.at, o.occurrence LIMIT $10`,
    [
      page.checkIds, instantToColumn(page.fromMs), instantToColumn(page.toMs), page.keyId ?? null,
      page.outcomes?.map(codeOfOutcome) ?? null, ...positionColumns(page.after), page.limit,
    ],
  );
  return rows.map(toObservation);
}

const positionColumns = (after: ObservationPosition | undefined) =>
  after === undefined ? [null, null, null, null] : [after.checkId, after.keyId, instantToColumn(after.atMs), after.occurrence];

export function toObservation(row: ObservationRow): StoredObservation {
  return {
    checkId: row.check_id,
    keyId: row.key_id,
    key: row.key,
    group: row.group,
    occurrence: row.occurrence,
    atMs: row.at,
    outcome: outcomeOf(row.outcome),
    basis: row.basis === 0 ? 'evidence' : 'absence',
    ...(row.decided_at === null ? {} : { decidedAtMs: row.decided_at }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.system === null ? {} : { system: row.system }),
    evidenceIds: row.evidence_ids,
  };
}

export interface ObservationRange {
  readonly checkId: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** None named: all. Observations without a system count to every one. */
  readonly systems: readonly string[];
}

export interface OutcomeCount {
  readonly outcome: Outcome;
  readonly count: number;
}

export async function countOutcomes(database: Queryable, range: ObservationRange): Promise<readonly OutcomeCount[]> {
  const { rows } = await database.query<{ outcome: number; count: number }>(
    `SELECT outcome, count(*)::int AS count FROM observation
     WHERE check_id = $1 AND at >= $2 AND at < $3 AND (cardinality($4::text[]) = 0 OR system IS NULL OR system = ANY($4))
     GROUP BY outcome ORDER BY outcome`,
    [range.checkId, instantToColumn(range.fromMs), instantToColumn(range.toMs), range.systems],
  );
  return rows.map((row) => ({ outcome: outcomeOf(row.outcome), count: row.count }));
}

/** A decided failure by absence, with what it rests on: blindness that has not ended takes the decision back. */
export interface AbsentFailure {
  readonly checkId: number;
  readonly keyId: number;
  readonly key: string;
  readonly group: string;
  readonly occurrence: string;
  /** When it occurred: the period that counts it. */
  readonly atMs: number;
  readonly decidedAtMs: number;
  readonly feedIds: readonly number[];
  readonly system?: string;
}

interface AbsentRow {
  check_id: number;
  key_id: number;
  key: string;
  group: string;
  occurrence: string;
  at: number;
  from_at: number;
  feed_ids: number[];
  system: string | null;
}

/** Failures for want of evidence that begin in the range, of the keys' own timelines. */
export async function readAbsentFailures(
  database: Queryable,
  checkIds: readonly number[],
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly AbsentFailure[]> {
  const { rows } = await database.query<AbsentRow>(
    `SELECT s.check_id, s.key_id, n.name AS key, g.name AS "group", s.occurrence, o.at, s.from_at, s.feed_ids, s.system
     FROM segment s JOIN key_name n ON n.id = s.key_id JOIN key_name g ON g.id = s.group_id
     JOIN observation o ON o.check_id = s.check_id AND o.key_id = s.key_id AND o.occurrence = s.occurrence
     WHERE s.check_id = ANY($1) AND s.state = 1 AND s.basis = 1 AND s.occurrence IS NOT NULL
       AND s.from_at >= $2 AND s.from_at < $3`,
    [checkIds, instantToColumn(range.fromMs), instantToColumn(range.toMs)],
  );
  return rows.map((row) => ({
    checkId: row.check_id,
    keyId: row.key_id,
    key: row.key,
    group: row.group,
    occurrence: row.occurrence,
    atMs: row.at,
    decidedAtMs: row.from_at,
    feedIds: row.feed_ids,
    ...(row.system === null ? {} : { system: row.system }),
  }));
}
