import type { AttemptOutcome, NextStep, NoticeBody } from '@tickmark/alerting';
import { toInstant } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import { putIntoLedger } from '../ingestion/ledger-intake.js';

/** A notice that an attempt is under way for. */
export interface ClaimedNotice {
  readonly id: string;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** Attempts before it that asked for a retry. */
  readonly failures: number;
  readonly receiver: string;
  readonly channel: string;
  readonly body: NoticeBody;
  readonly receivedAtMs?: number;
}

interface ClaimRow {
  id: string;
  attempts: number;
  failures: number;
  receiver: string;
  channel: string;
  payload: NoticeBody;
  caused_received_at: number | null;
}

/** A timer may fire a little before the database's clock says so. */
const EARLY = "interval '250 milliseconds'";

/**
 * Begins an attempt when the notice is due; until the lease ends nobody else does. When this process dies in the middle
 * the notice is due again after the lease: it is sent twice at most, with the same id.
 */
export async function claimNotice(database: Queryable, id: string, leaseMs: number): Promise<ClaimedNotice | undefined> {
  const { rows } = await database.query<ClaimRow>(
    `WITH claimed AS (
       UPDATE notice SET attempts = attempts + 1, next_attempt_at = clock_timestamp() + $2 * interval '1 millisecond'
       WHERE id = $1 AND status IN ('waiting', 'failed') AND next_attempt_at <= clock_timestamp() + ${EARLY}
       RETURNING id, attempts, failures, receiver, channel, payload, caused_received_at),
     begun AS (INSERT INTO notice_attempt (notice_id, attempt, outcome) SELECT id, attempts, 'begun' FROM claimed)
     SELECT * FROM claimed`,
    [id, leaseMs],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    id: row.id,
    attempt: row.attempts,
    failures: row.failures,
    receiver: row.receiver,
    channel: row.channel,
    body: row.payload,
    ...(row.caused_received_at === null ? {} : { receivedAtMs: row.caused_received_at }),
  };
}

export interface Attempt {
  readonly notice: ClaimedNotice;
  readonly outcome: AttemptOutcome;
  readonly next: NextStep;
}

/** Records how an attempt ended. A notice's first end (sent, or no attempt follows) is a record of the ledger. */
export async function recordAttempt(transaction: Queryable, { notice, outcome, next }: Attempt): Promise<void> {
  const detail = outcome.kind === 'sent' ? (outcome.note ?? null) : outcome.reason;
  const { rows } = await transaction.query<{ attempts: number; status: string }>(
    'SELECT attempts, status FROM notice WHERE id = $1 FOR UPDATE',
    [notice.id],
  );
  const [stored] = rows;
  await transaction.query('UPDATE notice_attempt SET outcome = $3, detail = $4 WHERE notice_id = $1 AND attempt = $2', [
    notice.id,
    notice.attempt,
    outcome.kind,
    detail,
  ]);
  if (stored === undefined || stored.status === 'sent') return;
  if (next.kind === 'done') await end(transaction, notice, { status: 'sent', detail });
  // A later attempt is under way when the lease of this one ended: that one says what follows.
  else if (stored.attempts !== notice.attempt) return;
  else if (next.kind === 'exhausted') await end(transaction, notice, { status: 'exhausted', detail });
  else await fail(transaction, notice, { detail, afterMs: next.afterMs });
}

async function fail(transaction: Queryable, { id }: ClaimedNotice, failed: { detail: string | null; afterMs: number }): Promise<void> {
  await transaction.query(
    `UPDATE notice SET status = 'failed', failures = failures + 1, last_error = $2,
       next_attempt_at = clock_timestamp() + $3 * interval '1 millisecond' WHERE id = $1`,
    [id, failed.detail, failed.afterMs],
  );
}

interface End {
  readonly status: 'sent' | 'exhausted';
  readonly detail: string | null;
}

async function end(transaction: Queryable, notice: ClaimedNotice, { status, detail }: End): Promise<void> {
  const { rows } = await transaction.query<{ at: number }>(
    `UPDATE notice SET status = $2, last_error = $3, sent_at = CASE WHEN $2 = 'sent' THEN clock_timestamp() END
     WHERE id = $1 RETURNING date_trunc('milliseconds', clock_timestamp()) AS at`,
    [notice.id, status, detail],
  );
  const atMs = rows[0]?.at ?? 0;
  const deviations = notice.body.deviations.map(({ id }) => id);
  if (status === 'sent') await markNotified(transaction, deviations, atMs);
  await putIntoLedger(transaction, 'notice', {
    notice: notice.id,
    kind: notice.body.kind,
    receiver: notice.receiver,
    channel: notice.channel,
    control: notice.body.control,
    deviations,
    gap: notice.body.gap?.id ?? null,
    outcome: status,
    attempts: notice.attempt,
    at: toInstant(atMs),
  });
}

/** The first success counts. Rows are locked in the order of their ids: several of them come with one digest. */
async function markNotified(transaction: Queryable, deviationIds: readonly string[], atMs: number): Promise<void> {
  if (deviationIds.length === 0) return;
  await transaction.query(
    `WITH told AS (SELECT id FROM deviation WHERE id = ANY($1::text[]) AND notified_at IS NULL ORDER BY id FOR UPDATE)
     UPDATE deviation d SET notified_at = $2 FROM told WHERE d.id = told.id`,
    [deviationIds, toInstant(atMs)],
  );
}
