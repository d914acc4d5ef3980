import type { Queryable } from '../database.js';

/** What was last heard of a feed. */
export interface FeedActivity {
  readonly feedId: number;
  readonly lastDeliveryAtMs?: number;
  readonly lastEventAtMs?: number;
  /** An open gap of silence. */
  readonly silentSinceMs?: number;
}

interface Row {
  id: number;
  delivered: number | null;
  event: number | null;
  silent: number | null;
}

export async function readFeedActivity(database: Queryable, feedIds: readonly number[]): Promise<ReadonlyMap<number, FeedActivity>> {
  const { rows } = await database.query<Row>(
    `SELECT f.id, (SELECT max(received_at) FROM delivery WHERE feed_id = f.id AND (upload_id IS NULL OR accepted + ignored + rejected > 0)) AS delivered,
       (SELECT max(time) FROM evidence WHERE feed_id = f.id) AS event,
       (SELECT min(from_at) FROM gap WHERE feed_id = f.id AND cause = 'feed-silent' AND status = 'open' AND known_to IS NULL) AS silent
     FROM unnest($1::int[]) AS f (id)`,
    [feedIds],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        feedId: row.id,
        ...(row.delivered === null ? {} : { lastDeliveryAtMs: row.delivered }),
        ...(row.event === null ? {} : { lastEventAtMs: row.event }),
        ...(row.silent === null ? {} : { silentSinceMs: row.silent }),
      },
    ]),
  );
}
