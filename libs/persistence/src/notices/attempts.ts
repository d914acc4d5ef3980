import type { AttemptOutcome, NextStep, NoticeBody } from '@tickmark/alerting';
import { toInstant } from '@tickmark/contracts';
import type { Queryable } from '../database.js';
import { putAllIntoLedger } from '../ingestion/ledger-intake.js';
import { columnsOf, writeAll } from '../judging/rows.js';

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
 * Begins an attempt for those of the notices that are due; until the lease ends nobody else does. When this process dies
 * in the middle the notice is due again after the lease: it is sent twice at most, with the same id. A claim may be lost
 * with the machine, so it waits for no disk.
 */
export async function claimNotices(database: Queryable, ids: readonly string[], leaseMs: number): Promise<readonly ClaimedNotice[]> {
  const { rows } = await database.query<ClaimRow>(
    `WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS commit),
     due AS (
       SELECT n.id FROM notice n, quick
       WHERE n.id = ANY($1::uuid[]) AND n.status IN ('waiting', 'failed') AND n.next_attempt_at <= clock_timestamp() + ${EARLY}
         AND quick.commit = 'off'
       ORDER BY n.id FOR UPDATE OF n SKIP LOCKED),
     claimed AS (
       UPDATE notice n SET attempts = n.attempts + 1, next_attempt_at = clock_timestamp() + $2 * interval '1 millisecond'
       FROM due WHERE n.id = due.id
       RETURNING n.id, n.attempts, n.failures, n.receiver, n.channel, n.payload, n.caused_received_at),
     begun AS (INSERT INTO notice_attempt (notice_id, attempt, outcome) SELECT id, attempts, 'begun' FROM claimed)
     SELECT * FROM claimed`,
    [ids, leaseMs],
  );
  return rows.map((row) => ({
    id: row.id,
    attempt: row.attempts,
    failures: row.failures,
    receiver: row.receiver,
    channel: row.channel,
    body: row.payload,
    ...(row.caused_received_at === null ? {} : { receivedAtMs: row.caused_received_at }),
  }));
}

export interface Attempt {
  readonly notice: ClaimedNotice;
  readonly outcome: AttemptOutcome;
  readonly next: NextStep;
}

/** Records how attempts ended. A notice's first end (sent, or no attempt follows) is a record of the ledger. */
export async function recordAttempts(transaction: Queryable, attempts: readonly Attempt[]): Promise<void> {
  const latest = await lockNotices(transaction, attempts);
  await writeAll(
    transaction,
    `UPDATE notice_attempt a SET outcome = n.outcome, detail = n.detail
     FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) AS n(id, attempt, outcome, detail)
     WHERE a.notice_id = n.id AND a.attempt = n.attempt`,
    attempts,
    [({ notice }) => notice.id, ({ notice }) => notice.attempt, ({ outcome }) => outcome.kind, detailOf],
  );
  const counting = attempts.filter(({ notice, next }) => {
    const stored = latest.get(notice.id);
    if (stored === undefined || stored.status === 'sent') return false;
    // A later attempt is under way when the lease of this one ended: that one says what follows.
    return next.kind === 'done' || stored.attempts === notice.attempt;
  });
  await saveRetries(transaction, counting);
  await saveEnds(transaction, counting.filter(({ next }) => next.kind !== 'again'));
}

const detailOf = ({ outcome }: Attempt): string | null => (outcome.kind === 'sent' ? (outcome.note ?? null) : outcome.reason);

type Stored = { readonly attempts: number; readonly status: string };

async function lockNotices(transaction: Queryable, attempts: readonly Attempt[]): Promise<ReadonlyMap<string, Stored>> {
  const { rows } = await transaction.query<Stored & { id: string }>(
    'SELECT id, attempts, status FROM notice WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE',
    [attempts.map(({ notice }) => notice.id)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function saveRetries(transaction: Queryable, attempts: readonly Attempt[]): Promise<void> {
  await writeAll(
    transaction,
    `UPDATE notice SET status = 'failed', failures = failures + 1, last_error = n.detail,
       next_attempt_at = clock_timestamp() + n.after_ms * interval '1 millisecond'
     FROM unnest($1::uuid[], $2::text[], $3::float8[]) AS n(id, detail, after_ms) WHERE notice.id = n.id`,
    attempts.filter(({ next }) => next.kind === 'again'),
    [({ notice }) => notice.id, detailOf, ({ next }) => (next.kind === 'again' ? next.afterMs : 0)],
  );
}

async function saveEnds(transaction: Queryable, attempts: readonly Attempt[]): Promise<void> {
  if (attempts.length === 0) return;
  const { rows } = await transaction.query<{ at: number }>(
    `WITH ended AS (
       UPDATE notice SET status = n.status, last_error = n.detail, sent_at = CASE WHEN n.status = 'sent' THEN clock_timestamp() END
       FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n(id, status, detail) WHERE notice.id = n.id)
     SELECT date_trunc('milliseconds', clock_timestamp()) AS at`,
    columnsOf(attempts, [({ notice }) => notice.id, statusOf, detailOf]),
  );
  const at = toInstant(rows[0]?.at ?? Number.NaN);
  await markNotified(transaction, attempts.filter(({ next }) => next.kind === 'done').flatMap(deviationsOf), at);
  await putAllIntoLedger(transaction, 'notice', attempts.map((attempt) => leafOf(attempt, at)));
}

const statusOf = ({ next }: Attempt): 'sent' | 'exhausted' => (next.kind === 'done' ? 'sent' : 'exhausted');
const deviationsOf = ({ notice }: Attempt): readonly string[] => notice.body.deviations.map(({ id }) => id);

const leafOf = (attempt: Attempt, at: string) => ({
  notice: attempt.notice.id,
  kind: attempt.notice.body.kind,
  receiver: attempt.notice.receiver,
  channel: attempt.notice.channel,
  control: attempt.notice.body.control,
  deviations: deviationsOf(attempt),
  gap: attempt.notice.body.gap?.id ?? null,
  outcome: statusOf(attempt),
  attempts: attempt.notice.attempt,
  at,
});

/** The first success counts. Rows are locked in the order of their ids: several transactions do this at once. */
async function markNotified(transaction: Queryable, deviationIds: readonly string[], at: string): Promise<void> {
  if (deviationIds.length === 0) return;
  await transaction.query(
    `WITH told AS (SELECT id FROM deviation WHERE id = ANY($1::text[]) AND notified_at IS NULL ORDER BY id FOR UPDATE)
     UPDATE deviation d SET notified_at = $2 FROM told WHERE d.id = told.id`,
    [deviationIds, at],
  );
}
