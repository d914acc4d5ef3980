import type { Queryable } from '../database.js';

/** Evidence with what proves that it is unchanged: its salts and its leaf. */
export interface StoredEvidence {
  readonly id: string;
  readonly leafIndex: number;
  readonly receivedAtMs: number;
  readonly deliveryId: string;
  readonly ordinal: number;
  readonly feed: string;
  readonly system: string;
  readonly format: string;
  readonly timeAssumed: boolean;
  readonly tooOld: boolean;
  readonly timeMs: number;
  /** Canonical JSON, the bytes as hashed. */
  readonly normal: string;
  readonly salt: Buffer;
  readonly leaf: Buffer | undefined;
}

interface Row {
  id: string;
  leaf_index: number;
  received_at: number;
  delivery_id: string;
  ordinal: number;
  feed: string;
  system: string;
  format: string;
  time_assumed: boolean;
  too_old: boolean;
  time: number;
  normal: string;
  salt: Buffer;
  leaf: Buffer | null;
}

export async function readEvidence(database: Queryable, id: string): Promise<StoredEvidence | undefined> {
  const { rows } = await database.query<Row>(
    `SELECT e.id, e.leaf_index, e.received_at, e.delivery_id, e.ordinal, f.name AS feed, f.system, d.format, e.time_assumed,
       e.too_old, e.time, e.normal, e.salt, l.bytes AS leaf
     FROM evidence e JOIN feed f ON f.id = e.feed_id
       JOIN delivery d ON d.id = e.delivery_id
       LEFT JOIN ledger_leaf l ON l.leaf_index = e.leaf_index AND l.received_at = e.received_at
     WHERE e.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    id: row.id,
    leafIndex: row.leaf_index,
    receivedAtMs: row.received_at,
    deliveryId: row.delivery_id,
    ordinal: row.ordinal,
    feed: row.feed,
    system: row.system,
    format: row.format,
    timeAssumed: row.time_assumed,
    tooOld: row.too_old,
    timeMs: row.time,
    normal: row.normal,
    salt: row.salt,
    leaf: row.leaf ?? undefined,
  };
}

export interface RawDelivery {
  readonly contentType: string;
  readonly body: Buffer;
  readonly salt: Buffer;
}

/** The bytes as received, of the delivery that brought the evidence. */
export async function readRawOf(database: Queryable, deliveryId: string): Promise<RawDelivery | undefined> {
  const { rows } = await database.query<{ content_type: string; body: Buffer | null; salt: Buffer | null }>(
    'SELECT content_type, body, salt FROM delivery WHERE id = $1',
    [deliveryId],
  );
  const row = rows[0];
  if (row === undefined || row.body === null || row.salt === null) return undefined;
  return { contentType: row.content_type, body: row.body, salt: row.salt };
}
