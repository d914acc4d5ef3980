import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { CAUSES, Rejected, readKeys, verifyBundle } from '../verifier/verify.mjs';
import { leafHash } from './digest.js';
import {
  FROZEN_LEAF, ORIGIN, SUMMARY, base64, bodyOf, contentOf, deliveryLine, earlierLine, entriesOf, evidenceLine, frontierOf, frozenRecord, honest, honestLeaves, logKey, makeLeaf, manifestOf, packed, pinned, rawPath, recordLine, rootOf, signed, uuid, writeBundle,
} from './bundle.testkit.js';
import type { Line } from './bundle.testkit.js';
import {
  content, manifest, members, bytes, ofFork, zipped, firstPackedAs, oneMore, inCentral, attacker, flipped, forked, otherLedger, swap, replaceRaw, bomb, repackedFirst, withManifest, resigned, underPinnedId, atEnd, filed, noted, signedText,
} from './tampering.testkit.js';
import type { Tampered } from './tampering.testkit.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tickmark-tampering-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function causeOf({ zip, checkpoint, keys = pinned() }: Tampered): Promise<string> {
  const file = path.join(folder, 'bundle.zip');
  writeFileSync(file, zip);
  try {
    await verifyBundle(file, { keys: readKeys(keys)!, checkpoint });
    return 'holds';
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.cause;
  }
}

const TAMPERINGS: readonly (readonly [what: string, cause: string, code: number, make: () => Tampered])[] = [
  // the ZIP
  ['something that is no ZIP', 'zip-unreadable', 10, () => ({ zip: Buffer.alloc(500, 7) })],
  ['an empty file', 'zip-unreadable', 10, () => ({ zip: Buffer.alloc(0) })],
  ['a ZIP that was cut short', 'zip-unreadable', 10, bytes((zip) => zip.subarray(0, -40))],
  ['bytes after its end', 'zip-unreadable', 10, bytes((zip) => Buffer.concat([zip, Buffer.from('more')]))],
  ['another ZIP after its end, so that readers disagree', 'zip-foreign-bytes', 11, bytes((zip) => Buffer.concat([zip, zip]))],
  ['bytes before its begin', 'zip-foreign-bytes', 11, bytes((zip) => Buffer.concat([Buffer.from('MZ'), zip]))],
  ['bytes between two entries', 'zip-foreign-bytes', 11, zipped((zip, [first, second]) => {
    zip.add(first!);
    zip.parts.push(Buffer.from('hidden'));
    zip.add(second!);
  })],
  ['two entries that overlap', 'zip-foreign-bytes', 11, zipped((zip, [first, second]) => {
    zip.add(first!);
    zip.add(second!);
    zip.central[1]!.writeUInt32LE(0, 42);
  })],
  ['an entry that reaches into the directory', 'zip-headers-differ', 14, zipped((zip, [first]) => {
    zip.add(first!);
    zip.central[0]!.writeUInt32LE(5_000, 20);
  })],
  ['an entry that stands there twice', 'zip-entry-twice', 12, oneMore('summary.json')],
  ['a name that leads out of the folder', 'zip-entry-name', 13, oneMore('../../.ssh/authorized_keys')],
  ['an absolute name', 'zip-entry-name', 13, oneMore('/etc/passwd')],
  ['a name with backslashes', 'zip-entry-name', 13, oneMore('..\\up')],
  ['a name with a NUL', 'zip-entry-name', 13, oneMore('summary.json\0.txt')],
  ['another name in the local header than in the directory', 'zip-headers-differ', 14, firstPackedAs(({ name }) => ({ localName: name.toLowerCase() }))],
  ['a bomb that says its size', 'zip-entry-too-large', 15, zipped((zip, entries) => {
    for (const entry of entries.slice(0, 9)) zip.add(entry, { size: 0xfffffffe });
  })],
  ['a bomb that says another size', 'zip-entry-damaged', 16, () => bomb(16)],
  ['a large bomb that says another size', 'zip-entry-damaged', 16, () => bomb(2 * 1024 ** 2)],
  ['a wrong CRC', 'zip-entry-damaged', 16, () => repackedFirst(() => ({ crc: 1 }))],
  ['bytes hidden behind the data of an entry', 'zip-entry-damaged', 16, () => repackedFirst((entry) => ({ data: Buffer.concat([deflateRawSync(entry.bytes), Buffer.from('x')]) }))],
  ['data that cannot be inflated', 'zip-entry-damaged', 16, () => repackedFirst(() => ({ data: Buffer.alloc(20, 0xff) }))],
  ['an encrypted entry', 'zip-unsupported', 17, inCentral(8, 0x0809)],
  ['another way to pack an entry', 'zip-unsupported', 17, inCentral(10, 12)],
  ['a time of its making', 'zip-unsupported', 17, inCentral(14, 0x5d78)],
  ['a comment', 'zip-unsupported', 17, bytes((zip) => {
    const copy = Buffer.from(zip);
    copy.writeUInt16LE(1, copy.length - 2);
    return copy;
  })],
  ['entries packed with another strength', 'packing-differs', 27, () => repackedFirst(({ bytes: data }) => ({ data: deflateRawSync(data, { level: 0 }) }))],
  ['bytes between the last entry and the directory', 'zip-foreign-bytes', 11, zipped((zip, [first]) => {
    zip.add(first!);
    zip.parts.push(Buffer.from('hidden'));
  })],
  ['a directory that holds more than it counts', 'zip-foreign-bytes', 11, atEnd((end) => void end.writeUInt32LE(end.readUInt32LE(8) - 0x10001, 8))],
  ['a directory that holds less than it counts', 'zip-unreadable', 10, atEnd((end) => void end.writeUInt32LE(end.readUInt32LE(8) + 0x10001, 8))],
  ['two numbers of entries', 'zip-unsupported', 17, atEnd((end) => void end.writeUInt16LE(1, 8))],
  ['a part of several', 'zip-unsupported', 17, atEnd((end) => void end.writeUInt16LE(1, 4))],
  ['many entries, and no word of how many', 'zip-unreadable', 10, atEnd((end) => void end.writeUInt32LE(0xffffffff, 8))],
  ['a name that is longer than the directory', 'zip-unreadable', 10, inCentral(28, 60_000)],
  ['another hash of the packing in the manifest', 'packing-differs', 27, () => withManifest((text) => text.replace(/("packed":\{"bytes":\d+,"sha256":")[0-9a-f]{2}/, '$1--').replace('"--', '"00'))],
  // the manifest
  ['no manifest', 'manifest-missing', 20, oneMore('more.txt')],
  ['a manifest that is not canonical', 'manifest-unreadable', 21, () => withManifest((text) => ` ${text}`)],
  ['a manifest that holds a name twice', 'manifest-unreadable', 21, () => withManifest((text) => text.replace('{', '{"revision":2,'))],
  ['a manifest that lacks a member', 'manifest-unreadable', 21, members({ cutOff: {} })],
  ['a manifest that holds more', 'manifest-unreadable', 21, members({ keys: [pinned(attacker)] })],
  ['a manifest nested a hundred thousand deep', 'manifest-unreadable', 21, () => withManifest(() => '['.repeat(100_000) + ']'.repeat(100_000))],
  ['a manifest of another format', 'manifest-version', 22, members({ format: 'tickmark-bundle/0' })],
  ['a file that was taken out', 'file-missing', 23, () => ({ zip: packed(entriesOf(honest()).filter(({ name }) => name !== 'records.ndjson'), manifestOf(honest().manifest, entriesOf(honest()))) })],
  ['a file that was taken out of the manifest, too', 'file-missing', 23, content((one) => void one.others.delete('README.txt'))],
  ['a file that the manifest does not list', 'file-unlisted', 24, manifest((before) => ({ ...before, files: (before['files'] as Line[]).filter((file) => file['path'] !== 'checkpoints/6.txt') }))],
  ['a manifest that lists itself', 'file-missing', 23, manifest((before) => ({ ...before, files: [...(before['files'] as Line[]), { path: 'manifest.json', bytes: 1, sha256: '0'.repeat(64) }] }))],
  ['another size in the manifest', 'file-size-differs', 25, manifest((before) => ({ ...before, files: (before['files'] as Line[]).map((file) => ({ ...file, bytes: 1 })) }))],
  ['another hash in the manifest', 'file-hash-differs', 26, manifest((before) => ({ ...before, files: (before['files'] as Line[]).map((file) => ({ ...file, sha256: '0'.repeat(64) })) }))],
  // checkpoints
  ['no checkpoint', 'checkpoint-missing', 30, content((one) => void one.checkpoints.delete('checkpoints/13.txt'))],
  ['a checkpoint that is no signed note', 'checkpoint-unreadable', 31, content((one) => void one.checkpoints.set('checkpoints/13.txt', 'trust me\n'))],
  ['a checkpoint with a thousand signatures', 'checkpoint-unreadable', 31, content((one) => {
    const note = one.checkpoints.get('checkpoints/13.txt')!;
    one.checkpoints.set('checkpoints/13.txt', note + note.slice(note.indexOf('—')).repeat(1_000));
  })],
  ['a ledger that was made up and signed with another key', 'checkpoint-unknown-key', 32, () => ({ zip: writeBundle(ofFork({ key: attacker })) })],
  ['the same, with the key laid into the bundle', 'checkpoint-unknown-key', 32, () => {
    const made = ofFork({ key: attacker });
    made.others.set('keys.txt', Buffer.from(`${pinned(attacker)}\n`));
    return { zip: writeBundle(made) };
  }],
  ['a signature whose key id was changed to the pinned one', 'checkpoint-signature-differs', 33, () => {
    const made = ofFork({ key: attacker });
    made.checkpoints = new Map([...made.checkpoints].map(([name, note]) => [name, underPinnedId(note)]));
    return { zip: writeBundle(made) };
  }],
  ['another size in a signed checkpoint', 'checkpoint-signature-differs', 33, content((one) => void one.checkpoints.set('checkpoints/13.txt', one.checkpoints.get('checkpoints/13.txt')!.replace('\n13\n', '\n14\n')))],
  ['a bit of a signature', 'checkpoint-signature-differs', 33, content((one) => void one.checkpoints.set('checkpoints/13.txt', resigned(one.checkpoints.get('checkpoints/13.txt')!, (bytes) => flipped(bytes, 30))))],
  ['the bundle of another log whose key is pinned as well', 'checkpoint-origin-differs', 34, () => {
    const made = honest();
    made.checkpoints.set('checkpoints/13.txt', signed(honestLeaves(), 13, { origin: 'example.org/other' }));
    return { zip: writeBundle(made), keys: `${pinned()}\n${pinned(logKey, 'example.org/other')}\n` };
  }],
  ['another origin in the manifest', 'checkpoint-origin-differs', 34, members({ origin: 'example.org/other' })],
  ['a checkpoint under the name of another size', 'checkpoint-size-differs', 35, content((one) => {
    one.checkpoints = new Map([['checkpoints/13.txt', signed(honestLeaves(), 6)]]);
  })],
  ['a checkpoint of a size that the leaves do not show', 'checkpoint-size-differs', 35, content((one) => void one.checkpoints.set('checkpoints/2.txt', signed(forked(), 2)))],
  ['a checkpoint from before the cut-off', 'checkpoint-below-cut-off', 36, content((one) => {
    one.manifest = { ...one.manifest, checkpoint: { path: 'checkpoints/6.txt', size: 6 }, leaves: { from: 3, to: 6 } };
    one.checkpoints.delete('checkpoints/13.txt');
    one.leaves = one.leaves.slice(0, 3);
  })],
  ['two checkpoints of the log that contradict each other', 'checkpoints-fork', 37, content((one) => void one.checkpoints.set('checkpoints/6.txt', signed(forked(), 6)))],
  ['a ledger that was restored from an older copy, against a checkpoint that was mailed', 'pinned-checkpoint-differs', 38, () => ({ zip: writeBundle(ofFork({})), checkpoint: signed(honestLeaves(), 12) })],
  ['a pinned checkpoint that is newer', 'pinned-checkpoint-newer', 39, () => ({ zip: writeBundle(honest()), checkpoint: signed([...honestLeaves(), makeLeaf(5)]) })],
  ['a pinned checkpoint that is older', 'pinned-checkpoint-older', 40, () => ({ zip: writeBundle(honest()), checkpoint: signed(honestLeaves(), 2) })],
  ['a pinned checkpoint of another key', 'checkpoint-unknown-key', 32, () => ({ zip: writeBundle(honest()), checkpoint: signed(honestLeaves(), 12, { key: attacker }) })],
  ['a checkpoint of a size that is beyond the leaves', 'checkpoint-size-differs', 35, content((one) => void one.checkpoints.set('checkpoints/14.txt', signed([...honestLeaves(), makeLeaf(5)])))],
  ['a second checkpoint under the name of another size', 'checkpoint-size-differs', 35, content((one) => void one.checkpoints.set('checkpoints/7.txt', signed(honestLeaves(), 6)))],
  ['a checkpoint of another size than the manifest says', 'checkpoint-size-differs', 35, members({ checkpoint: { path: 'checkpoints/6.txt', size: 13 } })],
  ['a freeze that the checkpoint does not cover', 'checkpoint-below-cut-off', 36, members({ frozenLeaf: 13 })],
  ['a cut-off that the checkpoint does not cover', 'checkpoint-below-cut-off', 36, members({ cutOff: { leafIndex: 13, clock: '2026-04-01T00:00:00.000Z' } })],
  ['a checkpoint with another line ending', 'checkpoint-unreadable', 31, noted((note) => note.replace('\n', '\r\n'))],
  ['a checkpoint without its last newline', 'checkpoint-unreadable', 31, noted((note) => note.slice(0, -1))],
  ['a checkpoint with a line that is no signature', 'checkpoint-unreadable', 31, noted((note) => `${note}and more\n`)],
  ['a checkpoint with a signature that is too short', 'checkpoint-unreadable', 31, noted((note) => `${note}— ${ORIGIN} AAAA\n`)],
  ['a signed text with a size that could be written otherwise', 'checkpoint-unreadable', 31, noted(() => signedText(`${ORIGIN}\n013\n${base64(Buffer.alloc(32))}\n`))],
  ['a signed text with a size that cannot be counted', 'checkpoint-unreadable', 31, noted(() => signedText(`${ORIGIN}\n9999999999999999\n${base64(Buffer.alloc(32))}\n`))],
  ['a signed text with something that is no root', 'checkpoint-unreadable', 31, noted(() => signedText(`${ORIGIN}\n13\nAAAA\n`))],
  ['a signed text with an empty line', 'checkpoint-unreadable', 31, noted(() => signedText(`${ORIGIN}\n13\n${base64(Buffer.alloc(32))}\n\nmore\n`))],
  ['a text that the pinned key signed for another log', 'checkpoint-origin-differs', 34, noted(() => signedText(`example.org/other\n13\n${base64(Buffer.alloc(32))}\n`))],
  ['the same, in a bundle that says it is of that log', 'checkpoint-origin-differs', 34, content((one) => {
    one.checkpoints = new Map([['checkpoints/13.txt', signedText(`example.org/other\n13\n${base64(rootOf(honestLeaves()))}\n`)]]);
    one.manifest = { ...one.manifest, origin: 'example.org/other' };
  })],
  ['a pinned checkpoint of another log', 'checkpoint-origin-differs', 34, () => ({
    zip: writeBundle(honest()), checkpoint: signed(honestLeaves(), 12, { origin: 'example.org/other' }), keys: `${pinned()}\n${pinned(logKey, 'example.org/other')}\n`,
  })],
  // leaves
  ['a hash that was taken out of the frontier', 'frontier-unreadable', 43, content((one) => void (one.frontier['hashes'] as string[]).pop())],
  ['a leaf before the first that was taken out', 'frontier-unreadable', 43, content((one) => void (one.frontier['before'] = null))],
  ['a hash of the frontier', 'root-differs', 46, content((one) => void ((one.frontier['hashes'] as string[])[0] = base64(Buffer.alloc(32))))],
  ['a frontier that holds no hashes', 'frontier-unreadable', 43, content((one) => void (one.frontier['hashes'] = 'none'))],
  ['a frontier with something that is no hash', 'frontier-unreadable', 43, content((one) => void ((one.frontier['hashes'] as string[])[1] = 'AAAA'))],
  ['a path of the leaf before that was cut', 'root-differs', 46, content((one) => void ((one.frontier['before'] as { path: string[] }).path.pop()))],
  ['a last leaf without its newline', 'leaf-unreadable', 44, filed('leaves.txt', (bytes) => bytes.subarray(0, -1))],
  ['a line of leaves that is empty', 'leaf-unreadable', 44, filed('leaves.txt', (bytes) => Buffer.concat([bytes, Buffer.from('\n')]))],
  ['a leaf of another version', 'leaf-unreadable', 44, content((one) => void (one.leaves[0] = Buffer.concat([Buffer.of(2), one.leaves[0]!.subarray(1)])))],
  ['a leaf that was cut', 'leaf-unreadable', 44, content((one) => void (one.leaves[2] = one.leaves[2]!.subarray(0, -1)))],
  ['a leaf that was dropped', 'leaf-count-differs', 45, content((one) => void one.leaves.splice(4, 1))],
  ['a leaf that was added', 'leaf-count-differs', 45, content((one) => void one.leaves.push(makeLeaf(1, {})))],
  ['the last leaf dropped, and the size fixed up', 'checkpoint-size-differs', 35, content((one) => {
    one.leaves.pop();
    one.manifest = { ...one.manifest, checkpoint: { path: 'checkpoints/13.txt', size: 12 }, leaves: { from: 3, to: 12 } };
  })],
  ['a bit of a leaf', 'root-differs', 46, content((one) => void (one.leaves[3] = flipped(one.leaves[3]!, 40)))],
  ['two leaves of the same instant swapped', 'root-differs', 46, content((one) => swap(one.leaves, 0, 1))],
  ['two leaves swapped', 'leaf-clock-goes-back', 47, content((one) => swap(one.leaves, 4, 5))],
  ['a leaf in the place of another', 'leaf-twice', 48, content((one) => void (one.leaves[1] = one.leaves[0]!))],
  ['the first leaves of the period left out', 'leaves-begin-late', 49, () => {
    const made = contentOf(honestLeaves(), { from: 5 });
    made.checkpoints.delete('checkpoints/6.txt');
    return { zip: writeBundle(made) };
  }],
  ['the same, with a leaf before them that is not theirs', 'root-differs', 46, () => {
    const made = contentOf(honestLeaves(), { from: 5 });
    made.frontier['before'] = frontierOf(honestLeaves(), 3)['before'];
    return { zip: writeBundle(made) };
  }],
  // deliveries
  ['a delivery that cannot be read', 'delivery-unreadable', 50, content((one) => void (one.deliveries[0]!['salt'] = 'no base64'))],
  ['bytes of a delivery taken out as if by rule', 'delivery-unreadable', 50, content((one) => {
    one.raw.delete(String(one.deliveries[0]!['path']));
    Object.assign(one.deliveries[0]!, { path: null, salt: null });
  })],
  ['a path of a delivery that leads elsewhere', 'delivery-unreadable', 50, content((one) => void (one.deliveries[0]!['path'] = 'summary.json'))],
  ['a delivery twice', 'delivery-twice', 51, content((one) => void one.deliveries.push(one.deliveries[0]!))],
  ['a delivery dropped', 'delivery-missing', 52, content((one) => void one.deliveries.splice(1, 1))],
  ['a file of a delivery dropped', 'delivery-file-missing', 53, content((one) => void one.raw.delete(rawPath(bodyOf(7))))],
  ['a byte of a delivery, under its old name', 'delivery-hash-differs', 54, content((one) => replaceRaw(one, 7, flipped(bodyOf(7), 3), { renamed: false }))],
  ['a delivery that nobody sent', 'delivery-unused', 55, content((one) => {
    one.deliveries.push(deliveryLine(9));
    one.raw.set(rawPath(bodyOf(9)), bodyOf(9));
  })],
  ['a file that belongs to nothing', 'delivery-unused', 55, content((one) => void one.others.set('notes.txt', Buffer.from('all is well')))],
  // evidence
  ['a byte of a delivery, with its name made anew', 'evidence-raw-differs', 66, content((one) => replaceRaw(one, 7, flipped(bodyOf(7), 3), { renamed: true }))],
  ['the salt of a delivery', 'evidence-raw-differs', 66, content((one) => void (one.deliveries[2]!['salt'] = base64(Buffer.alloc(16))))],
  ['two deliveries exchanged', 'evidence-raw-differs', 66, content((one) => {
    const [a, b] = [one.deliveries[1]!, one.deliveries[2]!];
    [a['id'], b['id'], a['receivedAt'], b['receivedAt']] = [b['id'], a['id'], b['receivedAt'], a['receivedAt']];
  })],
  ['evidence that cannot be read', 'evidence-unreadable', 60, content((one) => void (one.evidence[0]!['ordinal'] = '0'))],
  ['a hidden end of the evidence', 'evidence-unreadable', 60, filed('evidence.ndjson', (bytes) => Buffer.concat([bytes, Buffer.from('{}')]))],
  ['evidence that is no UTF-8', 'evidence-unreadable', 60, filed('evidence.ndjson', (bytes) => Buffer.concat([Buffer.of(0xff, 10), bytes]))],
  ['earlier evidence among that of the period', 'evidence-outside', 62, content((one) => void one.evidence.unshift(evidenceLine(0)))],
  ['evidence of a leaf that is not there', 'evidence-outside', 62, content((one) => void one.evidence.push({ ...evidenceLine(10), leafIndex: 99 }))],
  ['evidence that says more', 'evidence-unreadable', 60, content((one) => void (one.evidence[0]!['verdict'] = 'pass'))],
  ['a normal form that is not canonical', 'evidence-unreadable', 60, content((one) => void (one.evidence[0]!['normal'] = '{ }'))],
  ['two lines of evidence swapped', 'evidence-missing', 67, content((one) => swap(one.evidence, 0, 1))],
  ['a line of evidence twice', 'evidence-out-of-order', 61, content((one) => void one.evidence.splice(1, 0, one.evidence[0]!))],
  ['evidence from after the cut-off that the summary does not name', 'evidence-outside', 62, content((one) => void one.evidence.splice(3, 0, evidenceLine(9)))],
  ['evidence in the place of a leaf of another kind', 'evidence-kind-differs', 63, content((one) => void one.evidence.splice(2, 0, { ...evidenceLine(7), leafIndex: 5 }))],
  ['evidence moved to another leaf', 'evidence-id-differs', 64, content((one) => void (one.evidence[2] = { ...evidenceLine(4), leafIndex: 7 }))],
  ['evidence moved to another leaf, under its id', 'evidence-normal-differs', 65, content((one) => void (one.evidence[2] = { ...evidenceLine(4), leafIndex: 7, id: uuid(7) }))],
  ['a value in the normal form', 'evidence-normal-differs', 65, content((one) => void (one.evidence[2]!['normal'] = String(one.evidence[2]!['normal']).replace('a7', 'a8')))],
  ['the salt of evidence', 'evidence-normal-differs', 65, content((one) => void (one.evidence[2]!['salt'] = base64(Buffer.alloc(16))))],
  ['evidence dropped', 'evidence-missing', 67, content((one) => void one.evidence.splice(1, 1))],
  ['the last evidence before the cut-off dropped', 'evidence-missing', 67, content((one) => void one.evidence.splice(2))],
  ['the cut-off moved back to hide evidence', 'summary-of-another', 94, content((one) => {
    one.evidence.splice(2, 1);
    one.deliveries.splice(2, 1);
    one.raw.delete(rawPath(bodyOf(7)));
    one.manifest = { ...one.manifest, cutOff: { leafIndex: 6, clock: '2026-04-01T00:00:00.000Z' } };
  })],
  ['a delivery that is later than its evidence', 'evidence-time-differs', 68, content((one) => void (one.deliveries[2]!['receivedAt'] = '2026-03-04T00:00:00.001Z'))],
  // records
  ['a record that cannot be read', 'record-unreadable', 70, content((one) => void (one.records[0]!['record'] = 'x'))],
  ['records swapped', 'record-missing', 75, content((one) => swap(one.records, 0, 1))],
  ['a record twice', 'record-out-of-order', 71, content((one) => void one.records.push(one.records[2]!))],
  ['a record from before the bundle', 'record-outside', 72, content((one) => void one.records.unshift(recordLine(1)))],
  ['a record of a leaf that is not there', 'record-outside', 72, content((one) => void one.records.push({ ...recordLine(8), leafIndex: 99 }))],
  ['a record for a leaf of another kind', 'record-kind-differs', 73, content((one) => void one.records.splice(1, 0, { ...recordLine(6), leafIndex: 6 }))],
  ['a record changed', 'record-differs', 74, content((one) => void (one.records[0] = recordLine(5, { event: 'closed', id: 'r5' })))],
  ['the salt of a record', 'record-differs', 74, content((one) => void (one.records[0]!['salt'] = base64(Buffer.alloc(16))))],
  ['a record dropped', 'record-missing', 75, content((one) => void one.records.splice(1, 1))],
  // earlier evidence
  ['earlier evidence that cannot be read', 'earlier-unreadable', 80, content((one) => void (one.earlier[0]!['leaf'] = ''))],
  ['a proof with something that is no hash', 'earlier-unreadable', 80, content((one) => void (one.earlier[0]!['path'] = ['AAAA']))],
  ['earlier evidence twice', 'earlier-out-of-order', 81, content((one) => void one.earlier.push(one.earlier[0]!))],
  ['earlier evidence that is of the period', 'earlier-not-earlier', 82, content((one) => void one.earlier.push(earlierLine(honestLeaves(), 7)))],
  ['a proof that was cut', 'earlier-proof-length', 83, content((one) => void (one.earlier[0]!['path'] as string[]).pop())],
  ['a proof that was made longer', 'earlier-proof-length', 83, content((one) => void (one.earlier[0]!['path'] as string[]).push(base64(Buffer.alloc(32))))],
  ['a hash of a proof', 'earlier-proof-differs', 84, content((one) => void ((one.earlier[0]!['path'] as string[])[1] = base64(Buffer.alloc(32))))],
  ['a proof of another place', 'earlier-proof-differs', 84, content((one) => void (one.earlier[0]!['leafIndex'] = 1))],
  ['earlier evidence with the leaf of other evidence', 'earlier-leaf-differs', 85, content((one) => void (one.earlier[0] = { ...earlierLine(honestLeaves(), 2), id: uuid(0) }))],
  ['earlier evidence that is none', 'earlier-leaf-differs', 85, content((one) => {
    const [leaf, path] = [base64(honestLeaves()[1]!), earlierLine(honestLeaves(), 0)['path']];
    one.earlier[0] = { ...evidenceLine(0), id: uuid(1), leafIndex: 1, leaf, path: [base64(leafHash(honestLeaves()[0]!)), ...(path as string[]).slice(1)] };
  })],
  ['earlier evidence that the summary does not name', 'earlier-not-named', 86, content((one) => {
    one.earlier.push(earlierLine(honestLeaves(), 2));
    one.deliveries.push(deliveryLine(2));
    one.raw.set(rawPath(bodyOf(2)), bodyOf(2));
  })],
  ['a value in earlier evidence', 'evidence-normal-differs', 65, content((one) => void (one.earlier[0]!['normal'] = '{}'))],
  // the summary
  ['a summary that is none, and was frozen', 'summary-unreadable', 91, otherLedger((leaves) => void (leaves[FROZEN_LEAF] = makeLeaf(FROZEN_LEAF, frozenRecord('no JSON'))), (one) => {
    one.summary = 'no JSON';
    one.records[2] = recordLine(FROZEN_LEAF, frozenRecord('no JSON'));
  })],
  ['a summary of another revision', 'summary-not-frozen', 92, members({ revision: 2 })],
  ['another leaf of the freeze', 'summary-not-frozen', 92, members({ frozenLeaf: 8 })],
  ['a summary that was edited', 'summary-differs', 93, content((one) => void (one.summary = SUMMARY.replace(uuid(3), uuid(4))))],
  ['another period, so that less is asked for', 'summary-of-another', 94, members({ period: { from: '2026-03-02T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' } })],
  ['another name of the engagement', 'summary-of-another', 94, members({ engagement: { id: '0192f0c1-0000-7000-8000-00000000e001', name: 'Autumn 2026' } })],
  ['the sign of a demo', 'summary-of-another', 94, members({ demo: true })],
  ['evidence of the summary that is not there', 'summary-evidence-missing', 95, content((one) => {
    one.evidence.pop();
    one.deliveries.pop();
    one.raw.delete(rawPath(bodyOf(10)));
  })],
  ['earlier evidence of the summary that is not there', 'summary-evidence-missing', 95, content((one) => {
    one.earlier = [];
    one.deliveries.shift();
    one.raw.delete(rawPath(bodyOf(0)));
  })],
  ['a second freeze, laid into the ledger later', 'summary-frozen-twice', 96, otherLedger((leaves) => void (leaves[12] = makeLeaf(12, frozenRecord('{}'), 'engagement')), (one) => void one.records.push(recordLine(12, frozenRecord('{}'))))],
];

describe('a bundle is rejected for', () => {
  test.each(TAMPERINGS)('%s: %s, exit code %i', async (_, cause, code, make) => {
    expect({ cause: await causeOf(make()), code: CAUSES[cause] }).toEqual({ cause, code });
  });
});

test('what was tampered with holds before it is', async () => {
  expect(await causeOf({ zip: writeBundle(honest()) })).toBe('holds');
  expect(await causeOf({ zip: writeBundle(ofFork({})), checkpoint: signed(forked(), 12) })).toBe('holds');
});

test('every cause is met by a tampering, and has an exit code that no other has', () => {
  expect(new Set(TAMPERINGS.map(([, cause]) => cause))).toEqual(new Set(Object.keys(CAUSES)));
  const codes = Object.values(CAUSES);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => code >= 10 && code < 126)).toBe(true);
});
