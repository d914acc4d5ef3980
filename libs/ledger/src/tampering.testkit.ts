import { generateKeyPairSync } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { readKeys } from '../verifier/verify.mjs';
import {
  ORIGIN, TestZip, base64, bodyOf, contentOf, entriesOf, honest, honestLeaves, logKey, makeLeaf, manifestOf, packed, pinned, rawPath, recordLine, writeBundle,
} from './bundle.testkit.js';
import type { Content, Entry, Line, PackedAs } from './bundle.testkit.js';
import { signNote } from './note.js';

export interface Tampered {
  readonly zip: Buffer;
  readonly checkpoint?: string;
  readonly keys?: string;
}

/** An attacker changes the content and makes everything anew that needs no key of the log. */
export const content = (change: (content: Content) => void, changed?: (manifest: Line) => Line) => (): Tampered => {
  const changing = honest();
  change(changing);
  return { zip: writeBundle(changing, changed) };
};
export const manifest = (changed: (manifest: Line) => Line) => content(() => undefined, changed);
export const members = (change: Line) => manifest((before) => ({ ...before, ...change }));
export const bytes = (change: (zip: Buffer) => Buffer) => (): Tampered => ({ zip: change(writeBundle(honest())) });

/** The fork with its own record, so that nothing but its leaves differs. */
export function ofFork({ key = logKey }): Content {
  const made = contentOf(forked(), { key });
  made.records[0] = recordLine(5, { event: 'never' });
  return made;
}

/** The ZIP is made anew with one more entry, or with one packed in another way. */
export const zipped = (change: (zip: TestZip, entries: readonly Entry[]) => void) => (): Tampered => {
  const zip = new TestZip();
  change(zip, entriesOf(honest()));
  return { zip: zip.end() };
};
export const firstPackedAs = (as: (entry: Entry) => PackedAs) => zipped((zip, [first, ...rest]) => {
  zip.add(first!, as(first!));
  for (const entry of rest) zip.add(entry);
});
export const oneMore = (name: string) => zipped((zip, entries) => {
  for (const entry of [...entries, { name, bytes: Buffer.from('more') }]) zip.add(entry);
});
export const inCentral = (at: number, value: number) => zipped((zip, [first]) => {
  zip.add(first!);
  zip.central[0]!.writeUInt16LE(value, at);
});

export const attacker = generateKeyPairSync('ed25519').privateKey;
export const flipped = (buffer: Buffer, at: number): Buffer => {
  const copy = Buffer.from(buffer);
  copy[at]! ^= 1;
  return copy;
};
/** Another history from leaf 5 on, as a restored older database gives it, or a sealer that signs two. */
export const forked = (): Buffer[] => honestLeaves().map((leaf, index) => (index === 5 ? makeLeaf(5, { event: 'never' }) : leaf));
export const otherLedger = (change: (leaves: Buffer[]) => void, then: (content: Content) => void = () => undefined) => (): Tampered => {
  const leaves = honestLeaves();
  change(leaves);
  const made = contentOf(leaves);
  then(made);
  return { zip: writeBundle(made) };
};
export const swap = (values: unknown[], a: number, b: number): void => void ([values[a], values[b]] = [values[b], values[a]]);

export const replaceRaw = (content: Content, delivery: number, body: Buffer, { renamed }: { readonly renamed: boolean }): void => {
  const old = rawPath(bodyOf(delivery));
  content.raw = new Map([...content.raw].map(([name, kept]) => (name === old ? [renamed ? rawPath(body) : name, body] : [name, kept])));
  if (renamed) for (const line of content.deliveries) if (line['path'] === old) line['path'] = rawPath(body);
};

export function bomb(declared: number): Tampered {
  const zeros = Buffer.alloc(64 * 1024 ** 2);
  return repackedFirst(() => ({ data: deflateRawSync(zeros), size: declared }));
}

/** README.txt packed in another way, in a bundle that has a manifest of before. */
export function repackedFirst(as: (entry: Entry) => PackedAs): Tampered {
  const entries = entriesOf(honest());
  const zip = new TestZip();
  entries.forEach((entry, at) => zip.add(entry, at === 0 ? as(entry) : {}));
  const made = writeBundle(honest());
  const { size } = as(entries[0]!);
  const text = manifestTextOf(made);
  zip.add({ name: 'manifest.json', bytes: Buffer.from(size === undefined ? text : text.replace('"bytes":10,', `"bytes":${size},`)) }, { method: 0 });
  return { zip: zip.end() };
}

function manifestTextOf(zip: Buffer): string {
  const at = zip.lastIndexOf('{"checkpoint":');
  return zip.toString('utf8', at, zip.indexOf('PK\u0007\u0008', at, 'latin1'));
}

export function withManifest(change: (text: string) => string): Tampered {
  const zip = new TestZip();
  for (const entry of entriesOf(honest())) zip.add(entry);
  zip.add({ name: 'manifest.json', bytes: Buffer.from(change(manifestTextOf(writeBundle(honest())))) }, { method: 0 });
  return { zip: zip.end() };
}

/** The signature line of a note with other bytes: key id, signature. */
export function resigned(note: string, change: (bytes: Buffer) => Buffer): string {
  const [, before = '', bytes = ''] = /^([^]*— \S+ )(\S+)\n$/.exec(note) ?? [];
  return `${before}${base64(change(Buffer.from(bytes, 'base64')))}\n`;
}

/** The id is public: anybody can write it before a signature of his own. */
export const underPinnedId = (note: string): string =>
  resigned(note, (bytes) => Buffer.concat([Buffer.from(readKeys(pinned())![0]!.id, 'hex'), bytes.subarray(4)]));

/** One file changed, with its size and hash in the manifest. */
export const filed = (name: string, change: (bytes: Buffer) => Buffer) => (): Tampered => {
  const entries = entriesOf(honest()).map((entry) => (entry.name === name ? { name, bytes: change(entry.bytes) } : entry));
  return { zip: packed(entries, manifestOf(honest().manifest, entries)) };
};

/** The record at the end of the ZIP. */
export const atEnd = (change: (end: Buffer) => void) => bytes((zip) => {
  const copy = Buffer.from(zip);
  change(copy.subarray(-22));
  return copy;
});

/** The checkpoint changed. */
export const noted = (change: (note: string) => string) => content((one) => void one.checkpoints.set('checkpoints/13.txt', change(one.checkpoints.get('checkpoints/13.txt')!)));

/** Whatever text, signed by the log. */
export const signedText = (text: string): string => signNote(text, { name: ORIGIN, privateKey: logKey });
