import type { DeviationStatus, Severity } from '@tickmark/contracts';
import type { DeviationRecord } from '@tickmark/evaluation';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { GroupId } from './check-states.js';
import { arrayLiteral, columnsOf, instantOrEver, optional, writeAll } from './rows.js';

export interface StoredDeviation extends GroupId {
  readonly control: string;
  readonly check: string;
  readonly keyId: number;
  readonly record: DeviationRecord;
}

export interface DeviationColumns {
  name: string;
  id: string;
  occurrence: string | null;
  status: DeviationStatus;
  system: string | null;
  reason: string | null;
  occurred_at: number;
  occurred_until: number | null;
  detected_at: number;
  remediated_at: number | null;
  verified_at: number | null;
  withdrawn_at: number | null;
  evidence_ids: string[];
  backfill: boolean;
}

interface DeviationRow extends DeviationColumns {
  check_id: number;
  group_id: number;
  key_id: number;
  control: string;
  check_name: string;
}

export const DEVIATION_COLUMNS = `d.id, d.occurrence, d.status, d.system, d.reason, d.occurred_at, d.occurred_until, d.detected_at, d.remediated_at,
  d.verified_at, d.withdrawn_at, d.evidence_ids, d.backfill`;

export interface DeviationsOfKey {
  readonly control: string;
  readonly check: string;
  readonly keyId: number;
  /** Open ones, and those that do not end before this instant; all without it. */
  readonly baseMs?: number;
}

/**
 * Of every version of the check. Also those that were withdrawn: late evidence can bring one back under its own id.
 */
export async function loadDeviations(transaction: Queryable, keys: readonly DeviationsOfKey[]): Promise<readonly StoredDeviation[]> {
  if (keys.length === 0) return [];
  const { rows } = await transaction.query<DeviationRow>(
    `SELECT d.check_id, d.group_id, d.key_id, d.control, d.check_name, k.name, ${DEVIATION_COLUMNS}
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[]) AS w(control, check_name, key_id, at)
     JOIN deviation d USING (control, check_name, key_id) JOIN key_name k ON k.id = d.key_id
     WHERE d.status = 'open' OR greatest(d.occurred_at, d.occurred_until, d.remediated_at) >= w.at
     ORDER BY d.occurred_at, d.id`,
    columnsOf(keys, [(one) => one.control, (one) => one.check, (one) => one.keyId, (one) => instantOrEver(one.baseMs)]),
  );
  return rows.map((row) => ({
    checkId: row.check_id,
    groupId: row.group_id,
    keyId: row.key_id,
    control: row.control,
    check: row.check_name,
    record: toDeviationRecord(row),
  }));
}

export interface DeviationToSave extends StoredDeviation {
  readonly severity: Severity;
  /** Row of control_version that judged. */
  readonly controlVersion: number;
}

/** Which version opened it stays; when it was notified is the notifier's column. */
export async function saveDeviations(transaction: Queryable, deviations: readonly DeviationToSave[]): Promise<void> {
  await writeAll(
    transaction,
    `INSERT INTO deviation (check_id, group_id, key_id, control, check_name, severity, control_version, id, occurrence, status, system,
       reason, occurred_at, occurred_until, detected_at, remediated_at, verified_at, withdrawn_at, evidence_ids, backfill)
     SELECT check_id, group_id, key_id, control, check_name, severity, control_version, id, occurrence, status, system, reason,
       occurred_at, occurred_until, detected_at, remediated_at, verified_at, withdrawn_at, evidence_ids::uuid[], backfill
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::timestamptz[],
       $17::timestamptz[], $18::timestamptz[], $19::text[], $20::boolean[])
       AS n(check_id, group_id, key_id, control, check_name, severity, control_version, id, occurrence, status, system, reason,
         occurred_at, occurred_until, detected_at, remediated_at, verified_at, withdrawn_at, evidence_ids, backfill)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, system = excluded.system, reason = excluded.reason,
       occurrence = excluded.occurrence, occurred_at = excluded.occurred_at, occurred_until = excluded.occurred_until,
       detected_at = excluded.detected_at, remediated_at = excluded.remediated_at, verified_at = excluded.verified_at,
       withdrawn_at = excluded.withdrawn_at, evidence_ids = excluded.evidence_ids, backfill = excluded.backfill`,
    deviations,
    [
      (one) => one.checkId,
      (one) => one.groupId,
      (one) => one.keyId,
      (one) => one.control,
      (one) => one.check,
      (one) => one.severity,
      (one) => one.controlVersion,
      ({ record }) => record.id,
      ({ record }) => optional(record.occurrence),
      ({ record }) => record.status,
      ({ record }) => optional(record.system),
      ({ record }) => optional(record.reason),
      ({ record }) => instantToColumn(record.occurredAtMs),
      ({ record }) => optionalInstantToColumn(record.occurredUntilMs),
      ({ record }) => instantToColumn(record.detectedAtMs),
      ({ record }) => optionalInstantToColumn(record.remediatedAtMs),
      ({ record }) => optionalInstantToColumn(record.verifiedAtMs),
      ({ record }) => optionalInstantToColumn(record.withdrawnAtMs),
      ({ record }) => arrayLiteral(record.evidenceIds),
      ({ record }) => record.backfill,
    ],
  );
}

export const toDeviationRecord = (row: DeviationColumns): DeviationRecord => ({
  id: row.id,
  key: row.name,
  ...(row.occurrence === null ? {} : { occurrence: row.occurrence }),
  status: row.status,
  occurredAtMs: row.occurred_at,
  ...(row.occurred_until === null ? {} : { occurredUntilMs: row.occurred_until }),
  detectedAtMs: row.detected_at,
  ...(row.remediated_at === null ? {} : { remediatedAtMs: row.remediated_at }),
  ...(row.verified_at === null ? {} : { verifiedAtMs: row.verified_at }),
  ...(row.withdrawn_at === null ? {} : { withdrawnAtMs: row.withdrawn_at }),
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.system === null ? {} : { system: row.system }),
  evidenceIds: row.evidence_ids,
  backfill: row.backfill,
});
