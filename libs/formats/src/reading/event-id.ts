import { createHash } from 'node:crypto';
import { MAX_ATTRIBUTE_BYTES } from './items.js';

/** The parts joined by `@`; where that is too long to be kept, the hash of all of it takes the place of the end. */
export function eventId(...parts: readonly string[]): string {
  const whole = parts.join('@');
  if (Buffer.byteLength(whole) <= MAX_ATTRIBUTE_BYTES.id) return whole;
  const hash = createHash('sha256').update(whole).digest('hex');
  return `${whole.slice(0, 100).toWellFormed()}#${hash}`;
}
