import { LEAF_KINDS } from '@tickmark/ledger';
import type { LeafKind, LeafRange } from '@tickmark/ledger';
import type { Queryable } from '../database.js';

/** What a bundle is made of, as it is kept: nothing is compared here, so that a verifier finds what was changed. */
export interface EvidenceToBundle {
  readonly leafIndex: number;
  readonly id: string;
  readonly deliveryId: string;
  readonly ordinal: number;
  readonly salt: Buffer;
  readonly normal: string;
}

interface EvidenceRow {
  leaf_index: number;
  id: string;
  delivery_id: string;
  ordinal: number;
  salt: Buffer;
  normal: string;
}

const EVIDENCE = 'leaf_index, id, delivery_id, ordinal, salt, normal';
/** Normal forms can be large. */
const PAGE = 200;
const RECORDS_PAGE = 500;

/** All evidence of a range, in the order of its leaves. */
export async function* evidenceOfLeaves(database: Queryable, { from, to }: LeafRange): AsyncGenerator<readonly EvidenceToBundle[]> {
  for (let next = from; ; ) {
    const { rows } = await database.query<EvidenceRow>(
      `SELECT ${EVIDENCE} FROM evidence WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index LIMIT ${PAGE}`,
      [next, to],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(toEvidence);
    next = last.leaf_index + 1;
  }
}

/** The leaves of evidence that is named by its ids, in order; what is not there is not among them. */
export async function leavesOfEvidence(database: Queryable, ids: readonly string[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (let at = 0; at < ids.length; at += RECORDS_PAGE) {
    const { rows } = await database.query<{ leaf_index: number }>('SELECT leaf_index FROM evidence WHERE id = ANY($1::uuid[])', [ids.slice(at, at + RECORDS_PAGE)]);
    found.push(...rows.map((row) => row.leaf_index));
  }
  return found.sort((a, b) => a - b);
}

export async function* evidenceAtLeaves(database: Queryable, leaves: readonly number[]): AsyncGenerator<readonly EvidenceToBundle[]> {
  for (let at = 0; at < leaves.length; at += PAGE) {
    const { rows } = await database.query<EvidenceRow>(`SELECT ${EVIDENCE} FROM evidence WHERE leaf_index = ANY($1) ORDER BY leaf_index`, [leaves.slice(at, at + PAGE)]);
    yield rows.map(toEvidence);
  }
}

const toEvidence = (row: EvidenceRow): EvidenceToBundle => ({
  leafIndex: row.leaf_index,
  id: row.id,
  deliveryId: row.delivery_id,
  ordinal: row.ordinal,
  salt: row.salt,
  normal: row.normal,
});

export interface DeliveryToBundle {
  readonly id: string;
  readonly feed: string;
  readonly format: string;
  readonly contentType: string;
  readonly receivedAtMs: number;
  /** Of the bytes as they are now; hexadecimal, null where there are none. */
  readonly sha256: string | null;
  readonly salt: Buffer | null;
}

/** Those that are there, in the order in which they are asked for. */
export async function* deliveriesToBundle(database: Queryable, ids: readonly string[]): AsyncGenerator<readonly DeliveryToBundle[]> {
  for (let at = 0; at < ids.length; at += PAGE) {
    const { rows } = await database.query<{ id: string; feed: string; format: string; content_type: string; received_at: number; sha256: string | null; salt: Buffer | null }>(
      `SELECT d.id, f.name AS feed, d.format, d.content_type, d.received_at, encode(sha256(d.body), 'hex') AS sha256, d.salt
       FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(id, place) JOIN delivery d USING (id) JOIN feed f ON f.id = d.feed_id ORDER BY wanted.place`,
      [ids.slice(at, at + PAGE)],
    );
    yield rows.map(({ content_type: contentType, received_at: receivedAtMs, ...row }) => ({ ...row, contentType, receivedAtMs }));
  }
}

/** One by one: it can be large. */
export async function bodyOfDelivery(database: Queryable, id: string): Promise<Buffer> {
  const { rows } = await database.query<{ body: Buffer | null }>('SELECT body FROM delivery WHERE id = $1', [id]);
  return rows[0]?.body ?? Buffer.alloc(0);
}

export interface RecordToBundle {
  readonly leafIndex: number;
  readonly salt: Buffer;
  readonly record: unknown;
}

/** The records of these kinds in a range, in the order of their leaves. */
export async function* recordsOfLeaves(database: Queryable, { from, to }: LeafRange, kinds: readonly LeafKind[]): AsyncGenerator<readonly RecordToBundle[]> {
  for (let next = from; ; ) {
    const { rows } = await database.query<{ leaf_index: number; salt: Buffer; payload: unknown }>(
      `SELECT leaf_index, salt, payload FROM ledger_intake
       WHERE leaf_index IS NOT NULL AND leaf_index >= $1 AND leaf_index < $2 AND kind = ANY($3) ORDER BY leaf_index LIMIT ${RECORDS_PAGE}`,
      [next, to, kinds.map((kind) => LEAF_KINDS[kind])],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(({ leaf_index: leafIndex, salt, payload }) => ({ leafIndex, salt, record: payload }));
    next = last.leaf_index + 1;
  }
}

/** The record that a revision was frozen: the first one counts. */
export interface FreezeRecord {
  /** Absent: ingestion has not given it its leaf yet. */
  readonly leafIndex?: number;
  /** Absent in what was frozen before bundles were made. */
  readonly summarySha256?: string;
}

export async function freezeRecord(database: Queryable, engagementId: string, revision: number): Promise<FreezeRecord | undefined> {
  const { rows } = await database.query<{ leaf_index: number | null; sha256: string | null }>(
    `SELECT leaf_index, payload->>'summarySha256' AS sha256 FROM ledger_intake
     WHERE kind = 9 AND payload->>'engagement' = $1 AND payload->>'action' = 'engagement.frozen' AND payload->>'revision' = $2 ORDER BY id LIMIT 1`,
    [engagementId, String(revision)],
  );
  const row = rows[0];
  return row && { ...(row.leaf_index === null ? {} : { leafIndex: row.leaf_index }), ...(row.sha256 === null ? {} : { summarySha256: row.sha256 }) };
}
