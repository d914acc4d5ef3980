import type { PoolClient } from 'pg';
import { instantToColumn } from '../column-types.js';
import type { DeliveryAddition, DeliveryRow } from './ledger-rows.js';

/** A bigger body goes as a binary parameter of its own; within an array it would be written in hex. */
const ARRAY_BODY_BYTES = 16 * 1024;
const MOST_REJECTIONS = 100;

export async function insertDeliveries(client: PoolClient, rows: readonly DeliveryRow[], clockMs: number): Promise<void> {
  const small = rows.filter((row) => (row.body?.length ?? 0) <= ARRAY_BODY_BYTES);
  if (small.length > 0) await insertSmall(client, small, clockMs);
  for (const row of rows) {
    if (!small.includes(row)) await insertOne(client, row, clockMs);
  }
}

const COLUMNS = `id, received_at, feed_id, format, content_type, headers, sha256, body, salt, accepted, repeated, ignored,
  rejected, rejections, upload_id, part`;

async function insertSmall(client: PoolClient, rows: readonly DeliveryRow[], clockMs: number): Promise<void> {
  const column = <T>(value: (row: DeliveryRow) => T): T[] => rows.map(value);
  await client.query({
    name: 'insert-deliveries',
    text: `INSERT INTO delivery (${COLUMNS})
      SELECT id, $1::timestamptz, feed_id, format, content_type, headers, sha256, body, salt, accepted, repeated, ignored, rejected, rejections, upload_id, part
      FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::jsonb[], $7::bytea[], $8::bytea[], $9::bytea[],
        $10::int[], $11::int[], $12::int[], $13::int[], $14::jsonb[], $15::uuid[], $16::int[])
        AS t(id, feed_id, format, content_type, headers, sha256, body, salt, accepted, repeated, ignored, rejected, rejections, upload_id, part)`,
    values: [
      instantToColumn(clockMs), column((row) => row.id), column((row) => row.feedId), column((row) => row.format),
      column((row) => row.contentType), column((row) => JSON.stringify(row.headers)), column((row) => row.sha256),
      column((row) => row.body), column((row) => row.salt), column((row) => row.counts.accepted),
      column((row) => row.counts.repeated), column((row) => row.counts.ignored), column((row) => row.counts.rejected),
      column((row) => JSON.stringify(row.rejections)), column((row) => row.upload?.id ?? null), column((row) => row.upload?.part ?? null),
    ],
  });
}

async function insertOne(client: PoolClient, row: DeliveryRow, clockMs: number): Promise<void> {
  const { accepted, repeated, ignored, rejected } = row.counts;
  await client.query(
    `INSERT INTO delivery (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      row.id, instantToColumn(clockMs), row.feedId, row.format, row.contentType, JSON.stringify(row.headers), row.sha256,
      row.body, row.salt, accepted, repeated, ignored, rejected, JSON.stringify(row.rejections), row.upload?.id ?? null, row.upload?.part ?? null,
    ],
  );
}

/** A delivery that was cut: its later parts add to the row that the first one wrote. */
export async function addToDeliveries(client: PoolClient, additions: readonly DeliveryAddition[]): Promise<void> {
  for (const { id, receivedAtMs, counts, rejections } of additions) {
    await client.query(
      `UPDATE delivery SET accepted = accepted + $3, repeated = repeated + $4, ignored = ignored + $5, rejected = rejected + $6,
         rejections = (SELECT coalesce(jsonb_agg(r.item ORDER BY r.at), '[]')
           FROM jsonb_array_elements(rejections || $7::jsonb) WITH ORDINALITY AS r(item, at) WHERE r.at <= ${MOST_REJECTIONS})
       WHERE id = $1 AND received_at = $2`,
      [id, instantToColumn(receivedAtMs), counts.accepted, counts.repeated, counts.ignored, counts.rejected, JSON.stringify(rejections)],
    );
  }
}
