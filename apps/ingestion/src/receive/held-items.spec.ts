import { describe, expect, it } from '@jest/globals';
import { HeldItems } from './held-items.js';

interface Item {
  readonly index: number;
  readonly text: string;
}
const items = (count: number): Item[] => Array.from({ length: count }, (_, index) => ({ index, text: `é "${'x'.repeat(index % 50)}` }));
const held = (count: number): HeldItems<Item> => {
  const all = new HeldItems<Item>();
  for (const item of items(count)) all.add([item]);
  return all;
};
const read = (all: HeldItems<Item>): unknown => JSON.parse(`[${[...all.json()].join('')}]`);

describe('items of an answer', () => {
  it.each([0, 1, 50_000])('come out as %d of them went in', (count) => {
    expect(read(held(count))).toEqual(items(count));
    expect(held(count).count).toBe(count);
  });

  it('can be asked for the first of them', () => {
    expect(held(50_000).first(3)).toEqual(items(3));
    expect(held(2).first(3)).toEqual(items(2));
  });
});
