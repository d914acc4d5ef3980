import { BLINDING_CAUSES } from '@tickmark/contracts';
import type { GapCause } from '@tickmark/contracts';
import { instantToColumn, optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';
import type { GapStatus } from '../reading/gaps.js';
import { optional, writeAll } from './rows.js';

/** One revision of a gap. What is known now is the one without an end of knowing. */
export interface GapRevision {
  readonly id: string;
  readonly revision: number;
  readonly cause: GapCause;
  readonly feedId?: number;
  readonly control?: string;
  readonly check?: string;
  readonly key?: string;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly status: GapStatus;
  readonly detail?: string;
  /** The ledger clock at which this revision became known. */
  readonly knownFromMs: number;
}

interface GapRow {
  id: string;
  revision: number;
  cause: GapCause;
  feed_id: number | null;
  control: string | null;
  check_name: string | null;
  key_name: string | null;
  from_at: number;
  to_at: number | null;
  status: GapStatus;
  detail: string | null;
  known_from: number;
}

const COLUMNS = 'id, revision, cause, feed_id, control, check_name, key_name, from_at, to_at, status, detail, known_from';

/** What blinds at or after an instant, as it is known now. */
export async function blindingGaps(database: Queryable, fromMs: number): Promise<readonly GapRevision[]> {
  const { rows } = await database.query<GapRow>(
    `SELECT ${COLUMNS} FROM gap
     WHERE known_to IS NULL AND cause = ANY($1::text[]) AND status <> 'withdrawn' AND (to_at IS NULL OR to_at >= $2)
     ORDER BY from_at, id`,
    [BLINDING_CAUSES, instantToColumn(fromMs)],
  );
  return rows.map(toGap);
}

/** Gaps of one cause that do not end before an instant, as they are known now. */
export async function gapsOf(
  database: Queryable,
  wanted: { readonly cause: GapCause; readonly feedId?: number; readonly checks?: readonly string[]; readonly fromMs: number },
): Promise<readonly GapRevision[]> {
  const { rows } = await database.query<GapRow>(
    `SELECT ${COLUMNS} FROM gap
     WHERE known_to IS NULL AND cause = $1 AND status <> 'withdrawn' AND (to_at IS NULL OR to_at >= $2)
       AND ($3::int IS NULL OR feed_id = $3) AND ($4::text[] IS NULL OR control || '/' || check_name = ANY($4))
     ORDER BY from_at, id`,
    [wanted.cause, Number.isFinite(wanted.fromMs) ? instantToColumn(wanted.fromMs) : '-infinity', optional(wanted.feedId), optional(wanted.checks)],
  );
  return rows.map(toGap);
}

const OPENING_LOCK = 7_305_818;

/**
 * The one that is open, of causes that have at most one open gap for a subject. Until the transaction ends nobody else can
 * find that there is none: of two that would open it at once the second waits, and finds it.
 */
export async function openGap(transaction: Queryable, cause: GapCause, idPrefix: string): Promise<GapRevision | undefined> {
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [OPENING_LOCK]);
  const { rows } = await transaction.query<GapRow>(
    `SELECT ${COLUMNS} FROM gap WHERE known_to IS NULL AND cause = $1 AND status = 'open' AND starts_with(id, $2) FOR UPDATE`,
    [cause, idPrefix],
  );
  return rows[0] && toGap(rows[0]);
}

/** Writes the next revision of each gap, whatever number it carries; what was known of it until now ends. */
export async function saveGaps(transaction: Queryable, gaps: readonly GapRevision[]): Promise<void> {
  await writeAll(
    transaction,
    `UPDATE gap g SET known_to = n.known_from FROM unnest($1::text[], $2::timestamptz[]) AS n(id, known_from)
     WHERE g.id = n.id AND g.known_to IS NULL`,
    gaps,
    [(gap) => gap.id, (gap) => instantToColumn(gap.knownFromMs)],
  );
  await writeAll(
    transaction,
    `INSERT INTO gap (${COLUMNS})
     SELECT id, 1 + coalesce((SELECT max(g.revision) FROM gap g WHERE g.id = n.id), 0), cause, feed_id, control, check_name, key_name,
       from_at, to_at, status, detail, known_from
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::text[],
       $10::text[], $11::timestamptz[]) AS n(id, cause, feed_id, control, check_name, key_name, from_at, to_at, status, detail, known_from)`,
    gaps,
    [
      (gap) => gap.id,
      (gap) => gap.cause,
      (gap) => optional(gap.feedId),
      (gap) => optional(gap.control),
      (gap) => optional(gap.check),
      (gap) => optional(gap.key),
      (gap) => instantToColumn(gap.fromMs),
      (gap) => optionalInstantToColumn(gap.toMs),
      (gap) => gap.status,
      (gap) => optional(gap.detail),
      (gap) => instantToColumn(gap.knownFromMs),
    ],
  );
}

const toGap = (row: GapRow): GapRevision => ({
  id: row.id,
  revision: row.revision,
  cause: row.cause,
  ...(row.feed_id === null ? {} : { feedId: row.feed_id }),
  ...(row.control === null ? {} : { control: row.control }),
  ...(row.check_name === null ? {} : { check: row.check_name }),
  ...(row.key_name === null ? {} : { key: row.key_name }),
  fromMs: row.from_at,
  ...(row.to_at === null ? {} : { toMs: row.to_at }),
  status: row.status,
  ...(row.detail === null ? {} : { detail: row.detail }),
  knownFromMs: row.known_from,
});
