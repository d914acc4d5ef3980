import { createHash } from 'node:crypto';
import { MAX_ATTRIBUTE_BYTES } from './items.js';

/** The parts joined by `@`; where that is too long to be kept, the hash of all of it takes the place of the end. */
export function eventId(...parts: readonly string[]): string {
  return shortened(parts.join('@'), MAX_ATTRIBUTE_BYTES.id);
}

/** For names that tell things apart: cut off, two could become one. */
export function shortened(whole: string, maxBytes: number): string {
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const hash = createHash('sha256').update(whole).digest('hex');
  return `${whole.slice(0, 100).toWellFormed()}#${hash}`;
}

/** For what has no id and no time of its own: what it says tells it from another one, and the same again is the same. */
export const contentId = (record: unknown): string => `sha256:${createHash('sha256').update(JSON.stringify(record)).digest('hex')}`;
