import type { AttemptOutcome, NextStep, NoticeBody } from '@tickmark/alerting';
import { LEAF_KINDS } from '@tickmark/ledger';
import { instantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import { writeAll } from '../judging/rows.js';

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

/**
 * Records how attempts ended, in one statement. A notice's first end (sent, or no attempt follows) is a record of the
 * ledger; its first success notifies its deviations. When the lease of an attempt ended and a later one is under way, that
 * one says what follows. Rows are locked in the order of their ids: several of these run at once. `atMs`: the time of a
 * story, instead of the database's.
 */
export async function recordAttempts(database: Queryable, attempts: readonly Attempt[], atMs?: number): Promise<void> {
  const at = atMs === undefined ? 'clock_timestamp()' : `'${instantToColumn(atMs)}'::timestamptz`;
  await writeAll(
    database,
    `WITH input AS (
       SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::jsonb[])
         AS n(id, attempt, outcome, detail, step, after_ms, leaf)),
     moment AS MATERIALIZED (SELECT date_trunc('milliseconds', ${at}) AS at),
     locked AS MATERIALIZED (
       SELECT id, attempts, status, deviation_ids FROM notice WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE),
     counting AS MATERIALIZED (
       SELECT i.*, l.deviation_ids FROM input i JOIN locked l USING (id)
       WHERE l.status <> 'sent' AND (i.step = 'done' OR l.attempts = i.attempt)),
     tried AS (
       UPDATE notice_attempt a SET outcome = i.outcome, detail = i.detail FROM input i WHERE a.notice_id = i.id AND a.attempt = i.attempt),
     retried AS (
       UPDATE notice n SET status = 'failed', failures = n.failures + 1, last_error = c.detail,
         next_attempt_at = moment.at + c.after_ms * interval '1 millisecond'
       FROM counting c, moment WHERE n.id = c.id AND c.step = 'again'),
     ended AS (
       UPDATE notice n SET status = CASE c.step WHEN 'done' THEN 'sent' ELSE 'exhausted' END, last_error = c.detail,
         sent_at = CASE c.step WHEN 'done' THEN moment.at END
       FROM counting c, moment WHERE n.id = c.id AND c.step <> 'again'),
     told AS MATERIALIZED (
       SELECT id FROM deviation
       WHERE id IN (SELECT unnest(deviation_ids) FROM counting WHERE step = 'done') AND notified_at IS NULL ORDER BY id FOR UPDATE),
     notified AS (UPDATE deviation d SET notified_at = moment.at FROM told, moment WHERE d.id = told.id)
     INSERT INTO ledger_intake (kind, payload)
     SELECT ${LEAF_KINDS.notice}, c.leaf || jsonb_build_object('at', to_char(moment.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
     FROM counting c, moment WHERE c.step <> 'again' ORDER BY c.id`,
    attempts,
    [
      ({ notice }) => notice.id,
      ({ notice }) => notice.attempt,
      ({ outcome }) => outcome.kind,
      ({ outcome }) => (outcome.kind === 'sent' ? (outcome.note ?? null) : outcome.reason),
      ({ next }) => next.kind,
      ({ next }) => (next.kind === 'again' ? next.afterMs : 0),
      (attempt) => JSON.stringify(leafOf(attempt)),
    ],
  );
}

const leafOf = ({ notice, next }: Attempt) => ({
  notice: notice.id,
  kind: notice.body.kind,
  receiver: notice.receiver,
  channel: notice.channel,
  control: notice.body.control,
  deviations: notice.body.deviations.map(({ id }) => id),
  gap: notice.body.gap?.id ?? null,
  outcome: next.kind === 'done' ? 'sent' : 'exhausted',
  attempts: notice.attempt,
});
