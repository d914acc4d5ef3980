import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { ZipFile } from 'yazl';

/** A file of a bundle; its pieces are asked for once, when the one before it is packed. */
export interface BundleFile {
  readonly path: string;
  readonly pieces: () => AsyncIterable<Buffer> | Iterable<Buffer>;
}

export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

export interface PackedFile extends Digest {
  readonly path: string;
}

interface Packing {
  readonly files: AsyncIterable<BundleFile>;
  /** The last file: of all others, and of how they are packed. */
  readonly manifest: (files: readonly PackedFile[], packed: Digest) => string;
  /** Takes the ZIP in pieces of one size, the last one excepted. */
  readonly keep: (piece: Buffer) => Promise<void>;
  readonly most: BundleBounds;
  readonly signal: AbortSignal;
}

export interface BundleBounds {
  readonly bytes: number;
  readonly files: number;
  readonly pieceBytes: number;
}

export const BUNDLE_BOUNDS: BundleBounds = { bytes: 1024 ** 3, files: 200_000, pieceBytes: 1024 ** 2 };

/** It would be larger than a bundle may be. */
export class BundleTooLarge extends Error {
  override readonly name = 'BundleTooLarge';
}

const FILE_BYTES_MOST = 0xfffffffe;
/** Nothing of the time, zone and machine of the making. */
const FIXED = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true };

/** Packs files into a ZIP that holds the same bytes each time; one piece of it is in memory at a time. */
export async function packBundle(packing: Packing): Promise<Digest> {
  const zip = new ZipFile();
  const output = zip.outputStream as unknown as Duplex;
  const digest = new RunningDigest();
  const feeding = feed(zip, output, digest, packing).catch((error: unknown) => {
    output.destroy(error as Error);
    throw error;
  });
  const [, found] = await Promise.all([feeding, drain(output, digest, packing)]);
  return found;
}

class RunningDigest {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(): Digest {
    return { bytes: this.#bytes, sha256: this.#hash.copy().digest('hex') };
  }
}

async function feed(zip: ZipFile, output: Duplex, digest: RunningDigest, { files, manifest, most, signal }: Packing): Promise<void> {
  const packed: PackedFile[] = [];
  zip.on('error', (error: Error) => output.destroy(error));
  for await (const file of files) {
    if (packed.length >= most.files) throw new BundleTooLarge(`it has more than ${most.files} files`);
    packed.push(await packOne(zip, file, signal));
  }
  zip.addReadStreamLazy('manifest.json', { ...FIXED, compress: false }, (give) => {
    const text = async function* (): AsyncGenerator<Buffer> {
      await taken(output);
      yield Buffer.from(manifest(packed, digest.get()));
    };
    give(null, Readable.from(text()).on('error', (error) => output.destroy(error)));
  });
  zip.end();
}

/** Until everything that was written so far has been taken, down to the manifest's own header. */
async function taken(output: Duplex): Promise<void> {
  while (output.readableLength + output.writableLength > 0) await turn();
  await turn();
}

function packOne(zip: ZipFile, { path, pieces }: BundleFile, signal: AbortSignal): Promise<PackedFile> {
  return new Promise((resolve, reject) => {
    const counted = async function* (): AsyncGenerator<Buffer> {
      const digest = new RunningDigest();
      for await (const piece of pieces()) {
        signal.throwIfAborted();
        digest.add(piece);
        if (digest.bytes > FILE_BYTES_MOST) throw new BundleTooLarge(`${path} is larger than 4 GiB`);
        yield piece;
      }
      resolve({ path, ...digest.get() });
    };
    zip.addReadStreamLazy(path, FIXED, (give) => give(null, Readable.from(counted()).on('error', reject)));
  });
}

async function drain(output: Duplex, digest: RunningDigest, { keep, most }: Packing): Promise<Digest> {
  let [held, length]: [Buffer[], number] = [[], 0];
  for await (const piece of output as AsyncIterable<Buffer>) {
    digest.add(piece);
    if (digest.bytes > most.bytes) throw new BundleTooLarge(`it is larger than ${most.bytes} bytes`);
    held.push(piece);
    length += piece.length;
    if (length < most.pieceBytes) continue;
    const whole = Buffer.concat(held);
    let at = 0;
    for (; whole.length - at >= most.pieceBytes; at += most.pieceBytes) await keep(whole.subarray(at, at + most.pieceBytes));
    [held, length] = [[whole.subarray(at)], whole.length - at];
  }
  if (length > 0) await keep(Buffer.concat(held));
  return digest.get();
}
