import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { fileNameOf } from './file-name-of.js';
import { BundleTooLarge, packBundle } from './pack-bundle.js';
import type { BundleBounds, BundleFile, Digest } from './pack-bundle.js';

const BOUNDS: BundleBounds = { bytes: 10_000_000, files: 100, pieceBytes: 4_096 };
const RANDOM = randomBytes(50_000);
const FILES: readonly BundleFile[] = [
  { path: 'a.txt', pieces: () => [Buffer.from('a')] },
  { path: 'deliveries/b', pieces: () => [RANDOM, RANDOM] },
  { path: 'empty.ndjson', pieces: () => [] },
];
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Changes {
  readonly files?: readonly BundleFile[];
  readonly most?: Partial<BundleBounds>;
  readonly signal?: AbortSignal;
  readonly keep?: (piece: Buffer) => Promise<void>;
}

async function pack({ files = FILES, most = {}, signal = new AbortController().signal, keep }: Changes = {}) {
  const pieces: Buffer[] = [];
  let told: Digest | undefined;
  const all = async function* () {
    yield* await Promise.resolve(files);
  };
  const packed = await packBundle({
    files: all(),
    manifest: (listed, before) => {
      told = before;
      return JSON.stringify(listed.map(({ path, bytes, sha256: hash }) => [path, bytes, hash]));
    },
    keep: keep ?? (async (piece) => {
      pieces.push(Buffer.from(piece));
      return new Promise((resolve) => setImmediate(resolve));
    }),
    most: { ...BOUNDS, ...most },
    signal,
  });
  return { packed, pieces, told, zip: Buffer.concat(pieces) };
}

it('packs the same bytes each time, in pieces of one size', async () => {
  const [one, two] = [await pack(), await pack()];
  expect(one.zip.equals(two.zip)).toBe(true);
  expect(one.packed).toEqual({ bytes: one.zip.length, sha256: sha256(one.zip) });
  expect(one.pieces.slice(0, -1).every(({ length }) => length === BOUNDS.pieceBytes)).toBe(true);
  expect(one.pieces.length).toBeGreaterThan(20);
});

it('tells the manifest of every file, and of everything that stands before its own bytes', async () => {
  const { zip, told } = await pack();
  const manifest = JSON.stringify([['a.txt', 1, sha256(Buffer.from('a'))], ['deliveries/b', 100_000, sha256(Buffer.concat([RANDOM, RANDOM]))], ['empty.ndjson', 0, sha256(Buffer.alloc(0))]]);
  const at = zip.indexOf(manifest);
  expect(told).toEqual({ bytes: at, sha256: sha256(zip.subarray(0, at)) });
});

it.each([
  ['of its bytes', { bytes: 20_000 }, 'it is larger than 20000 bytes'],
  ['of its files', { files: 2 }, 'it has more than 2 files'],
])('gives up beyond the bound %s', async (_, most, message) => {
  await expect(pack({ most })).rejects.toEqual(new BundleTooLarge(message));
});

it('fails with what failed: a file that cannot be read, pieces that cannot be kept, a process that ends', async () => {
  const broken: BundleFile = { path: 'c', pieces: async function* () { yield await Promise.resolve(RANDOM); throw new Error('postgres went away'); } };
  await expect(pack({ files: [...FILES, broken] })).rejects.toThrow('postgres went away');
  await expect(pack({ keep: () => Promise.reject(new Error('disk full')) })).rejects.toThrow('disk full');
  await expect(pack({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
});

it('is named after entity and period in our own letters', () => {
  const time = { type: 'II', from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' } as const;
  expect(fileNameOf({ entity: 'Ænima & Söhne / GmbH"\r\n', time }, 'house')).toBe('tickmark-nima-sohne-gmbh-2026-01-01-to-2026-04-01.zip');
  expect(fileNameOf({ time: { type: 'I', asOf: '2026-03-31T00:00:00.000Z' } }, 'Larkspur Payroll')).toBe('tickmark-larkspur-payroll-2026-03-31.zip');
  expect(fileNameOf({ entity: '株式会社', time }, 'house')).toBe('tickmark-entity-2026-01-01-to-2026-04-01.zip');
});
