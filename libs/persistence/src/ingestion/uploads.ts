import type { Queryable } from '../database.js';

/** The bytes of a delivery in parts that brought nothing new: as with a small one, they are not kept. */
export async function dropUnusedParts(database: Queryable, uploadId: string): Promise<void> {
  await database.query(
    `UPDATE delivery SET body = NULL, salt = NULL WHERE upload_id = $1 AND NOT EXISTS (
       SELECT FROM delivery part WHERE part.upload_id = $1 AND (part.rejected > 0
         OR EXISTS (SELECT FROM evidence WHERE delivery_id = part.id) OR EXISTS (SELECT FROM event_conflict WHERE delivery_id = part.id)))`,
    [uploadId],
  );
}
