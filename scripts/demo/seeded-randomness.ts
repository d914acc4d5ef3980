import { createHmac } from 'node:crypto';
import { idOf } from '@tickmark/platform';
import type { Randomness } from '@tickmark/platform';

/** The same ids and salts from the same seed, in the order in which they are asked for. Not secret: for a story only. */
export function seededRandomness(seed: string): Randomness {
  let drawn = 0;
  const slice = (bytes: number): Buffer => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < bytes; length += 32) {
      drawn += 1;
      blocks.push(createHmac('sha256', seed).update(String(drawn)).digest());
    }
    return Buffer.concat(blocks).subarray(0, bytes);
  };
  return { slice, newId: (nowMs) => idOf(nowMs, slice(10)) };
}
