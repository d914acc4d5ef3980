import type { GapCause } from '@tickmark/contracts';
import type { Period } from '@tickmark/reporting';
import { optionalInstantToColumn } from '../column-types.js';
import type { Queryable } from '../database.js';

export type GapStatus = 'open' | 'closed' | 'resolved' | 'backfilled' | 'caught-up' | 'withdrawn';

/** One revision of a gap. */
export interface StoredGap {
  readonly id: string;
  readonly revision: number;
  readonly cause: GapCause;
  readonly feedId?: number;
  readonly feed?: string;
  readonly control?: string;
  readonly check?: string;
  readonly key?: string;
  readonly fromMs: number;
  readonly toMs?: number;
  readonly status: GapStatus;
  readonly detail?: string;
  readonly note?: string;
  readonly resolvedBy?: string;
  readonly knownFromMs: number;
}

export interface GapPage {
  readonly status?: GapStatus;
  readonly cause?: GapCause;
  /** The revisions that were known then; absent: those known now. */
  readonly knownAtMs?: number;
  readonly after?: { readonly fromMs: number; readonly id: string };
  readonly limit: number;
}

interface Row {
  id: string;
  revision: number;
  cause: GapCause;
  feed_id: number | null;
  feed: string | null;
  control: string | null;
  check_name: string | null;
  key_name: string | null;
  from_at: number;
  to_at: number | null;
  status: GapStatus;
  detail: string | null;
  note: string | null;
  resolved_by: string | null;
  known_from: number;
}

const COLUMNS = `g.id, g.revision, g.cause, g.feed_id, f.name AS feed, g.control, g.check_name, g.key_name, g.from_at, g.to_at,
  g.status, g.detail, g.note, g.resolved_by, g.known_from`;
const SOURCE = 'gap g LEFT JOIN feed f ON f.id = g.feed_id';
const known = (parameter: string): string => `CASE WHEN ${parameter}::timestamptz IS NULL THEN g.known_to IS NULL
  ELSE g.known_from <= ${parameter} AND (g.known_to IS NULL OR g.known_to > ${parameter}) END`;

/** The latest first. */
export async function readGaps(database: Queryable, page: GapPage): Promise<readonly StoredGap[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM ${SOURCE}
     WHERE ${known('$1')} AND ($2::text IS NULL OR g.status = $2) AND ($3::text IS NULL OR g.cause = $3)
       AND ($4::timestamptz IS NULL OR (g.from_at, g.id) < ($4, $5))
     ORDER BY g.from_at DESC, g.id DESC LIMIT $6`,
    [
      optionalInstantToColumn(page.knownAtMs), page.status ?? null, page.cause ?? null,
      optionalInstantToColumn(page.after?.fromMs), page.after?.id ?? null, page.limit,
    ],
  );
  return rows.map(toGap);
}

/** Those that touch the period, the earliest first. */
export async function readGapsOfPeriod(database: Queryable, period: Period, knownAtMs?: number): Promise<readonly StoredGap[]> {
  const { rows } = await database.query<Row>(
    `SELECT ${COLUMNS} FROM ${SOURCE}
     WHERE ${known('$1')} AND g.from_at < $3 AND (g.to_at IS NULL OR g.to_at > $2 OR g.from_at >= $2)
     ORDER BY g.from_at, g.id`,
    [optionalInstantToColumn(knownAtMs), optionalInstantToColumn(period.fromMs), optionalInstantToColumn(period.toMs)],
  );
  return rows.map(toGap);
}

export async function readGap(database: Queryable, id: string): Promise<StoredGap | undefined> {
  const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM ${SOURCE} WHERE g.id = $1 AND g.known_to IS NULL`, [id]);
  return rows[0] && toGap(rows[0]);
}

export async function countOpenGaps(database: Queryable): Promise<ReadonlyMap<GapCause, number>> {
  const { rows } = await database.query<{ cause: GapCause; count: number }>(
    `SELECT cause, count(*)::int AS count FROM gap WHERE known_to IS NULL AND status = 'open' GROUP BY cause`,
  );
  return new Map(rows.map(({ cause, count }) => [cause, count]));
}

function toGap(row: Row): StoredGap {
  return {
    id: row.id,
    revision: row.revision,
    cause: row.cause,
    ...(row.feed_id === null ? {} : { feedId: row.feed_id }),
    ...whereOf(row),
    fromMs: row.from_at,
    ...(row.to_at === null ? {} : { toMs: row.to_at }),
    status: row.status,
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(row.note === null ? {} : { note: row.note }),
    ...(row.resolved_by === null ? {} : { resolvedBy: row.resolved_by }),
    knownFromMs: row.known_from,
  };
}

const whereOf = (row: Row) => ({
  ...(row.feed === null ? {} : { feed: row.feed }),
  ...(row.control === null ? {} : { control: row.control }),
  ...(row.check_name === null ? {} : { check: row.check_name }),
  ...(row.key_name === null ? {} : { key: row.key_name }),
});

/** The current revision, held until the end of the transaction. */
export async function lockGap(transaction: Queryable, id: string): Promise<StoredGap | undefined> {
  await transaction.query('SELECT 1 FROM gap WHERE id = $1 AND known_to IS NULL FOR UPDATE', [id]);
  return readGap(transaction, id);
}

export interface GapResolution {
  readonly note: string;
  readonly by: string;
  readonly atMs: number;
}

/** A new revision that says who settled it and why; the one before stays as it was known until then. */
export async function resolveStoredGap(transaction: Queryable, gap: StoredGap, { note, by, atMs }: GapResolution): Promise<StoredGap> {
  const at = optionalInstantToColumn(atMs);
  await transaction.query('UPDATE gap SET known_to = $2 WHERE id = $1 AND known_to IS NULL', [gap.id, at]);
  await transaction.query(
    `INSERT INTO gap (id, revision, cause, feed_id, control, check_name, key_name, from_at, to_at, status, detail, note, resolved_by, known_from)
     SELECT id, revision + 1, cause, feed_id, control, check_name, key_name, from_at, coalesce(to_at, $3), 'resolved', detail, $4, $5, $3
     FROM gap WHERE id = $1 AND revision = $2`,
    [gap.id, gap.revision, at, note, by],
  );
  return (await readGap(transaction, gap.id)) ?? gap;
}
