import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { signCheckpoint } from './checkpoint.js';
import { leafHash, saltedHash } from './digest.js';
import { leafBytes } from './leaf.js';
import type { LeafKind } from './leaf.js';
import { canonicalJson } from './normal-form.js';
import { noteKey, publicBytes, writeNoteKey } from './note.js';
import { inclusionRanges, joinSubtrees, perfectRoot, subtreesOf } from './tree.js';
import type { LeafRange, Subtree } from './tree.js';

/*
 * A ledger of 13 leaves and a bundle of it, with keys of its own. Everything that an attacker can make anew is made anew
 * by `writeBundle`: hashes, sizes, checksums, manifest, packing. Only the log's signature is out of reach.
 */
export const ORIGIN = 'example.org/ledger';
export const FROZEN_LEAF = 11;
const [FROM, CUT_OFF, SIZE] = [3, 8, 13];
const ENGAGEMENT = '0192f0c1-0000-7000-8000-00000000e001';

export const logKey = generateKeyPairSync('ed25519').privateKey;
export const pinned = (privateKey: KeyObject = logKey, name = ORIGIN): string => writeNoteKey(noteKey(name, publicBytes(privateKey)));

export type Line = Record<string, unknown>;
export interface Entry {
  name: string;
  bytes: Buffer;
}

/** The bundle before it is packed; specs change what they like. */
export interface Content {
  manifest: Line;
  summary: string;
  /** The leaves of the file, from `leaves.from` on. */
  leaves: Buffer[];
  frontier: Line;
  checkpoints: Map<string, string>;
  deliveries: Line[];
  evidence: Line[];
  records: Line[];
  earlier: Line[];
  /** By path. */
  raw: Map<string, Buffer>;
  /** Files beside those above. */
  others: Map<string, Buffer>;
}

export const uuid = (number: number): string => `0192f0c1-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const salt = (number: number): Buffer => Buffer.alloc(16, number + 1);
export const rawPath = (bytes: Uint8Array): string => `deliveries/${sha256(bytes)}`;
export const bodyOf = (delivery: number): Buffer => Buffer.from(`{"delivery":${delivery}}`);
const normalOf = (index: number): string => canonicalJson({ data: { account: `a${index}` }, id: `e${index}`, source: 'urn:okta', type: 'identity.account' });

/** Of each leaf what it is of, when it was received, and for evidence which delivery brought it. */
const LEDGER: readonly { readonly kind: LeafKind; readonly at: string; readonly delivery?: number }[] = [
  { kind: 'evidence', at: '2026-02-20T00:00:00.000Z', delivery: 0 },
  { kind: 'catalogue-version', at: '2026-02-21T00:00:00.000Z' },
  { kind: 'evidence', at: '2026-02-22T00:00:00.000Z', delivery: 2 },
  { kind: 'evidence', at: '2026-03-01T00:00:00.000Z', delivery: 3 },
  { kind: 'evidence', at: '2026-03-01T00:00:00.000Z', delivery: 3 },
  { kind: 'deviation', at: '2026-03-02T00:00:00.000Z' },
  { kind: 'access', at: '2026-03-03T00:00:00.000Z' },
  { kind: 'evidence', at: '2026-03-04T00:00:00.000Z', delivery: 7 },
  { kind: 'gap', at: '2026-03-05T00:00:00.000Z' },
  { kind: 'evidence', at: '2026-04-01T00:00:00.000Z', delivery: 9 },
  { kind: 'evidence', at: '2026-04-01T00:00:00.000Z', delivery: 10 },
  { kind: 'engagement', at: '2026-04-02T00:00:00.000Z' },
  { kind: 'evidence', at: '2026-04-03T00:00:00.000Z', delivery: 12 },
];

export const SUMMARY = JSON.stringify({
  header: {
    revision: 1,
    engagement: { id: ENGAGEMENT, name: 'Spring 2026' },
    period: { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
    dataCutOff: { leafIndex: String(CUT_OFF), clock: '2026-04-01T00:00:00.000Z' },
  },
  controls: [{ timeline: [{ evidenceId: uuid(0) }] }],
  // Judging was ahead of the cut-off for the second one.
  deviations: [{ evidenceIds: [uuid(3), uuid(10)] }],
});

export const frozenRecord = (summary: string): Line => ({ action: 'engagement.frozen', engagement: ENGAGEMENT, revision: 1, summarySha256: sha256(summary) });

const recordOf = (index: number): Line => (index === FROZEN_LEAF ? frozenRecord(SUMMARY) : { event: 'opened', id: `r${index}` });

export function makeLeaf(index: number, record: Line = recordOf(index), kind: LeafKind = LEDGER[index]!.kind): Buffer {
  const { at, delivery } = LEDGER[index]!;
  const digests =
    kind === 'evidence'
      ? ([saltedHash(salt(delivery!), bodyOf(delivery!)), saltedHash(salt(index), normalOf(index))] as const)
      : ([saltedHash(salt(index), canonicalJson(record))] as const);
  return leafBytes({ kind, id: uuid(index), receivedAtMs: Date.parse(at), digests });
}

/** The leaves of the whole ledger. */
export const honestLeaves = (): Buffer[] => LEDGER.map((_, index) => makeLeaf(index));

const hashOf = (leaves: readonly Buffer[], { level, index }: Subtree): Uint8Array =>
  perfectRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level).map(leafHash));
const rangeHash = (leaves: readonly Buffer[], range: LeafRange): Uint8Array => joinSubtrees(subtreesOf(range).map((one) => hashOf(leaves, one)));
export const rootOf = (leaves: readonly Buffer[], size = leaves.length): Buffer => Buffer.from(rangeHash(leaves, { from: 0, to: size }));
const pathTo = (leaves: readonly Buffer[], index: number): string[] => inclusionRanges(index, leaves.length).map((range) => base64(rangeHash(leaves, range)));
export const frontierOf = (leaves: readonly Buffer[], from: number): Line => ({
  before: from === 0 ? null : { leaf: base64(leaves[from - 1]!), path: pathTo(leaves, from - 1) },
  hashes: subtreesOf({ from: 0, to: from }).map((one) => base64(hashOf(leaves, one))),
});

export const signed = (leaves: readonly Buffer[], size = leaves.length, { key = logKey, origin = ORIGIN } = {}): string =>
  signCheckpoint({ origin, size, root: rootOf(leaves, size) }, key);

export const evidenceLine = (index: number): Line => ({
  leafIndex: index,
  id: uuid(index),
  deliveryId: uuid(0xd00 + LEDGER[index]!.delivery!),
  ordinal: index === 4 ? 1 : 0,
  salt: base64(salt(index)),
  normal: normalOf(index),
});

export const recordLine = (index: number, record: Line = recordOf(index)): Line => ({ leafIndex: index, salt: base64(salt(index)), record });

export function deliveryLine(delivery: number): Line {
  const receivedAt = LEDGER.find((leaf) => leaf.delivery === delivery)!.at;
  const rest = { feed: 'okta', format: 'cloudevents', contentType: 'application/json', receivedAt };
  return { id: uuid(0xd00 + delivery), ...rest, path: rawPath(bodyOf(delivery)), salt: base64(salt(delivery)) };
}

export const earlierLine = (leaves: readonly Buffer[], index: number): Line => ({ ...evidenceLine(index), leaf: base64(leaves[index]!), path: pathTo(leaves, index) });

/** A bundle of a ledger, as console makes it. `from`: where its leaves begin. */
export function contentOf(leaves: readonly Buffer[], { from = FROM, key = logKey } = {}): Content {
  const named = [0, 3, 4, 7, 10];
  const brought = [0, 3, 7, 10];
  return {
    manifest: {
      format: 'tickmark-bundle/1',
      origin: ORIGIN,
      engagement: { id: ENGAGEMENT, name: 'Spring 2026' },
      revision: 1,
      period: { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
      cutOff: { leafIndex: CUT_OFF, clock: '2026-04-01T00:00:00.000Z' },
      checkpoint: { path: `checkpoints/${SIZE}.txt`, size: SIZE },
      leaves: { from, to: SIZE },
      frozenLeaf: FROZEN_LEAF,
    },
    summary: SUMMARY,
    leaves: leaves.slice(from),
    frontier: frontierOf(leaves, from),
    checkpoints: new Map([['checkpoints/6.txt', signed(leaves, 6, { key })], [`checkpoints/${SIZE}.txt`, signed(leaves, SIZE, { key })]]),
    deliveries: brought.map(deliveryLine),
    evidence: named.filter((index) => index >= from).map(evidenceLine),
    records: [5, 8, FROZEN_LEAF].map((index) => recordLine(index)),
    earlier: named.filter((index) => index < from).map((index) => earlierLine(leaves, index)),
    raw: new Map(brought.map((delivery) => [rawPath(bodyOf(delivery)), bodyOf(delivery)])),
    others: new Map([['README.txt', Buffer.from('A bundle.\n')], ['verify.mjs', Buffer.from('// the verifier\n')]]),
  };
}

export const honest = (): Content => contentOf(honestLeaves());

const lines = (values: readonly Line[]): Buffer => Buffer.from(values.map((value) => `${canonicalJson(value)}\n`).join(''));

/** Every file but the manifest, in the order of a bundle. */
export function entriesOf(content: Content): Entry[] {
  const { summary, leaves, frontier, checkpoints, deliveries, evidence, records, earlier, raw, others } = content;
  const files: [string, Buffer][] = [
    ...others,
    ['summary.json', Buffer.from(summary)],
    ['leaves.txt', Buffer.from(leaves.map((leaf) => `${base64(leaf)}\n`).join(''))],
    ['frontier.json', Buffer.from(canonicalJson(frontier))],
    ...[...checkpoints].map(([path, note]): [string, Buffer] => [path, Buffer.from(note)]),
    ['deliveries.ndjson', lines(deliveries)],
    ['evidence.ndjson', lines(evidence)],
    ['records.ndjson', lines(records)],
    ['earlier.ndjson', lines(earlier)],
    ...raw,
  ];
  return files.map(([name, bytes]) => ({ name, bytes }));
}

export const manifestOf = (manifest: Line, entries: readonly Entry[]): Line => ({
  ...manifest,
  files: entries.map(({ name, bytes }) => ({ path: name, bytes: bytes.length, sha256: sha256(bytes) })),
});

/** `changed` is applied to the manifest after its hashes were made. */
export function writeBundle(content: Content, changed: (manifest: Line) => Line = (manifest) => manifest): Buffer {
  const entries = entriesOf(content);
  return packed(entries, changed(manifestOf(content.manifest, entries)));
}

/** A manifest that already says how it is packed is left as it is. */
export function packed(entries: readonly Entry[], manifest: Line): Buffer {
  const zip = new TestZip();
  for (const entry of entries) zip.add(entry);
  const header = zip.headerOf('manifest.json', 0);
  const before = Buffer.concat([...zip.parts, header]);
  zip.add({ name: 'manifest.json', bytes: Buffer.from(canonicalJson({ packed: { bytes: before.length, sha256: sha256(before) }, ...manifest })) }, { method: 0 });
  return zip.end();
}

export interface PackedAs {
  method?: number;
  /** The bytes as they stand in the ZIP. */
  data?: Buffer;
  crc?: number;
  size?: number;
  /** In the local header. */
  localName?: string;
}

/** Writes a ZIP as bundles are packed, or wrongly where it is told to. */
export class TestZip {
  readonly parts: Buffer[] = [];
  readonly central: Buffer[] = [];

  headerOf(name: string, method: number): Buffer {
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    [20, 0x0808, method, 0, 0x21].forEach((value, n) => header.writeUInt16LE(value, 4 + 2 * n));
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    return Buffer.concat([header, Buffer.from(name)]);
  }

  add({ name, bytes }: Entry, as: PackedAs = {}): void {
    const { method = 8, crc = crc32(bytes), size = bytes.length, localName = name } = as;
    const data = as.data ?? (method === 0 ? bytes : deflateRawSync(bytes));
    const at = this.parts.reduce((sum, part) => sum + part.length, 0);
    const descriptor = Buffer.alloc(16);
    [0x08074b50, crc, data.length, size].forEach((value, n) => descriptor.writeUInt32LE(value, 4 * n));
    this.parts.push(this.headerOf(localName, method), data, descriptor);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    [0x033f, 20, 0x0808, method, 0, 0x21].forEach((value, n) => central.writeUInt16LE(value, 4 + 2 * n));
    [crc, data.length, size].forEach((value, n) => central.writeUInt32LE(value, 16 + 4 * n));
    central.writeUInt16LE(Buffer.byteLength(name), 28);
    central.writeUInt32LE(0o100644 * 0x10000, 38);
    central.writeUInt32LE(at, 42);
    this.central.push(Buffer.concat([central, Buffer.from(name)]));
  }

  end(): Buffer {
    const [before, central] = [Buffer.concat(this.parts), Buffer.concat(this.central)];
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    [this.central.length, this.central.length].forEach((value, n) => end.writeUInt16LE(value, 8 + 2 * n));
    [central.length, before.length].forEach((value, n) => end.writeUInt32LE(value, 12 + 4 * n));
    return Buffer.concat([before, central, end]);
  }
}
