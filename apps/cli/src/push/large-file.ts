import { open, stat } from 'node:fs/promises';
import type { Format } from '@tickmark/formats';
import { WrongUse } from '../io.js';
import type { UploadInput } from './push-upload.js';
import { chosenFormat } from './read-input.js';
import type { Chosen } from './read-input.js';

const MEBIBYTE = 1024 * 1024;
/** Up to here a file is read and sent in batches; ingestion reads no more of a request at once. */
const SMALL_BYTES = 4 * MEBIBYTE;
const HEAD_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;

interface Asked {
  readonly format: string | undefined;
  readonly mapped: Format | undefined;
}

/** A file that ingestion reads as a stream. Undefined: it is small, or has to be read at once. */
export async function largeFile(name: string, { format, mapped }: Asked): Promise<UploadInput | undefined> {
  if (name === '-') return undefined;
  const found = await stat(name).catch(() => undefined);
  if (found?.isFile() !== true) throw new WrongUse(`${name} is no file that can be read`);
  if (found.size <= SMALL_BYTES) return undefined;
  const chosen = chosenFormat({ name, bytes: await headOf(name), format, mapped });
  const most = chosen === undefined ? undefined : streamedBytes(chosen);
  if (chosen === undefined || most === undefined) return undefined;
  if (found.size > most) throw new WrongUse(`${name} is larger than ${most / MEBIBYTE} MiB; cut it into several files (split -C ${most / MEBIBYTE}M)`);
  return { name, sizeBytes: found.size, format: chosen.format.id, contentType: chosen.contentType };
}

function streamedBytes({ format, contentType }: Chosen): number | undefined {
  const stream = format.stream?.({ headers: {}, contentType, feed: { name: 'push', system: 'push' } });
  return stream === undefined ? undefined : format.limits.stream?.bytes;
}

/** Whole lines from the beginning. */
async function headOf(name: string): Promise<Buffer> {
  await using file = await open(name);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const head = buffer.subarray(0, bytesRead);
  const end = head.lastIndexOf(LINE_FEED);
  return end < 0 ? head : head.subarray(0, end + 1);
}
