import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 16 * 1024;
let pool = Buffer.alloc(0);
let used = 0;

/** Random bytes cut from a bigger draw: one call into the system serves hundreds of ids. */
export function randomSlice(bytes: number): Buffer {
  if (used + bytes > pool.length) {
    pool = randomFillSync(Buffer.allocUnsafe(Math.max(POOL_BYTES, bytes)));
    used = 0;
  }
  used += bytes;
  return pool.subarray(used - bytes, used);
}

/** Where ids and salts come from; a story that is told the same each time brings its own. */
export interface Randomness {
  slice(bytes: number): Buffer;
  newId(nowMs: number): string;
}

/** UUID version 7: 74 random bits after the time, so that indexes grow at their end. */
export const newId = (nowMs: number): string => idOf(nowMs, randomSlice(10));

export const systemRandomness: Randomness = { slice: randomSlice, newId };

/** The same id from the same time and the same ten bytes. */
export function idOf(nowMs: number, bytes: Buffer): string {
  const hex = `${nowMs.toString(16).padStart(12, '0')}${bytes.toString('hex')}`;
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
