import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ReceiptReader } from './receipt-reader.js';

function read(pieces: readonly string[]): { readonly items: [string, unknown][]; readonly around: unknown } {
  const reader = new ReceiptReader();
  const items = pieces.flatMap((piece) => [...reader.take(piece)]).map(({ list, text }): [string, unknown] => [list, JSON.parse(text)]);
  const around = reader.end();
  return { items, around: around === undefined ? undefined : JSON.parse(around) };
}

describe('the receipt of a large delivery', () => {
  it('is read item by item, whatever pieces it comes in', () => {
    const item = fc.record({ index: fc.nat(), id: fc.string({ unit: 'binary' }), more: fc.jsonValue({ maxDepth: 2 }) });
    const receipt = fc.record({ deliveryId: fc.string(), accepted: fc.nat(), rejected: fc.array(item, { maxLength: 4 }), events: fc.array(item, { maxLength: 4 }) });
    fc.assert(
      fc.property(receipt, fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 2), (all, size, indent) => {
        const text = JSON.stringify(all, undefined, indent);
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));
        const expected = JSON.parse(text) as typeof all;
        expect(read(pieces)).toEqual({
          items: [...expected.rejected.map((one) => ['rejected', one]), ...expected.events.map((one) => ['events', one])],
          around: { ...expected, rejected: [], events: [] },
        });
      }),
    );
  });

  it('that breaks off is none', () => {
    expect(read(['{"deliveryId":"d","events":[{"index":0}'])).toEqual({ items: [['events', { index: 0 }]], around: undefined });
    expect(read([]).around).toBeUndefined();
  });
});
