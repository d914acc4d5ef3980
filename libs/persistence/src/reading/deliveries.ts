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

/** `judgedLeafIndex`: every leaf up to it is judged; -1: none. */
export async function readDelivery(database: Queryable, id: string, judgedLeafIndex: number): Promise<DeliveryFate | undefined> {
  const { rows } = await database.query<Row>(
    `SELECT d.id, d.feed_id, f.name AS feed, d.format, d.received_at, d.accepted, d.repeated, d.ignored, d.rejected, d.rejections,
       e.judged, e.pending, e.not_judged, l.dead_lettered
     FROM delivery d JOIN feed f ON f.id = d.feed_id,
       LATERAL (SELECT
           count(*) FILTER (WHERE leaf_index <= $2 AND NOT too_old AND f.production)::int AS judged,
           count(*) FILTER (WHERE leaf_index > $2 AND NOT too_old AND f.production)::int AS pending,
           count(*) FILTER (WHERE too_old OR NOT f.production)::int AS not_judged
         FROM evidence WHERE delivery_id = d.id) e,
       LATERAL (SELECT count(*)::int AS dead_lettered FROM dead_letter
         WHERE replayed_at IS NULL AND created_at >= d.received_at AND position(convert_to($1::text, 'UTF8') IN value) > 0) l
     WHERE d.id = $1::uuid`,
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
    rejections: row.rejections,
    judged: Math.max(0, row.judged - row.dead_lettered),
    pending: row.pending,
    notJudged: row.not_judged,
    deadLettered: row.dead_lettered,
  };
}
