import type { PoolClient } from 'pg';
import { instantToColumn } from '../column-types.js';
import type { EvidenceRow } from './ledger-rows.js';

/** Evidence, its identity and its leaf in one statement; for groups too small for COPY. */
export async function insertEvidence(client: PoolClient, rows: readonly EvidenceRow[], clockMs: number): Promise<void> {
  const column = <T>(value: (row: EvidenceRow) => T): T[] => rows.map(value);
  await client.query({
    name: 'insert-evidence',
    text: `WITH input AS MATERIALIZED (
        SELECT * FROM unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::int[], $6::int[], $7::int[], $8::text[], $9::text[],
          $10::text[], $11::timestamptz[], $12::boolean[], $13::boolean[], $14::text[], $15::bytea[], $16::text[], $17::bytea[], $18::bytea[])
          AS t(leaf_index, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject, time, time_assumed, too_old,
            normal, salt, traceparent, content_hash, leaf)),
      kept AS (
        INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject,
          time, time_assumed, too_old, normal, salt, traceparent)
        SELECT leaf_index, $1::timestamptz, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject, time,
          time_assumed, too_old, normal, salt, traceparent FROM input),
      identified AS (
        INSERT INTO event_identity (feed_id, source_id, event_id, content_hash, evidence_id, leaf_index)
        SELECT feed_id, source_id, event_id, content_hash, id, leaf_index FROM input)
      INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) SELECT leaf_index, $1::timestamptz, 1, leaf FROM input`,
    values: [
      instantToColumn(clockMs), column((row) => row.leafIndex), column((row) => row.id), column((row) => row.deliveryId),
      column((row) => row.ordinal), column((row) => row.feedId), column((row) => row.sourceId), column((row) => row.eventId),
      column((row) => row.type), column((row) => row.subject), column((row) => instantToColumn(row.timeMs)),
      column((row) => row.timeAssumed), column((row) => row.tooOld), column((row) => row.normal), column((row) => row.salt),
      column((row) => row.traceparent), column((row) => row.contentHash), column((row) => row.leaf),
    ],
  });
}
