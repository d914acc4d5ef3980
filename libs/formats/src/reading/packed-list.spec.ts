import { describe, expect, it } from '@jest/globals';
import { PackedList } from './packed-list.js';

interface Value {
  readonly index: number;
  readonly text: string;
}
const values = (count: number): Value[] => Array.from({ length: count }, (_, index) => ({ index, text: `é "${'x'.repeat(index % 50)}` }));

function packed(count: number): PackedList<Value> {
  const list = new PackedList<Value>();
  for (const value of values(count)) list.add(value);
  return list;
}

describe('a packed list', () => {
  it.each([0, 1, 20_000])('gives back the %d values that were put in, in their order', (count) => {
    expect([...packed(count)]).toEqual(values(count));
    expect(packed(count).length).toBe(count);
  });

  it('can be asked for the first of them', () => {
    expect(packed(20_000).first(3)).toEqual(values(3));
    expect(packed(2).first(3)).toEqual(values(2));
  });

  it.each([0, 1, 20_000])('writes %d values as JSON', (count) => {
    expect(JSON.parse(`[${[...packed(count).json()].join('')}]`)).toEqual(values(count));
  });
});
