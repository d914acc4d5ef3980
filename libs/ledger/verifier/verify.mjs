#!/usr/bin/env node
// Verifies a Tickmark evidence bundle offline. One file; nothing but Node 20 or newer is needed. It reads, and writes nothing.
//   node verify.mjs BUNDLE.zip --key KEYFILE [--checkpoint NOTE] [--json]
// KEYFILE holds pinned public keys, one in a line: <name>+<id>+<base64>. Keys that lie in a bundle are never looked at.
// What it proves and what not stands at the end of the output and in docs/explanation/bundle-format.md.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { access, open, readFile } from 'node:fs/promises';
import { Readable, pipeline } from 'node:stream';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

/** Where this file lies: whoever makes a bundle puts a copy of it in. */
export const SOURCE = import.meta.url;

/** Every cause for which a bundle is rejected, with the exit code of its own. 0: all holds. 2: wrong use. */
export const CAUSES = {
  'zip-unreadable': 10, 'zip-foreign-bytes': 11, 'zip-entry-twice': 12, 'zip-entry-name': 13, 'zip-headers-differ': 14,
  'zip-entry-too-large': 15, 'zip-entry-damaged': 16, 'zip-unsupported': 17,
  'manifest-missing': 20, 'manifest-unreadable': 21, 'manifest-version': 22, 'file-missing': 23, 'file-unlisted': 24,
  'file-size-differs': 25, 'file-hash-differs': 26, 'packing-differs': 27,
  'checkpoint-missing': 30, 'checkpoint-unreadable': 31, 'checkpoint-unknown-key': 32, 'checkpoint-signature-differs': 33,
  'checkpoint-origin-differs': 34, 'checkpoint-size-differs': 35, 'checkpoint-below-cut-off': 36, 'checkpoints-fork': 37,
  'pinned-checkpoint-differs': 38, 'pinned-checkpoint-newer': 39, 'pinned-checkpoint-older': 40,
  'frontier-unreadable': 43, 'leaf-unreadable': 44, 'leaf-count-differs': 45, 'root-differs': 46, 'leaf-clock-goes-back': 47, 'leaf-twice': 48,
  'leaves-begin-late': 49,
  'delivery-unreadable': 50, 'delivery-twice': 51, 'delivery-missing': 52, 'delivery-file-missing': 53, 'delivery-hash-differs': 54,
  'delivery-unused': 55,
  'evidence-unreadable': 60, 'evidence-out-of-order': 61, 'evidence-outside': 62, 'evidence-kind-differs': 63, 'evidence-id-differs': 64,
  'evidence-normal-differs': 65, 'evidence-raw-differs': 66, 'evidence-missing': 67, 'evidence-time-differs': 68,
  'record-unreadable': 70, 'record-out-of-order': 71, 'record-outside': 72, 'record-kind-differs': 73, 'record-differs': 74, 'record-missing': 75,
  'earlier-unreadable': 80, 'earlier-out-of-order': 81, 'earlier-not-earlier': 82, 'earlier-proof-length': 83, 'earlier-proof-differs': 84,
  'earlier-leaf-differs': 85, 'earlier-not-named': 86,
  'summary-unreadable': 91, 'summary-not-frozen': 92, 'summary-differs': 93, 'summary-of-another': 94,
  'summary-evidence-missing': 95, 'summary-frozen-twice': 96,
};

/** A reason to reject. `where` is a path in the bundle, with a line or leaf where there is one. */
export class Rejected extends Error {
  constructor(cause, where, message) {
    super(message);
    this.cause = cause;
    this.where = where;
  }
}
const reject = (cause, where, message) => {
  throw new Rejected(cause, where, message);
};

// ---------------------------------------------------------------- bounds
const MOST_ENTRIES = 1_000_000;
const MOST_CENTRAL = 256 * 1024 ** 2;
const MOST_INFLATED = 32 * 1024 ** 3; // of all files together
const MOST_TEXT = 256 * 1024 ** 2; // of a file that is read as a whole
const MOST_LINE = 32 * 1024 ** 2;
const MOST_NOTE = 1_000_000;
const MOST_SIGNATURES = 100;
const MOST_LEAVES = 10_000_000; // less than 500 bytes of memory each
const MOST_AT_ONCE = 1024 ** 2;
const PIECE = 64 * 1024;

// ---------------------------------------------------------------- hashes
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const leafHash = (bytes) => sha256(Buffer.of(0), bytes);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
const crcOf = zlib.crc32 ?? slowCrc32(); // not every Node 20 has it

function slowCrc32() {
  const table = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  return (bytes, before = 0) => {
    let crc = ~before;
    for (const byte of bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
    return ~crc >>> 0;
  };
}

// ---------------------------------------------------------------- text
/** Standard base64 of exactly this text; undefined when it could have been written otherwise. */
function base64(text, length) {
  if (typeof text !== 'string') return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text && (length === undefined || bytes.length === length) ? bytes : undefined;
}

/** RFC 8785 of parsed JSON. What is nested too deeply overflows the stack, which the caller takes for a no. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

/** Parsed, when the text is the canonical one: so no name stands twice and nothing hides. */
function canonicalValue(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && canonical(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An object with these members and no other. */
function has(value, ...names) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const own = Object.keys(value);
  return own.length === names.length && names.every((name) => Object.hasOwn(value, name));
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isText = (value) => typeof value === 'string' && value.length > 0;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const HEX = /^[0-9a-f]{64}$/;
const isUuid = (value) => typeof value === 'string' && UUID.test(value);
const isHex = (value) => typeof value === 'string' && HEX.test(value);
const isInstant = (value) => typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value));

// ---------------------------------------------------------------- the ZIP
// A bundle is packed in one way only, so that no byte of its headers is free: no directories, no comments, no extra fields,
// a fixed time, lengths after the data, deflated; manifest.json stands last and is stored.
const EOCD = 0x06054b50;
const EOCD64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const [MADE_BY, NEEDED, NEEDED64, FLAGS, TIME, DATE, ATTRIBUTES] = [0x033f, 20, 45, 0x0808, 0, 0x21, 0o100644 * 0x10000];
const NAME = /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))(?!.*\/\/)(?!.*\/$)[A-Za-z0-9._/-]{1,255}$/;
const MANIFEST = 'manifest.json';

/** The entries of a ZIP that holds nothing else: no byte before, between or after them. */
class Zip {
  constructor(file, entries) {
    this.file = file;
    this.entries = entries;
  }

  static async open(path) {
    const file = await open(path, 'r');
    try {
      return new Zip(file, await readEntries(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  close() {
    return this.file.close();
  }

  /** The inflated bytes, in pieces; checks length and CRC at the end. */
  async *pieces(name, most = MOST_INFLATED) {
    const entry = this.entries.get(name);
    if (entry === undefined) reject('file-missing', name, 'is not in the ZIP');
    if (entry.size > most) reject('zip-entry-too-large', name, `is larger than ${most} bytes`);
    let [read, crc] = [0, 0];
    for await (const piece of inflated(this.file, entry)) {
      read += piece.length;
      if (read > entry.size) break;
      crc = crcOf(piece, crc);
      yield piece;
    }
    if (read !== entry.size || crc !== entry.crc) reject('zip-entry-damaged', name, 'has another length or CRC than its header says');
  }

  async bytes(name) {
    const pieces = [];
    for await (const piece of this.pieces(name, MOST_TEXT)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Lines without their newline; each line ends with one. */
  async *lines(name, cause) {
    let [rest, length, number] = [[], 0, 0];
    for await (const piece of this.pieces(name)) {
      let from = 0;
      for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
        number += 1;
        rest.push(piece.subarray(from, end));
        yield { number, text: utf8(rest.length === 1 ? rest[0] : Buffer.concat(rest), cause, `${name}:${number}`) };
        [rest, length, from] = [[], 0, end + 1];
      }
      if (from === piece.length) continue;
      rest.push(piece.subarray(from));
      length += piece.length - from;
      if (length > MOST_LINE) reject(cause, `${name}:${number + 1}`, `is longer than ${MOST_LINE} bytes`);
    }
    if (length > 0) reject(cause, `${name}:${number + 1}`, 'does not end with a newline');
  }
}

function utf8(bytes, cause, where) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return reject(cause, where, 'is not UTF-8');
  }
}

async function* rawPieces(file, start, length) {
  for (let at = 0; at < length; at += PIECE) yield bytesAt(file, start + at, Math.min(PIECE, length - at));
}

async function* inflated(file, entry) {
  if (entry.method === 0) yield* rawPieces(file, entry.start, entry.packed);
  else if (entry.packed <= MOST_AT_ONCE && entry.size <= MOST_AT_ONCE) yield inflatedAtOnce(await bytesAt(file, entry.start, entry.packed), entry);
  else yield* inflatedInPieces(file, entry);
}

const isDamaged = (name, what) => reject('zip-entry-damaged', name, what);

function inflatedAtOnce(bytes, { name, size }) {
  let found;
  try {
    found = zlib.inflateRawSync(bytes, { info: true, maxOutputLength: size + 1 });
  } catch {
    isDamaged(name, 'cannot be inflated to the length that its header says');
  }
  if (found.engine.bytesWritten !== bytes.length) isDamaged(name, 'has bytes after the end of its data');
  return found.buffer;
}

async function* inflatedInPieces(file, { name, start, packed }) {
  const inflate = zlib.createInflateRaw();
  // An error of either is thrown by the loop; ending the loop early ends both.
  pipeline(Readable.from(rawPieces(file, start, packed)), inflate, () => undefined);
  try {
    for await (const piece of inflate) yield piece;
  } catch (error) {
    if (error instanceof Rejected) throw error;
    isDamaged(name, 'cannot be inflated');
  }
  if (inflate.bytesWritten !== packed) isDamaged(name, 'has bytes after the end of its data');
}

async function bytesAt(file, position, length) {
  if (!Number.isSafeInteger(position) || position < 0) reject('zip-unreadable', '', 'points outside itself');
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(buffer, at, length - at, position + at);
    if (bytesRead === 0) reject('zip-unreadable', '', 'ends too early');
    at += bytesRead;
  }
  return buffer;
}

async function readEntries(file) {
  const { size } = await file.stat();
  if (size < 22) reject('zip-unreadable', '', 'is no ZIP');
  const end = await bytesAt(file, size - 22, 22);
  if (end.readUInt32LE(0) !== EOCD) reject('zip-unreadable', '', 'does not end as a ZIP without a comment does');
  if (end.readUInt32LE(4) !== 0 || end.readUInt16LE(8) !== end.readUInt16LE(10) || end.readUInt16LE(20) !== 0) reject('zip-unsupported', '', 'is of several parts, or has a comment');
  const directory = await readDirectoryPlace(file, size, end);
  if (directory.count > MOST_ENTRIES || directory.bytes > MOST_CENTRAL) reject('zip-entry-too-large', '', 'has too many entries');
  const central = await bytesAt(file, directory.offset, directory.bytes);
  const entries = new Map();
  let [at, inflatedBytes] = [0, 0];
  for (let n = 0; n < directory.count; n += 1) {
    const { entry, next } = centralEntry(central, at);
    if (entries.has(entry.name)) reject('zip-entry-twice', entry.name, 'stands in the ZIP twice');
    inflatedBytes += entry.size;
    if (inflatedBytes > MOST_INFLATED) reject('zip-entry-too-large', entry.name, `makes the files larger than ${MOST_INFLATED} bytes`);
    entries.set(entry.name, entry);
    at = next;
  }
  if (at !== central.length) reject('zip-foreign-bytes', '', 'has more in its directory than it counts');
  await checkLocals(file, entries.values(), directory.offset);
  return entries;
}

async function readDirectoryPlace(file, size, end) {
  const place = { count: end.readUInt16LE(10), bytes: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const endAt = place.count === 0xffff ? await readEnd64(file, size, place) : size - 22;
  if (place.offset + place.bytes !== endAt) reject('zip-foreign-bytes', '', 'has bytes between its directory and its end');
  return place;
}

/** Where there are many entries, their number stands in a record of its own. */
async function readEnd64(file, size, place) {
  const at = size - 98;
  const both = at < 0 ? Buffer.alloc(76) : await bytesAt(file, at, 76);
  const count = Number(both.readBigUInt64LE(24));
  const expected = Buffer.alloc(76);
  expected.writeUInt32LE(EOCD64, 0);
  expected.writeUInt32LE(44, 4);
  expected.writeUInt16LE(MADE_BY, 12);
  expected.writeUInt16LE(NEEDED64, 14);
  expected.writeBigUInt64LE(BigInt(count), 24);
  expected.writeBigUInt64LE(BigInt(count), 32);
  expected.writeBigUInt64LE(BigInt(place.bytes), 40);
  expected.writeBigUInt64LE(BigInt(place.offset), 48);
  expected.writeUInt32LE(LOCATOR64, 56);
  expected.writeBigUInt64LE(BigInt(Math.max(0, at)), 64);
  expected.writeUInt32LE(1, 72);
  if (count < 0xffff || !both.equals(expected)) reject('zip-unreadable', '', 'says that it has many entries and does not say how');
  place.count = count;
  return at;
}

function centralEntry(central, at) {
  if (at + 46 > central.length || central.readUInt32LE(at) !== CENTRAL) reject('zip-unreadable', '', 'has a broken directory');
  const nameLength = central.readUInt16LE(at + 28);
  const next = at + 46 + nameLength;
  if (next > central.length) reject('zip-unreadable', '', 'has a broken directory');
  const name = central.toString('latin1', at + 46, next);
  if (!NAME.test(name)) reject('zip-entry-name', JSON.stringify(name.slice(0, 100)), 'is no name of a file in a bundle');
  const [method, packed, size] = [central.readUInt16LE(at + 10), central.readUInt32LE(at + 20), central.readUInt32LE(at + 24)];
  const found = [central.readUInt16LE(at + 4), central.readUInt16LE(at + 6), central.readUInt16LE(at + 8), method, central.readUInt16LE(at + 12), central.readUInt16LE(at + 14)];
  const expected = [MADE_BY, NEEDED, FLAGS, name === MANIFEST ? 0 : 8, TIME, DATE];
  const rest = central.readUInt16LE(at + 30) + central.readUInt16LE(at + 32) + central.readUInt16LE(at + 34) + central.readUInt16LE(at + 36);
  if (found.some((value, n) => value !== expected[n]) || rest !== 0 || central.readUInt32LE(at + 38) !== ATTRIBUTES || (method === 0 && packed !== size)) {
    reject('zip-unsupported', name, 'is packed in a way that no bundle uses');
  }
  return { entry: { name, method, crc: central.readUInt32LE(at + 16), packed, size, header: central.readUInt32LE(at + 42) }, next };
}

/** The local headers agree with the directory, and the entries fill the file from its first byte to the directory. */
async function checkLocals(file, entries, directoryAt) {
  let expected = 0;
  for (const entry of entries) {
    if (entry.header !== expected) reject('zip-foreign-bytes', entry.name, 'does not follow the entry before it');
    const { name, method, crc, packed, size } = entry;
    entry.start = entry.header + 30 + name.length;
    const local = Buffer.alloc(30 + name.length);
    local.writeUInt32LE(LOCAL, 0);
    [NEEDED, FLAGS, method, TIME, DATE].forEach((value, n) => local.writeUInt16LE(value, 4 + n * 2));
    local.writeUInt16LE(name.length, 26);
    local.write(name, 30, 'latin1');
    const descriptor = Buffer.alloc(16);
    [DATA_DESCRIPTOR, crc, packed, size].forEach((value, n) => descriptor.writeUInt32LE(value, n * 4));
    expected = entry.start + packed + 16;
    if (expected > directoryAt) reject('zip-headers-differ', name, 'reaches into what follows it');
    if (!(await bytesAt(file, entry.header, local.length)).equals(local) || !(await bytesAt(file, entry.start + packed, 16)).equals(descriptor)) {
      reject('zip-headers-differ', name, 'is described in two ways');
    }
  }
  if (expected !== directoryAt) reject('zip-foreign-bytes', '', 'has bytes before its directory that belong to no entry');
}

// ---------------------------------------------------------------- the manifest
const FILES = ['README.txt', 'summary.json', 'leaves.txt', 'frontier.json', 'deliveries.ndjson', 'evidence.ndjson', 'records.ndjson', 'earlier.ndjson', 'verify.mjs'];
const MEMBERS = ['format', 'origin', 'engagement', 'revision', 'period', 'cutOff', 'checkpoint', 'leaves', 'frozenLeaf', 'files', 'packed'];

async function readManifest(zip) {
  if (!zip.entries.has(MANIFEST)) reject('manifest-missing', MANIFEST, 'is missing');
  const manifest = canonicalValue(utf8(await zip.bytes(MANIFEST), 'manifest-unreadable', MANIFEST));
  if (manifest === undefined) reject('manifest-unreadable', MANIFEST, 'is not canonical JSON');
  if (manifest.format !== 'tickmark-bundle/1') reject('manifest-version', MANIFEST, 'is of a format that this verifier does not know');
  if (!isManifest(manifest)) reject('manifest-unreadable', MANIFEST, 'does not hold what a manifest holds');
  return manifest;
}

function isManifest(manifest) {
  const { origin, demo, engagement, revision, frozenLeaf } = manifest;
  return (
    has(manifest, ...MEMBERS, ...(demo === undefined ? [] : ['demo'])) && (demo === undefined || demo === true) &&
    isText(origin) && has(engagement, 'id', 'name') && isText(engagement.id) && isText(engagement.name) && isCount(revision) && isCount(frozenLeaf) &&
    isManifestOfLeaves(manifest) && isManifestOfFiles(manifest)
  );
}

function isManifestOfLeaves({ period, cutOff, checkpoint, leaves }) {
  return (
    has(period, 'from', 'to') && isInstant(period.from) && isInstant(period.to) && has(cutOff, 'leafIndex', 'clock') && isCount(cutOff.leafIndex) && isInstant(cutOff.clock) &&
    has(checkpoint, 'path', 'size') && isText(checkpoint.path) && isCount(checkpoint.size) &&
    has(leaves, 'from', 'to') && isCount(leaves.from) && isCount(leaves.to) && leaves.from <= leaves.to && leaves.to === checkpoint.size
  );
}

function isManifestOfFiles({ files, packed }) {
  return (
    has(packed, 'bytes', 'sha256') && isCount(packed.bytes) && isHex(packed.sha256) &&
    Array.isArray(files) && files.every((file) => has(file, 'path', 'bytes', 'sha256') && isText(file.path) && isCount(file.bytes) && isHex(file.sha256)) &&
    new Set(files.map(({ path }) => path)).size === files.length
  );
}

async function checkFiles(zip, { files, packed }, progress) {
  const listed = new Map(files.map((file) => [file.path, file]));
  for (const name of FILES) if (!listed.has(name)) reject('file-missing', name, 'does not stand in the manifest');
  for (const name of zip.entries.keys()) if (name !== MANIFEST && !listed.has(name)) reject('file-unlisted', name, 'does not stand in the manifest');
  for (const [path, { bytes, sha256: hash }] of listed) {
    const entry = zip.entries.get(path);
    if (entry === undefined || path === MANIFEST) reject('file-missing', path, 'stands in the manifest and is not there');
    if (entry.size !== bytes) reject('file-size-differs', path, `has ${entry.size} bytes and not ${bytes}`);
    const digest = createHash('sha256');
    for await (const piece of zip.pieces(path)) digest.update(piece);
    if (digest.digest('hex') !== hash) reject('file-hash-differs', path, 'is not the file that the manifest lists');
    progress();
  }
  await checkPacking(zip, packed);
}

/** Everything in the ZIP before the manifest's own bytes: what can be packed in two ways is packed in this one. */
async function checkPacking({ file, entries }, { bytes, sha256: hash }) {
  const { start } = entries.get(MANIFEST);
  const digest = createHash('sha256');
  for await (const piece of rawPieces(file, 0, start)) digest.update(piece);
  if (start !== bytes || digest.digest('hex') !== hash) reject('packing-differs', '', 'is packed in another way than the manifest says');
}

// ---------------------------------------------------------------- checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint)
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_NAME = /^[^\s+\p{Zs}]{1,200}$/u;
// eslint-disable-next-line no-control-regex -- a note may hold no control character but the newline
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** Pinned keys, one in a line; undefined where a line is none. */
export function readKeys(text) {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const keys = lines.map(readKey);
  return lines.length > 0 && keys.every((key) => key !== undefined) ? keys : undefined;
}

function readKey(text) {
  const [name = '', id = '', ...rest] = text.split('+');
  const typed = base64(rest.join('+'), 33);
  if (!KEY_NAME.test(name) || typed === undefined || typed[0] !== 1) return undefined;
  return sha256(`${name}\n`, typed).toString('hex', 0, 4) === id ? { name, id, publicKey: typed.subarray(1) } : undefined;
}

function openCheckpoint(note, keys, where) {
  const end = note.lastIndexOf('\n\n');
  if (note.length > MOST_NOTE || CONTROL.test(note) || note.includes('\ufffd') || end <= 0 || !note.endsWith('\n')) reject('checkpoint-unreadable', where, 'is no signed note');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) reject('checkpoint-unreadable', where, `has more than ${MOST_SIGNATURES} signatures`);
  const signatures = lines.map((line) => signatureOf(line, where));
  const known = signatures.flatMap((signature) => keys.filter(({ name, id }) => name === signature.name && id === signature.id).map((key) => ({ key, signature })));
  if (known.length === 0) reject('checkpoint-unknown-key', where, 'is signed by none of the pinned keys');
  for (const { key, signature } of known) if (!isSigned(key, text, signature.bytes)) reject('checkpoint-signature-differs', where, `is not what the key ${key.name} signed`);
  const [origin, size, root, ...others] = text.split('\n');
  const hash = base64(root, 32);
  if (others.indexOf('') !== others.length - 1 || !/^[1-9]\d{0,15}$/.test(size ?? '') || !Number.isSafeInteger(Number(size)) || hash === undefined) reject('checkpoint-unreadable', where, 'is no checkpoint');
  if (!known.some(({ key }) => key.name === origin)) reject('checkpoint-origin-differs', where, `is of the log ${origin}, which the pinned key does not sign for`);
  return { origin, size: Number(size), root: hash, where };
}

function signatureOf(line, where) {
  const [, name = '', text = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = base64(text);
  if (!KEY_NAME.test(name) || bytes === undefined || bytes.length <= 4) reject('checkpoint-unreadable', where, 'has a line that is no signature');
  return { name, id: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
}

function isSigned({ publicKey }, text, signature) {
  if (signature.length !== 64) return false;
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return verifySignature(null, Buffer.from(text), key, signature);
}

async function readCheckpoints(zip, manifest, keys) {
  const { origin, checkpoint, cutOff, frozenLeaf, leaves } = manifest;
  const names = [...zip.entries.keys()].filter((name) => name.startsWith('checkpoints/'));
  if (!names.includes(checkpoint.path)) reject('checkpoint-missing', checkpoint.path, 'is missing');
  const found = [];
  for (const name of names) found.push(openCheckpoint(utf8(await zip.bytes(name), 'checkpoint-unreadable', name), keys, name));
  for (const one of found) {
    if (one.origin !== origin) reject('checkpoint-origin-differs', one.where, `is of the log ${one.origin}, the bundle of ${origin}`);
    if (one.where !== `checkpoints/${one.size}.txt`) reject('checkpoint-size-differs', one.where, `is of ${one.size} leaves`);
    if (one.size < leaves.from || one.size > leaves.to) reject('checkpoint-size-differs', one.where, 'is of a size that the leaves of the bundle do not show');
  }
  const main = found.find(({ where }) => where === checkpoint.path);
  if (main.size !== checkpoint.size) reject('checkpoint-size-differs', main.where, `is of ${main.size} leaves, the manifest speaks of ${checkpoint.size}`);
  if (main.size <= cutOff.leafIndex || main.size <= frozenLeaf) reject('checkpoint-below-cut-off', main.where, 'does not reach the cut-off and the freeze of the revision');
  return { main, others: found.filter((one) => one !== main) };
}

// ---------------------------------------------------------------- leaves and tree (RFC 6962)
const KINDS = { 1: 'evidence', 2: 'conflict', 3: 'catalogue-version', 4: 'deviation', 5: 'gap', 6: 'notice', 7: 'decision', 8: 'access', 9: 'engagement', 10: 'export', 11: 'retention', 12: 'epoch' };
const TOLD = new Set(['catalogue-version', 'deviation', 'gap', 'notice', 'engagement', 'epoch']);
const LONGEST_LEAF = 90;
const LEAVES_A_PAGE = 4_096;
const hasTwoDigests = (kind) => kind === 'evidence' || kind === 'conflict';

/** 1 byte version, 1 byte kind, 16 bytes id, 8 bytes receivedAt, then one or two SHA-256. */
function parseLeaf(bytes) {
  const kind = bytes[0] === 1 ? KINDS[bytes[1]] : undefined;
  const digests = hasTwoDigests(kind) ? 2 : 1;
  if (kind === undefined || bytes.length !== 26 + digests * 32) return undefined;
  const receivedAtMs = Number(bytes.readBigUInt64BE(18));
  if (receivedAtMs > 8_640_000_000_000_000) return undefined;
  const hex = bytes.toString('hex', 2, 18);
  return {
    kind,
    id: [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-'),
    receivedAtMs,
    digests: Array.from({ length: digests }, (_, n) => bytes.subarray(26 + n * 32, 58 + n * 32)),
  };
}

/** The tree as it grows: perfect subtrees from left to right, the largest first. */
class Tree {
  constructor(size, hashes) {
    this.size = size;
    this.peaks = [];
    for (let [bit, at] = [2 ** 52, 0]; bit >= 1; bit /= 2) {
      if (Math.floor(size / bit) % 2 === 1) this.peaks.push({ width: bit, hash: hashes[at++] });
    }
  }

  static peaksOf(size) {
    let count = 0;
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
    return count;
  }

  add(bytes) {
    let peak = { width: 1, hash: leafHash(bytes) };
    while (this.peaks.at(-1)?.width === peak.width) peak = { width: peak.width * 2, hash: nodeHash(this.peaks.pop().hash, peak.hash) };
    this.peaks.push(peak);
    this.size += 1;
  }

  root() {
    return this.peaks.length === 0 ? sha256('') : this.peaks.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), this.peaks.at(-1).hash);
  }
}

async function readFrontier(zip, { leaves: { from }, period }, main) {
  const value = canonicalValue(utf8(await zip.bytes('frontier.json'), 'frontier-unreadable', 'frontier.json'));
  const hashes = has(value, 'before', 'hashes') && Array.isArray(value.hashes) ? value.hashes.map((text) => base64(text, 32)) : undefined;
  if (hashes === undefined || hashes.length !== Tree.peaksOf(from) || hashes.includes(undefined)) reject('frontier-unreadable', 'frontier.json', `does not hold the hashes over the first ${from} leaves`);
  checkBefore(value.before, { from, period, main });
  return new Tree(from, hashes);
}

/** The leaf before the first one of the bundle was received before the period: so none of the period is left out. */
function checkBefore(before, { from, period, main }) {
  if (from === 0) return before === null ? undefined : reject('frontier-unreadable', 'frontier.json', 'has a leaf before the first one');
  const bytes = has(before, 'leaf', 'path') ? base64(before.leaf) : undefined;
  const leaf = bytes === undefined ? undefined : parseLeaf(bytes);
  const path = leaf === undefined ? undefined : pathOf(before.path);
  if (path === undefined) reject('frontier-unreadable', 'frontier.json', `does not hold the leaf before ${from} with its path`);
  const root = inclusionRoot(leafHash(bytes), from - 1, main.size, path);
  if (root === undefined || !root.equals(main.root)) reject('root-differs', 'frontier.json', 'has a leaf before the first one that does not lead to the checkpoint');
  if (leaf.receivedAtMs >= Date.parse(period.from)) reject('leaves-begin-late', 'leaves.txt', `leaves out leaf ${from - 1}, which was received within the period`);
}

/** Leaves as bytes, side by side: objects would take many times as much. */
class Leaves {
  constructor(from) {
    this.from = from;
    this.count = 0;
    this.pages = [];
    this.ids = new Set();
  }

  add(bytes) {
    const place = this.count % LEAVES_A_PAGE;
    if (place === 0) this.pages.push(Buffer.alloc(LEAVES_A_PAGE * LONGEST_LEAF));
    bytes.copy(this.pages.at(-1), place * LONGEST_LEAF);
    this.count += 1;
  }

  #bytes(index) {
    const at = index - this.from;
    if (at < 0 || at >= this.count) return undefined;
    const place = (at % LEAVES_A_PAGE) * LONGEST_LEAF;
    return this.pages[Math.floor(at / LEAVES_A_PAGE)].subarray(place, place + LONGEST_LEAF);
  }

  kindAt(index) {
    return KINDS[this.#bytes(index)?.[1]];
  }

  at(index) {
    const bytes = this.#bytes(index);
    return bytes && parseLeaf(hasTwoDigests(KINDS[bytes[1]]) ? bytes : bytes.subarray(0, LONGEST_LEAF - 32));
  }
}

/** Reads the leaves once: the roots of every checkpoint, and what the other files are held against. */
async function readLeaves(zip, manifest, { main, others }, pinned, progress) {
  const { leaves: range } = manifest;
  const tree = await readFrontier(zip, manifest, main);
  const wanted = new Map();
  for (const one of [main, ...others, ...(pinned === undefined ? [] : [pinned])]) wanted.set(one.size, [...(wanted.get(one.size) ?? []), one]);
  const differing = new Set();
  const compareRoots = () => {
    for (const one of wanted.get(tree.size) ?? []) if (!one.root.equals(tree.root())) differing.add(one);
  };
  const leaves = new Leaves(range.from);
  let clock = -1;
  compareRoots();
  for await (const { number, text } of zip.lines('leaves.txt', 'leaf-unreadable')) {
    const where = `leaves.txt:${number}`;
    const bytes = base64(text);
    const leaf = bytes === undefined ? undefined : parseLeaf(bytes);
    if (leaf === undefined) reject('leaf-unreadable', where, 'is no leaf');
    if (tree.size >= range.to || leaves.count >= MOST_LEAVES) reject('leaf-count-differs', where, `is beyond the ${range.to - range.from} leaves that the manifest speaks of`);
    if (leaves.ids.has(leaf.id)) reject('leaf-twice', where, `is the leaf ${leaf.id} again`);
    if (leaf.receivedAtMs < clock) reject('leaf-clock-goes-back', where, 'was received before the leaf that it follows');
    leaves.ids.add(leaf.id);
    clock = leaf.receivedAtMs;
    leaves.add(bytes);
    tree.add(bytes);
    compareRoots();
    if (number % 1_000 === 0) progress();
  }
  if (tree.size !== range.to) reject('leaf-count-differs', 'leaves.txt', `has ${leaves.count} leaves and not ${range.to - range.from}`);
  // Leaves that were changed differ from every checkpoint; a fork differs from some.
  for (const one of [main, ...(pinned === undefined ? [] : [pinned]), ...differing]) {
    if (differing.has(one)) reject(causeOfFork(one, main, pinned), one.where, 'speaks of another ledger than the leaves are of');
  }
  leaves.ids.clear();
  return leaves;
}

function causeOfFork(one, main, pinned) {
  if (one === pinned) return 'pinned-checkpoint-differs';
  return one === main ? 'root-differs' : 'checkpoints-fork';
}

/** A checkpoint that was received elsewhere: this bundle must be of the same ledger. */
function checkPinned(pinned, { leaves, origin }) {
  if (pinned.origin !== origin) reject('checkpoint-origin-differs', pinned.where, `is of the log ${pinned.origin}, the bundle of ${origin}`);
  if (pinned.size > leaves.to) reject('pinned-checkpoint-newer', pinned.where, 'is newer than the bundle, so the two cannot be compared; make the bundle again, or ask for a consistency proof (GET /v1/ledger/consistency)');
  if (pinned.size < leaves.from) reject('pinned-checkpoint-older', pinned.where, 'is older than the first leaf of the bundle, so the two cannot be compared; ask for a consistency proof (GET /v1/ledger/consistency)');
}

// ---------------------------------------------------------------- records
const valueOf = (line, name, cause) => canonicalValue(line.text) ?? reject(cause, `${name}:${line.number}`, 'is not canonical JSON');

function recordOf(line) {
  const value = valueOf(line, 'records.ndjson', 'record-unreadable');
  const where = `records.ndjson:${line.number}`;
  const salt = base64(value.salt);
  const isRecord = has(value, 'leafIndex', 'record', 'salt') && isCount(value.leafIndex) && salt !== undefined && value.record !== null && typeof value.record === 'object';
  return isRecord ? { ...value, salt, where } : reject('record-unreadable', where, 'does not hold what a record holds');
}

/** Between two lines stands no leaf that should have had one. */
function nothingMissing(leaves, { from, to, isWanted, cause, name }) {
  for (let index = from; index < to; index += 1) {
    const kind = leaves.kindAt(index);
    if (isWanted(kind)) reject(cause, name, `does not hold what leaf ${index} (${kind}) vouches for`);
  }
}

/** Gives the freeze of the revision as well, which is there once. */
async function checkRecords(zip, { leaves: { from, to }, frozenLeaf, engagement, revision }, leaves, progress) {
  const rest = { isWanted: (kind) => TOLD.has(kind), cause: 'record-missing', name: 'records.ndjson' };
  let [next, frozen, count] = [from, undefined, 0];
  for await (const line of zip.lines('records.ndjson', 'record-unreadable')) {
    const { leafIndex, salt, record, where } = recordOf(line);
    if (leafIndex < from || leafIndex >= to) reject('record-outside', where, 'is not of the leaves of the bundle');
    if (leafIndex < next) reject('record-out-of-order', where, 'does not follow the record before it');
    const leaf = leaves.at(leafIndex);
    if (!TOLD.has(leaf.kind)) reject('record-kind-differs', where, `names a leaf of kind ${leaf.kind}`);
    nothingMissing(leaves, { ...rest, from: next, to: leafIndex });
    if (!sha256(salt, canonical(record)).equals(leaf.digests[0])) reject('record-differs', where, `is not the record that leaf ${leafIndex} vouches for`);
    if (leaf.kind === 'engagement' && record.action === 'engagement.frozen' && record.engagement === engagement.id && record.revision === revision) {
      if (frozen !== undefined) reject('summary-frozen-twice', where, 'freezes the same revision a second time');
      if (leafIndex === frozenLeaf) frozen = record;
      else reject('summary-not-frozen', where, `is the freeze of this revision, and the manifest speaks of leaf ${frozenLeaf}`);
    }
    next = leafIndex + 1;
    count += 1;
    if (line.number % 500 === 0) progress();
  }
  nothingMissing(leaves, { ...rest, from: next, to });
  return { frozen, count };
}

// ---------------------------------------------------------------- the summary
/** Gives the evidence that it names. */
async function checkSummary(zip, manifest, frozen) {
  const bytes = await zip.bytes('summary.json');
  if (frozen === undefined) reject('summary-not-frozen', 'records.ndjson', `has no record that this revision was frozen (leaf ${manifest.frozenLeaf})`);
  if (sha256(bytes).toString('hex') !== frozen.summarySha256) reject('summary-differs', 'summary.json', 'is not the summary that was frozen');
  try {
    const summary = JSON.parse(utf8(bytes, 'summary-unreadable', 'summary.json'));
    if (!isSummaryOf(summary.header, manifest)) reject('summary-of-another', 'summary.json', 'is of another engagement, revision, period or cut-off than the manifest says');
    return evidenceNamed(summary);
  } catch (error) {
    if (error instanceof Rejected) throw error;
    return reject('summary-unreadable', 'summary.json', 'is no summary');
  }
}

function isSummaryOf({ engagement, revision, dataCutOff, period, asOf, demo }, manifest) {
  const said = period ?? { from: asOf, to: new Date(Date.parse(asOf) + 1).toISOString() };
  return (
    engagement.id === manifest.engagement.id && engagement.name === manifest.engagement.name && revision === manifest.revision && demo === manifest.demo &&
    dataCutOff.leafIndex === String(manifest.cutOff.leafIndex) && dataCutOff.clock === manifest.cutOff.clock &&
    said.from === manifest.period.from && said.to === manifest.period.to
  );
}

function evidenceNamed(value, found = new Set()) {
  if (Array.isArray(value)) for (const one of value) evidenceNamed(one, found);
  else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'evidenceIds' && Array.isArray(inner)) for (const id of inner) found.add(id);
      else if (name === 'evidenceId' && typeof inner === 'string') found.add(inner);
      else evidenceNamed(inner, found);
    }
  }
  return found;
}

// ---------------------------------------------------------------- deliveries and evidence
async function readDeliveries(zip) {
  const found = new Map();
  let bytes = 0;
  for await (const line of zip.lines('deliveries.ndjson', 'delivery-unreadable')) {
    const where = `deliveries.ndjson:${line.number}`;
    const value = valueOf(line, 'deliveries.ndjson', 'delivery-unreadable');
    const { id, receivedAt, path } = value;
    const salt = base64(value.salt);
    const isKept = typeof path === 'string' && /^deliveries\/[0-9a-f]{64}$/.test(path);
    if (!has(value, 'contentType', 'feed', 'format', 'id', 'path', 'receivedAt', 'salt') || !isUuid(id) || !isInstant(receivedAt) || salt === undefined || !isKept) {
      reject('delivery-unreadable', where, 'does not hold what a delivery holds');
    }
    if (found.has(id)) reject('delivery-twice', where, `is the delivery ${id} again`);
    const entry = zip.entries.get(path) ?? reject('delivery-file-missing', path, 'is missing');
    bytes += entry.size;
    if (bytes > MOST_INFLATED) reject('zip-entry-too-large', path, `makes the deliveries larger than ${MOST_INFLATED} bytes`);
    found.set(id, { where, path, salt, receivedAtMs: Date.parse(receivedAt), used: false, digest: undefined });
  }
  return found;
}

/** SHA-256(salt, bytes) of the delivery; its file is named by the SHA-256 of the bytes. */
async function digestOf(zip, delivery) {
  if (delivery.digest !== undefined) return delivery.digest;
  const [salted, plain] = [createHash('sha256').update(delivery.salt), createHash('sha256')];
  for await (const piece of zip.pieces(delivery.path)) {
    salted.update(piece);
    plain.update(piece);
  }
  if (`deliveries/${plain.digest('hex')}` !== delivery.path) reject('delivery-hash-differs', delivery.path, 'has another hash than its name says');
  return (delivery.digest = salted.digest());
}

/** Every delivery is there for evidence, and every file for a delivery. */
function nothingUnused(zip, deliveries) {
  const paths = new Set();
  for (const { used, where, path } of deliveries.values()) {
    if (!used) reject('delivery-unused', where, 'brought no evidence of this bundle');
    paths.add(path);
  }
  for (const name of zip.entries.keys()) {
    if (!FILES.includes(name) && name !== MANIFEST && !name.startsWith('checkpoints/') && !paths.has(name)) reject('delivery-unused', name, 'belongs to no delivery');
  }
}

const EVIDENCE = ['deliveryId', 'id', 'leafIndex', 'normal', 'ordinal', 'salt'];

function evidenceOf(line, name, { cause, members = EVIDENCE }) {
  const where = `${name}:${line.number}`;
  const value = valueOf(line, name, cause);
  const { leafIndex, id, deliveryId, ordinal, normal } = value;
  const salt = base64(value.salt);
  if (!has(value, ...members) || !isCount(leafIndex) || !isUuid(id) || !isUuid(deliveryId) || !isCount(ordinal) || salt === undefined || typeof normal !== 'string') {
    reject(cause, where, 'does not hold what evidence holds');
  }
  if (canonicalValue(normal) === undefined) reject(cause, where, 'has a normal form that is not canonical JSON');
  return { ...value, salt, where };
}

async function checkEvent(zip, leaf, evidence, deliveries) {
  const { id, deliveryId, salt, normal, where } = evidence;
  if (leaf.kind !== 'evidence') reject('evidence-kind-differs', where, `names a leaf of kind ${leaf.kind}`);
  if (leaf.id !== id) reject('evidence-id-differs', where, `names the leaf of ${leaf.id}`);
  if (!sha256(salt, normal).equals(leaf.digests[1])) reject('evidence-normal-differs', where, `is not the event that leaf ${evidence.leafIndex} vouches for`);
  const delivery = deliveries.get(deliveryId) ?? reject('delivery-missing', where, `came with the delivery ${deliveryId}, which is not there`);
  delivery.used = true;
  if (delivery.receivedAtMs > leaf.receivedAtMs) reject('evidence-time-differs', where, 'was received before its delivery');
  if (!(await digestOf(zip, delivery)).equals(leaf.digests[0])) reject('evidence-raw-differs', where, `came with other bytes than leaf ${evidence.leafIndex} vouches for`);
}

/** All evidence up to the cut-off; after it only what the summary names, since parts of judging may have been ahead. */
async function checkEvidence(zip, { cutOff, leaves: { from, to } }, { leaves, deliveries, named, progress }) {
  const rest = { isWanted: (kind) => kind === 'evidence', cause: 'evidence-missing', name: 'evidence.ndjson' };
  const whole = Math.min(cutOff.leafIndex + 1, to);
  let [next, count] = [from, 0];
  for await (const line of zip.lines('evidence.ndjson', 'evidence-unreadable')) {
    const evidence = evidenceOf(line, 'evidence.ndjson', { cause: 'evidence-unreadable' });
    const { leafIndex, id, where } = evidence;
    if (leafIndex < from || leafIndex >= to || (leafIndex >= whole && !named.has(id))) reject('evidence-outside', where, 'is not of the leaves up to the cut-off');
    if (leafIndex < next) reject('evidence-out-of-order', where, 'does not follow the evidence before it');
    nothingMissing(leaves, { ...rest, from: next, to: Math.min(leafIndex, whole) });
    await checkEvent(zip, leaves.at(leafIndex), evidence, deliveries);
    named.delete(id);
    next = leafIndex + 1;
    count += 1;
    if (line.number % 500 === 0) progress();
  }
  nothingMissing(leaves, { ...rest, from: next, to: whole });
  return count;
}

/** Inclusion (RFC 9162, 2.1.3.2); undefined when the path has another length than the tree asks for. */
function inclusionRoot(hash, index, size, path) {
  let [place, last, found, at] = [index, size - 1, hash, 0];
  while (last > 0) {
    const sibling = path[at++];
    if (sibling === undefined) return undefined;
    const isRight = place % 2 === 1 || place === last;
    found = isRight ? nodeHash(sibling, found) : nodeHash(found, sibling);
    while (isRight && place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return at === path.length ? found : undefined;
}

function pathOf(value) {
  const path = Array.isArray(value) && value.length <= 64 ? value.map((text) => base64(text, 32)) : [undefined];
  return path.includes(undefined) ? undefined : path;
}

async function checkEarlier(zip, { leaves: { from } }, { main, deliveries, named }) {
  let [last, count] = [-1, 0];
  for await (const line of zip.lines('earlier.ndjson', 'earlier-unreadable')) {
    const evidence = evidenceOf(line, 'earlier.ndjson', { cause: 'earlier-unreadable', members: [...EVIDENCE, 'leaf', 'path'] });
    const { leafIndex, id, where } = evidence;
    const bytes = base64(evidence.leaf);
    const leaf = bytes === undefined ? undefined : parseLeaf(bytes);
    const path = pathOf(evidence.path);
    if (leaf === undefined || path === undefined) reject('earlier-unreadable', where, 'has no leaf or no path');
    if (leafIndex <= last) reject('earlier-out-of-order', where, 'does not follow the evidence before it');
    if (leafIndex >= from) reject('earlier-not-earlier', where, 'is of the leaves of the bundle itself');
    const root = inclusionRoot(leafHash(bytes), leafIndex, main.size, path);
    if (root === undefined) reject('earlier-proof-length', where, 'has a path of another length than a tree of this size asks for');
    if (!root.equals(main.root)) reject('earlier-proof-differs', where, 'has a path that does not lead to the checkpoint');
    if (leaf.kind !== 'evidence' || leaf.id !== id) reject('earlier-leaf-differs', where, 'has the leaf of something else');
    await checkEvent(zip, leaf, evidence, deliveries);
    if (!named.delete(id)) reject('earlier-not-named', where, 'is evidence that the summary does not name');
    last = leafIndex;
    count += 1;
  }
  return count;
}

// ---------------------------------------------------------------- the whole
/**
 * Verifies a bundle. `keys` are pinned ones (`readKeys`), `checkpoint` a signed note that was received elsewhere.
 * Resolves to what was found when everything holds; throws `Rejected`, and nothing else, at the first thing that does not.
 */
export async function verifyBundle(path, { keys, checkpoint, onProgress = () => undefined }) {
  let zip;
  try {
    zip = await Zip.open(path);
    return await verifyOpened(zip, { keys, checkpoint, onProgress });
  } catch (error) {
    if (error instanceof Rejected) throw error;
    throw new Rejected('zip-unreadable', '', `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await zip?.close();
  }
}

async function verifyOpened(zip, { keys, checkpoint, onProgress }) {
  const manifest = await readManifest(zip);
  const total = manifest.files.length + (manifest.leaves.to - manifest.leaves.from) / 1_000 + 3;
  let done = 0;
  const progress = () => onProgress(Math.min(1, (done += 1) / total));
  await checkFiles(zip, manifest, progress);
  const checkpoints = await readCheckpoints(zip, manifest, keys);
  const { main } = checkpoints;
  const pinned = checkpoint === undefined ? undefined : openCheckpoint(checkpoint, keys, '--checkpoint');
  if (pinned !== undefined) checkPinned(pinned, manifest);
  const leaves = await readLeaves(zip, manifest, checkpoints, pinned, progress);
  const records = await checkRecords(zip, manifest, leaves, progress);
  const named = await checkSummary(zip, manifest, records.frozen);
  const deliveries = await readDeliveries(zip);
  const earlier = await checkEarlier(zip, manifest, { main, deliveries, named });
  const evidence = await checkEvidence(zip, manifest, { leaves, deliveries, named, progress });
  for (const id of named) reject('summary-evidence-missing', 'summary.json', `names the evidence ${id}, which is not in the bundle`);
  nothingUnused(zip, deliveries);
  onProgress(1);
  const { origin, engagement, revision, period, demo = false } = manifest;
  return {
    ...{ origin, engagement, revision, period, demo, size: main.size, checkpoints: checkpoints.others.length + 1, pinned: pinned !== undefined },
    ...{ leaves: leaves.count, evidence, earlier, records: records.count, deliveries: deliveries.size },
  };
}

const number = (value) => value.toLocaleString('en-US');
/** What stands in a bundle moves no cursor and hides no line. */
const printable = (text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

/** What a good answer says. */
export function sayGood({ origin, engagement, revision, period, demo, size, checkpoints, pinned, leaves, evidence, earlier, records, deliveries }) {
  return [
    `HOLDS: ${engagement.name}, revision ${revision}, ${period.from} to ${period.to}${demo ? ' (DEMO: nothing of it happened)' : ''}`,
    `  log          ${origin}, checkpoint of ${number(size)} leaves signed by a pinned key${checkpoints > 1 ? `, agrees with ${number(checkpoints - 1)} more in the bundle` : ''}`,
    `  leaves       ${number(leaves)}, complete and in order from the begin of the period to the checkpoint`,
    `  evidence     ${number(evidence)}${earlier > 0 ? ` and ${number(earlier)} received earlier` : ''}, each as its leaf says, from ${number(deliveries)} deliveries`,
    `  records      ${number(records)} of deviations, gaps, notices, catalogue versions, engagements, epochs`,
    `  summary      is the one that was frozen, and its evidence is here`,
    `Proved: nothing of this was changed, left out or added since it was received, if the pinned key is the log's own${pinned ? ', and the checkpoint that you received elsewhere is of the same ledger' : ''}.`,
    `Not proved: that the sources told the truth or told everything; that a control is good${pinned ? '' : '; that the ledger was not made up before its checkpoint left the house (compare one that was received elsewhere: --checkpoint FILE)'}.`,
  ].map(printable).join('\n');
}

/** Why a bundle does not hold. */
export function sayBad({ cause, where, message }) {
  return [
    `DOES NOT HOLD: ${where === '' ? 'the file' : where} ${message}`,
    `  cause ${cause}, exit code ${CAUSES[cause]}. Nothing after this was looked at.`,
  ].map(printable).join('\n');
}

/** The same for programs. */
export const goodAsJson = (found) => JSON.stringify({ holds: true, ...found });
export const badAsJson = ({ cause, where, message }) => JSON.stringify({ holds: false, cause, code: CAUSES[cause], where, message });

const USE = 'use: verify.mjs BUNDLE.zip --key KEYFILE [--checkpoint NOTE] [--json]';

/** Undefined for a command line that nobody can follow. */
function readArguments(argv) {
  const options = { json: false };
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at];
    if (word === '--json') options.json = true;
    else if ((word === '--key' || word === '--checkpoint') && options[word.slice(2)] === undefined) options[word.slice(2)] = argv[(at += 1)];
    else if (word.startsWith('-') || options.bundle !== undefined) return undefined;
    else options.bundle = word;
  }
  const isWhole = options.bundle !== undefined && options.key !== undefined && (options.checkpoint !== undefined || !argv.includes('--checkpoint'));
  return isWhole ? options : undefined;
}

async function main(argv) {
  const wrong = (message) => (process.stderr.write(`${message}\n${USE}\n`), 2);
  const options = readArguments(argv);
  if (options === undefined) return wrong('one bundle and a key are needed');
  const keyText = await readFile(options.key, 'utf8').catch(() => undefined);
  const keys = keyText === undefined ? undefined : readKeys(keyText);
  if (keys === undefined) return wrong(`${options.key} holds no public key of the form <name>+<id>+<base64>`);
  const checkpoint = options.checkpoint === undefined ? undefined : await readFile(options.checkpoint, 'utf8').catch(() => null);
  if (checkpoint === null) return wrong(`${options.checkpoint} cannot be read`);
  if (!(await access(options.bundle).then(() => true, () => false))) return wrong(`${options.bundle} cannot be read`);
  try {
    const found = await verifyBundle(options.bundle, { keys, checkpoint });
    process.stdout.write(`${options.json ? goodAsJson(found) : sayGood(found)}\n`);
    return 0;
  } catch (error) {
    process.stdout.write(`${options.json ? badAsJson(error) : sayBad(error)}\n`);
    return CAUSES[error.cause] ?? 1;
  }
}

/** Run, and not imported. A path through a symbolic link counts: to say nothing and end with 0 would be taken for a yes. */
function isRun() {
  if (typeof import.meta.main === 'boolean') return import.meta.main;
  const [, file] = process.argv;
  try {
    return file !== undefined && import.meta.url === pathToFileURL(realpathSync(file)).href;
  } catch {
    return false;
  }
}

if (isRun()) {
  process.exitCode = 1;
  process.exitCode = await main(process.argv.slice(2));
}
