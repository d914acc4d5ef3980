import type { EvidenceMessage } from '@tickmark/contracts';
import type { Database } from '@tickmark/persistence';

/** Puts the evidence of a message into the ledger, under its leaf, as ingestion did before the message was sent. */
export async function keepEvidence(database: Database, { leafIndex, receivedAt, id, feed, event }: EvidenceMessage): Promise<void> {
  await database.query(
    `WITH s AS (INSERT INTO source_name (name) VALUES ($4) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id),
     h AS (UPDATE ledger_head SET next_index = $1 + 1, clock = $2)
     INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject, time,
       time_assumed, too_old, normal, salt)
     SELECT $1, $2, $3, $3, 0, $5, s.id, $6, $7, $8, $9, false, false, $10, '' FROM s`,
    [leafIndex, receivedAt, id, event.source, feed.id, event.id, event.type, event.subject ?? null, event.time, JSON.stringify(event)],
  );
}
