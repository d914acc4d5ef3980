/*
 * A leaf is short, versioned, exact bytes; it is hashed as stored and never written anew:
 *   1 byte version, 1 byte kind, 16 bytes id, 8 bytes receivedAt (milliseconds, big-endian), then one or two SHA-256.
 * No source, subject or person stands in it: what it vouches for is hashed with a salt that lies with the content.
 */
const VERSION = 1;
const DIGEST_BYTES = 32;
const ID_AT = 2;
const RECEIVED_AT = 18;
const DIGESTS_AT = 26;
const LATEST_MS = 8_640_000_000_000_000;

/** Numbers are for ever: they stand in the ledger. */
export const LEAF_KINDS = {
  evidence: 1,
  conflict: 2,
  'catalogue-version': 3,
  deviation: 4,
  gap: 5,
  notice: 6,
  decision: 7,
  access: 8,
  engagement: 9,
  export: 10,
  retention: 11,
  epoch: 12,
} as const;
export type LeafKind = keyof typeof LEAF_KINDS;

const KIND_BY_NUMBER: ReadonlyMap<number, LeafKind> = new Map(
  Object.entries(LEAF_KINDS).map(([kind, number]) => [number, kind as LeafKind]),
);

/** Evidence and conflicts vouch for the raw bytes and the normal form; every other leaf for one record. */
export type Digests = readonly [raw: Uint8Array, normal: Uint8Array] | readonly [record: Uint8Array];

export interface Leaf {
  readonly kind: LeafKind;
  /** A UUID. */
  readonly id: string;
  readonly receivedAtMs: number;
  readonly digests: Digests;
}

const digestsOf = (kind: LeafKind): 1 | 2 => (kind === 'evidence' || kind === 'conflict' ? 2 : 1);

export function leafBytes(leaf: Leaf): Buffer {
  const { kind, id, receivedAtMs, digests } = leaf;
  if (digests.length !== digestsOf(kind)) throw new RangeError(`A leaf of kind ${kind} has ${digestsOf(kind)} digest(s).`);
  if (!Number.isSafeInteger(receivedAtMs) || receivedAtMs < 0 || receivedAtMs > LATEST_MS) {
    throw new RangeError(`receivedAt is not an instant: ${receivedAtMs}`);
  }
  const bytes = Buffer.allocUnsafe(DIGESTS_AT + digests.length * DIGEST_BYTES);
  bytes[0] = VERSION;
  bytes[1] = LEAF_KINDS[kind];
  if (bytes.write(id.replaceAll('-', ''), ID_AT, 16, 'hex') !== 16) throw new RangeError(`Not a UUID: ${id}`);
  bytes.writeUInt32BE(Math.floor(receivedAtMs / 0x1_0000_0000), RECEIVED_AT);
  bytes.writeUInt32BE(receivedAtMs % 0x1_0000_0000, RECEIVED_AT + 4);
  digests.forEach((digest, index) => {
    if (digest.length !== DIGEST_BYTES) throw new RangeError('A digest is a SHA-256 of 32 bytes.');
    bytes.set(digest, DIGESTS_AT + index * DIGEST_BYTES);
  });
  return bytes;
}

/** Undefined when the bytes are no leaf that this version knows: a reader then says so and does not guess. */
export function parseLeaf(bytes: Uint8Array): Leaf | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = buffer[0] === VERSION ? KIND_BY_NUMBER.get(buffer[1] ?? 0) : undefined;
  if (kind === undefined || buffer.length !== DIGESTS_AT + digestsOf(kind) * DIGEST_BYTES) return undefined;
  const receivedAtMs = buffer.readUInt32BE(RECEIVED_AT) * 0x1_0000_0000 + buffer.readUInt32BE(RECEIVED_AT + 4);
  if (receivedAtMs > LATEST_MS) return undefined;
  const digest = (index: number) => buffer.subarray(DIGESTS_AT + index * DIGEST_BYTES, DIGESTS_AT + (index + 1) * DIGEST_BYTES);
  const digests: Digests = digestsOf(kind) === 2 ? [digest(0), digest(1)] : [digest(0)];
  return { kind, id: uuidOf(buffer.toString('hex', ID_AT, RECEIVED_AT)), receivedAtMs, digests };
}

const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
