import type { Queryable } from '../database.js';

/** Controls with a key that events of the feed decided; each look stops at the first such key. */
export async function readControlsOfFeeds(
  database: Queryable,
  checkIds: readonly number[],
  feedIds: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  if (feedIds.length === 0 || checkIds.length === 0) return new Map();
  const { rows } = await database.query<{ feed_id: number; controls: string[] }>(
    `SELECT f.id AS feed_id, array_agg(DISTINCT c.control) AS controls
     FROM unnest($2::int[]) AS f (id) JOIN judged_check c ON c.id = ANY($1)
       AND EXISTS (SELECT FROM segment s WHERE s.check_id = c.id AND s.to_at IS NULL AND f.id = ANY(s.feed_ids))
     GROUP BY f.id`,
    [checkIds, feedIds],
  );
  return new Map(rows.map((row) => [row.feed_id, row.controls]));
}
