import type { Queryable } from '../database.js';

export interface DeliveryFate {
  readonly id: string;
  readonly feedId: number;
  readonly feed: string;
  readonly format: string;
  readonly receivedAtMs: number;
  readonly accepted: number;
  readonly repeated: number;
  readonly ignored: number;
  readonly rejected: number;
  readonly rejections: readonly { readonly index: number; readonly pointer: string; readonly message: string }[];
  /** New evidence of it, by what became of it. */
  readonly judged: number;
  readonly pending: number;
  /** By rule not judged: too old, or of a feed that is not production. */
  readonly notJudged: number;
  readonly deadLettered: number;
}

interface Row {
  id: string;
  feed_id: number;
  feed: string;
  format: string;
  received_at: number;
  accepted: number;
  repeated: number;
  ignored: number;
  rejected: number;
  rejections: DeliveryFate['rejections'];
  judged: number;
  pending: number;
  not_judged: number;
  dead_lettered: number;
}

const MOST_REJECTIONS = 100;

/** `judgedLeafIndex`: every leaf up to it is judged; -1: none. Of a delivery that came in parts, each of them names all. */
export async function readDelivery(database: Queryable, id: string, judgedLeafIndex: number): Promise<DeliveryFate | undefined> {
  const { rows } = await database.query<Row>(
    `WITH named AS (SELECT coalesce(upload_id, id) AS id FROM delivery WHERE id = $1::uuid)
     SELECT (SELECT id FROM named) AS id, d.feed_id, f.name AS feed, min(d.format) AS format, min(d.received_at) AS received_at,
       sum(d.accepted)::int AS accepted, sum(d.repeated)::int AS repeated, sum(d.ignored)::int AS ignored, sum(d.rejected)::int AS rejected,
       jsonb_path_query_array(jsonb_agg(d.rejections ORDER BY d.part), '$[*][*]') AS rejections,
       sum(e.judged)::int AS judged, sum(e.pending)::int AS pending, sum(e.not_judged)::int AS not_judged, sum(l.dead_lettered)::int AS dead_lettered
     FROM delivery d JOIN feed f ON f.id = d.feed_id,
       LATERAL (SELECT
           count(*) FILTER (WHERE leaf_index <= $2 AND NOT too_old AND f.production)::int AS judged,
           count(*) FILTER (WHERE leaf_index > $2 AND NOT too_old AND f.production)::int AS pending,
           count(*) FILTER (WHERE too_old OR NOT f.production)::int AS not_judged
         FROM evidence WHERE delivery_id = d.id) e,
       LATERAL (SELECT count(*)::int AS dead_lettered FROM dead_letter
         WHERE replayed_at IS NULL AND created_at >= d.received_at AND position(convert_to(d.id::text, 'UTF8') IN value) > 0) l
     WHERE d.id = $1::uuid OR d.upload_id = (SELECT id FROM named)
     GROUP BY d.feed_id, f.name`,
    [id, judgedLeafIndex],
  );
  const row = rows[0];
  return row === undefined ? undefined : toFate(row);
}

function toFate(row: Row): DeliveryFate {
  // A dead letter is past its partition's tick as well: it is counted once.
  return {
    id: row.id,
    feedId: row.feed_id,
    feed: row.feed,
    format: row.format,
    receivedAtMs: row.received_at,
    accepted: row.accepted,
    repeated: row.repeated,
    ignored: row.ignored,
    rejected: row.rejected,
    rejections: row.rejections.slice(0, MOST_REJECTIONS),
    judged: Math.max(0, row.judged - row.dead_lettered),
    pending: row.pending,
    notJudged: row.not_judged,
    deadLettered: row.dead_lettered,
  };
}
