import type { DeviationStatus, Severity } from '@tickmark/contracts';
import type { Period, RecordedDeviation } from '@tickmark/reporting';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export interface DeviationPage {
  readonly status?: DeviationStatus;
  readonly control?: string;
  readonly key?: string;
  /** Only those that were detected by then. */
  readonly knownAtMs?: number;
  readonly after?: { readonly occurredAtMs: number; readonly id: string };
  readonly limit: number;
}

interface Row {
  id: string;
  control: string;
  check_name: string;
  key: string;
  occurrence: string | null;
  status: DeviationStatus;
  severity: Severity;
  system: string | null;
  reason: string | null;
  occurred_at: number;
  occurred_until: number | null;
  detected_at: number;
  notified_at: number | null;
  remediated_at: number | null;
  verified_at: number | null;
  withdrawn_at: number | null;
  evidence_ids: string[];
  backfill: boolean;
}

const COLUMNS = `d.id, d.control, d.check_name, n.name AS key, d.occurrence, d.status, d.severity, d.system, d.reason,
  d.occurred_at, d.occurred_until, d.detected_at, d.notified_at, d.remediated_at, d.verified_at, d.withdrawn_at,
  d.evidence_ids, d.backfill`;
const SOURCE = 'deviation d JOIN key_name n ON n.id = d.key_id';

/** The latest first. */
export async function readDeviations(database: Queryable, page: DeviationPage): Promise<readonly RecordedDeviation[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM ${SOURCE}
     WHERE ($1::text IS NULL OR d.status = $1) AND ($2::text IS NULL OR d.control = $2) AND ($3::text IS NULL OR n.name = $3)
       AND ($4::timestamptz IS NULL OR d.detected_at <= $4)
       AND ($5::timestamptz IS NULL OR (d.occurred_at, d.id) < ($5, $6))
     ORDER BY d.occurred_at DESC, d.id DESC LIMIT $7`,
    [
      page.status ?? null, page.control ?? null, page.key ?? null, optionalInstantToColumn(page.knownAtMs),
      optionalInstantToColumn(page.after?.occurredAtMs), page.after?.id ?? null, page.limit,
    ],
  );
  return rows.map(toDeviation);
}

/**
 * Every deviation of the controls that occurred in the period or lasted into it. Withdrawn and merged ones stand in the
 * period in which they were said to have occurred.
 */
export async function readDeviationsOfPeriod(
  database: Queryable,
  period: Period,
  controls: readonly string[],
): Promise<readonly RecordedDeviation[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM ${SOURCE}
     WHERE d.control = ANY($1) AND d.occurred_at < $3
       AND (d.occurred_at >= $2 OR d.status = 'open' OR (d.status = 'closed' AND d.remediated_at > $2))
     ORDER BY d.control, d.occurred_at, d.id`,
    [controls, instantToColumn(period.fromMs), instantToColumn(period.toMs)],
  );
  return rows.map(toDeviation);
}

/** How many are open, by severity. */
export async function countOpenDeviations(database: Queryable): Promise<ReadonlyMap<Severity, number>> {
  const { rows } = await database.query<{ severity: Severity; count: number }>(
    `SELECT severity, count(*)::int AS count FROM deviation WHERE status = 'open' GROUP BY severity`,
  );
  return new Map(rows.map(({ severity, count }) => [severity, count]));
}

/** Which of the evidence had been received by then. */
export async function receivedBy(database: Queryable, evidenceIds: readonly string[], knownAtMs: number): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ id: string }>('SELECT id FROM evidence WHERE id = ANY($1) AND received_at <= $2', [
    evidenceIds,
    instantToColumn(knownAtMs),
  ]);
  return new Set(rows.map(({ id }) => id));
}

function toDeviation(row: Row): RecordedDeviation {
  return {
    id: row.id,
    control: row.control,
    check: row.check_name,
    key: row.key,
    ...(row.occurrence === null ? {} : { occurrence: row.occurrence }),
    status: row.status,
    severity: row.severity,
    ...(row.system === null ? {} : { system: row.system }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...timesOf(row),
    evidenceIds: row.evidence_ids,
    backfill: row.backfill,
  };
}

function timesOf(row: Row) {
  return {
    occurredAtMs: row.occurred_at,
    ...(row.occurred_until === null ? {} : { occurredUntilMs: row.occurred_until }),
    detectedAtMs: row.detected_at,
    ...(row.notified_at === null ? {} : { notifiedAtMs: row.notified_at }),
    ...(row.remediated_at === null ? {} : { remediatedAtMs: row.remediated_at }),
    ...(row.verified_at === null ? {} : { verifiedAtMs: row.verified_at }),
    ...(row.withdrawn_at === null ? {} : { withdrawnAtMs: row.withdrawn_at }),
  };
}

/** How many are open, by control. */
export async function countOpenDeviationsByControl(database: Queryable, controls: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.query<{ control: string; count: number }>(
    `SELECT control, count(*)::int AS count FROM deviation WHERE status = 'open' AND control = ANY($1) GROUP BY control`,
    [controls],
  );
  return new Map(rows.map(({ control, count }) => [control, count]));
}

export async function readDeviation(database: Queryable, id: string): Promise<RecordedDeviation | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM ${SOURCE} WHERE d.id = $1`, [id]);
  return rows[0] && toDeviation(rows[0]);
}
