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

/** UUID version 7: 74 random bits after the time, so that indexes grow at their end. */
export function newId(nowMs: number): string {
  const hex = `${nowMs.toString(16).padStart(12, '0')}${randomSlice(10).toString('hex')}`;
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
