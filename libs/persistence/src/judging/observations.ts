import { STATES } from '@tickmark/contracts';
import type { Basis, Observation } from '@tickmark/evaluation';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { GroupId } from './check-states.js';
import { arrayLiteral, optional, returnedRows, writeAll } from './rows.js';

const PENDING = 100;

export interface ObservationId {
  readonly checkId: number;
  readonly keyId: number;
  readonly atMs: number;
  readonly occurrence: string;
}

export interface ObservationOfKey extends GroupId {
  readonly keyId: number;
  readonly observation: Observation;
}

interface ObservationRow {
  check_id: number;
  key_id: number;
  at: number;
  occurrence: string;
  outcome: number;
  basis: number;
  decided_at: number | null;
  reason: string | null;
  system: string | null;
  evidence_ids: string[];
}

/** By check and key; the columns name check, group, and the instant after which they are wanted. */
export async function observationsAfter(transaction: Queryable, columns: readonly unknown[][]): Promise<ReadonlyMap<string, ObservationRow[]>> {
  const { rows } = await transaction.query<ObservationRow>(
    `SELECT o.* FROM unnest($1::int[], $2::bigint[], $3::timestamptz[]) AS w(check_id, group_id, at)
     JOIN key_span s USING (check_id, group_id)
     CROSS JOIN LATERAL (
       SELECT check_id, key_id, at, occurrence, outcome, basis, decided_at, reason, system, evidence_ids FROM observation o
       WHERE o.check_id = s.check_id AND o.key_id = s.key_id AND o.at > w.at) o`,
    columns,
  );
  return Map.groupBy(rows, (row) => `${row.check_id} ${row.key_id}`);
}

export const toObservation = (key: string, row: ObservationRow): Observation => ({
  key,
  occurrence: row.occurrence,
  atMs: row.at,
  outcome: row.outcome === PENDING ? 'pending' : (STATES[row.outcome] ?? 'error'),
  basis: basisFromColumn(row.basis),
  ...(row.decided_at === null ? {} : { decidedAtMs: row.decided_at }),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.system === null ? {} : { system: row.system }),
  evidenceIds: row.evidence_ids,
});

export async function deleteObservations(transaction: Queryable, ids: readonly ObservationId[]): Promise<void> {
  await writeAll(
    transaction,
    `DELETE FROM observation o USING unnest($1::int[], $2::bigint[], $3::timestamptz[], $4::text[]) AS d(check_id, key_id, at, occurrence)
     WHERE o.check_id = d.check_id AND o.key_id = d.key_id AND o.at = d.at AND o.occurrence = d.occurrence`,
    ids,
    [(one) => one.checkId, (one) => one.keyId, (one) => instantToColumn(one.atMs), (one) => one.occurrence],
  );
}

interface ChangedObservation {
  readonly checkId: number;
  readonly atMs: number;
}

/** A changed observation is a new revision; an equal one changes nothing. Gives those that were new or changed. */
export async function saveObservations(transaction: Queryable, observations: readonly ObservationOfKey[]): Promise<readonly ChangedObservation[]> {
  const rows = await returnedRows<{ check_id: number; at: number }, ObservationOfKey>(
    transaction,
    `INSERT INTO observation AS o (check_id, group_id, key_id, at, occurrence, outcome, basis, decided_at, reason, system, evidence_ids)
     SELECT check_id, group_id, key_id, at, occurrence, outcome, basis, decided_at, reason, system, evidence_ids::uuid[]
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::smallint[], $7::smallint[],
       $8::timestamptz[], $9::text[], $10::text[], $11::text[])
       AS n(check_id, group_id, key_id, at, occurrence, outcome, basis, decided_at, reason, system, evidence_ids)
     ON CONFLICT (check_id, key_id, at, occurrence) DO UPDATE SET outcome = excluded.outcome, basis = excluded.basis,
       decided_at = excluded.decided_at, reason = excluded.reason, system = excluded.system,
       evidence_ids = excluded.evidence_ids, revision = o.revision + 1
     WHERE (o.outcome, o.basis, o.decided_at, o.reason, o.system, o.evidence_ids) IS DISTINCT FROM
       (excluded.outcome, excluded.basis, excluded.decided_at, excluded.reason, excluded.system, excluded.evidence_ids)
     RETURNING o.check_id, o.at`,
    observations,
    [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => one.keyId,
      (one) => instantToColumn(one.observation.atMs),
      (one) => one.observation.occurrence,
      (one) => outcomeToColumn(one.observation.outcome),
      (one) => basisToColumn(one.observation.basis),
      (one) => optionalInstantToColumn(one.observation.decidedAtMs),
      (one) => optional(one.observation.reason),
      (one) => optional(one.observation.system),
      (one) => arrayLiteral(one.observation.evidenceIds),
    ],
  );
  return rows.map((row) => ({ checkId: row.check_id, atMs: row.at }));
}

const outcomeToColumn = (outcome: Observation['outcome']): number => (outcome === 'pending' ? PENDING : STATES.indexOf(outcome));

export const basisToColumn = (basis: Basis): number => (basis === 'evidence' ? 0 : 1);
export const basisFromColumn = (column: number): Basis => (column === 0 ? 'evidence' : 'absence');
