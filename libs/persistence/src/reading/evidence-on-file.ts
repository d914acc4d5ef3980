import type { Queryable } from '../database.js';

export interface EvidenceSpan {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

interface Span {
  first: number | null;
  last: number | null;
}

/** The groups that began first: the earliest event of a check lies in one of them. */
const GROUPS_MOST = 1_000;
/** Roles of events that are judged themselves; the others say what is expected, or what went before or after. */
const JUDGED_ROLES = ['input', 'when', 'from', 'to'];

/** By event type, what the feeds have sent that was not too old to be judged; types without any are left out. */
export async function evidenceOfTypes(
  database: Queryable,
  types: readonly string[],
  feedIds: readonly number[],
): Promise<ReadonlyMap<string, EvidenceSpan>> {
  const { rows } = await database.query<Span & { type: string }>(
    `SELECT t.type,
       (SELECT time FROM evidence WHERE type = t.type AND feed_id = ANY($2::int[]) AND NOT too_old ORDER BY time LIMIT 1) AS first,
       (SELECT time FROM evidence WHERE type = t.type AND feed_id = ANY($2::int[]) AND NOT too_old ORDER BY time DESC LIMIT 1) AS last
     FROM unnest($1::text[]) AS t (type)`,
    [types, feedIds],
  );
  return new Map(rows.flatMap(({ type, ...span }) => spanOf(span).map((found) => [type, found] as const)));
}

/** By check, the first and last event that it has judged, of the groups that began first; checks without any are left out. */
export async function evidenceOfChecks(database: Queryable, checkIds: readonly number[]): Promise<ReadonlyMap<number, EvidenceSpan>> {
  const { rows } = await database.query<Span & { id: number }>(
    `SELECT c.id, min(p.first) AS first, max(p.last) AS last
     FROM unnest($1::int[]) AS c (id) CROSS JOIN LATERAL (
       SELECT (SELECT at FROM point WHERE check_id = c.id AND group_id = g.group_id AND role = ANY($3) ORDER BY at LIMIT 1) AS first,
         (SELECT at FROM point WHERE check_id = c.id AND group_id = g.group_id AND role = ANY($3) ORDER BY at DESC LIMIT 1) AS last
       FROM (SELECT group_id FROM key_span WHERE check_id = c.id GROUP BY group_id ORDER BY min(begin_at) LIMIT $2) g) p
     GROUP BY c.id`,
    [checkIds, GROUPS_MOST, JUDGED_ROLES],
  );
  return new Map(rows.flatMap(({ id, ...span }) => spanOf(span).map((found) => [id, found] as const)));
}

const spanOf = ({ first, last }: Span): readonly EvidenceSpan[] => (first === null || last === null ? [] : [{ firstAtMs: first, lastAtMs: last }]);
