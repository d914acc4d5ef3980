import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aDelivery, anEvent } from './events.testkit.js';
import { groupSize, partsOf } from './parts.js';

const LIMITS = { leaves: 10, bytes: 10_000 };
const events = (count: number) => Array.from({ length: count }, (_, ordinal) => anEvent({ ordinal, eventId: `e${ordinal}` }));

describe('a delivery', () => {
  it('that fits a transaction is one part', () => {
    expect(partsOf(aDelivery(events(10)), LIMITS)).toMatchObject([{ first: true, last: true }]);
  });

  it('without events is one part: a sign of life', () => {
    expect(partsOf(aDelivery([]), LIMITS)).toMatchObject([{ events: [], first: true, last: true }]);
  });

  it('with more leaves than a transaction takes is cut in order', () => {
    const parts = partsOf(aDelivery(events(25)), LIMITS);
    expect(parts.map((part) => part.events.length)).toEqual([10, 10, 5]);
    expect(parts.map(({ first, last }) => [first, last])).toEqual([[true, false], [false, false], [false, true]]);
  });

  it('with more bytes than a transaction takes is cut too, and a single event is never lost', () => {
    const parts = partsOf(aDelivery([anEvent({ data: { text: 'x'.repeat(9_000) } }), anEvent({ data: { text: 'x'.repeat(20_000) } }), anEvent()]), LIMITS);
    expect(parts.map((part) => part.events.length)).toEqual([1, 1, 1]);
  });

  it('has all its events in its parts, once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 12 }), (count, leaves) => {
        const all = events(count);
        const parts = partsOf(aDelivery(all), { leaves, bytes: 5_000 });
        expect(parts.flatMap((part) => part.events)).toEqual(all);
        expect(parts.every((part) => part.events.length <= leaves)).toBe(true);
      }),
    );
  });
});

describe('a group', () => {
  const waiting = (...counts: number[]) => counts.flatMap((count) => partsOf(aDelivery(events(count)), LIMITS).map((part) => ({ part })));

  it('takes what waits up to its limit', () => {
    expect(groupSize(waiting(3, 3, 4, 1), LIMITS)).toBe(3);
  });

  it('takes at least one', () => {
    expect(groupSize(waiting(10, 1), LIMITS)).toBe(1);
    expect(groupSize([], LIMITS)).toBe(0);
  });
});
