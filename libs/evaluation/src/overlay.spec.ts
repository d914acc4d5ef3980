import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Blindness, Segment } from './model.js';
import { blindStretches, overlay, type Need } from './overlay.js';
import { stateAt, timeByState } from './timelines.js';
import { hours, inShort } from './evaluation.testkit.js';

const need: Need = { check: 'c/k', key: 'g/a', group: 'g', feedIds: [1, 2] };
const segment = (from: number, to: number | undefined, state: Segment['state'], more: Partial<Segment> = {}): Segment => ({
  state,
  fromMs: hours(from),
  ...(to === undefined ? {} : { toMs: hours(to) }),
  basis: 'evidence',
  feedIds: [1],
  ...more,
});
const blind = (from: number, to?: number, more: Partial<Blindness> = {}): Blindness => ({ cause: 'feed-silent', feedId: 1, fromMs: hours(from), ...(to === undefined ? {} : { toMs: hours(to) }), ...more });
const laid = (segments: readonly Segment[], ...blindness: readonly Blindness[]): readonly string[] => inShort(overlay(segments, blindness, need));

describe('blindness laid over a timeline', () => {
  test('hides a pass exactly while it lasts', () => {
    expect(laid([segment(0, undefined, 'pass')], blind(2, 5))).toEqual(['0..2 pass', '2..5 unknown (feed-silent)', '5.. pass']);
  });

  test('hides a failure for want of evidence, and not one that rests on received evidence', () => {
    expect(laid([segment(0, 9, 'fail', { basis: 'absence' })], blind(2, 5))).toEqual(['0..2 fail', '2..5 unknown (feed-silent)', '5..9 fail']);
    expect(laid([segment(0, 9, 'fail')], blind(2, 5))).toEqual(['0..9 fail']);
  });

  test('leaves what was no claim', () => {
    for (const state of ['no-occurrence', 'not-applicable', 'unknown', 'error'] as const) expect(laid([segment(0, 9, state)], blind(2, 5))).toEqual([`0..9 ${state}`]);
  });

  test('is that of the feeds whose events decided, else of all that declare the type', () => {
    expect(laid([segment(0, 9, 'pass')], blind(2, 5, { feedId: 2 }))).toEqual(['0..9 pass']);
    expect(laid([segment(0, 9, 'pass', { feedIds: [] })], blind(2, 5, { feedId: 2 }))).toHaveLength(3);
    expect(laid([segment(0, 9, 'pass', { feedIds: [] })], blind(2, 5, { feedId: 3 }))).toEqual(['0..9 pass']);
  });

  test('of a check, a group or a key hits no other', () => {
    const own = { check: 'c/k', cause: 'incomplete-population' as const };
    const of = (more: Partial<Blindness>): Blindness => ({ ...own, fromMs: hours(2), toMs: hours(5), ...more });
    const hidden = ['0..2 pass', '2..5 unknown (incomplete-population)', '5..9 pass'];
    expect(laid([segment(0, 9, 'pass')], of({}))).toEqual(hidden);
    expect(laid([segment(0, 9, 'pass')], of({ key: 'g' }))).toEqual(hidden);
    expect(laid([segment(0, 9, 'pass')], of({ key: 'g/a' }))).toEqual(hidden);
    expect(laid([segment(0, 9, 'pass')], of({ key: 'g/b' }))).toEqual(['0..9 pass']);
    expect(laid([segment(0, 9, 'pass')], of({ check: 'c/other' }))).toEqual(['0..9 pass']);
  });

  test('by a failed expression is error, also where a feed is silent at the same time', () => {
    const error: Blindness = { cause: 'check-error', check: 'c/k', key: 'g/a', fromMs: hours(3), toMs: hours(6) };
    expect(laid([segment(0, undefined, 'pass')], blind(2, 5), error)).toEqual(['0..2 pass', '2..3 unknown (feed-silent)', '3..6 error (check-error)', '6.. pass']);
  });

  test('that has no end yet hides all that follows, and blindness that touches is one', () => {
    expect(laid([segment(0, undefined, 'pass')], blind(2, 4), blind(4))).toEqual(['0..2 pass', '2.. unknown (feed-silent)']);
    expect(blindStretches([blind(2, 4), blind(4, 6), blind(9, 9)], need, [1])).toEqual([{ fromMs: hours(2), toMs: hours(6) }]);
  });

  test('keeps the tiles, and never makes a pass', () => {
    const states = fc.constantFrom<Segment['state']>('pass', 'fail', 'unknown', 'not-applicable', 'no-occurrence');
    const segments = fc
      .array(fc.record({ length: fc.integer({ min: 1, max: 9 }), state: states, basis: fc.constantFrom('evidence' as const, 'absence' as const) }), { minLength: 1, maxLength: 6 })
      .map((parts) => {
        let from = 0;
        return parts.map(({ length, state, basis }, index) => {
          const to = index === parts.length - 1 ? undefined : (from += length);
          return segment(to === undefined ? from : to - length, to, state, { basis });
        });
      });
    const blindness = fc.array(fc.record({ from: fc.integer({ min: -5, max: 50 }), length: fc.integer({ min: 0, max: 20 }), feedId: fc.constantFrom(1, 2) }), { maxLength: 4 });
    fc.assert(
      fc.property(segments, blindness, (raw, intervals) => {
        const effective = overlay(raw, intervals.map(({ from, length, feedId }) => blind(from, from + length, { feedId })), need);
        expect(effective.map(({ toMs }) => toMs)).toEqual([...effective.slice(1).map(({ fromMs }) => fromMs), undefined]);
        for (let hour = -2; hour < 60; hour += 1) {
          const [before, after] = [stateAt(raw, hours(hour)), stateAt(effective, hours(hour))];
          const hides = intervals.some(({ from, length, feedId }) => feedId === 1 && from <= hour && hour < from + length);
          const hideable = before?.state === 'pass' || (before?.state === 'fail' && before.basis === 'absence');
          expect(after?.state).toBe(hides && hideable ? 'unknown' : before?.state);
        }
        const spent = timeByState(effective, hours(0), hours(60));
        expect(Object.values(spent).reduce((sum, ms) => sum + ms, 0)).toBe(hours(60) - hours(0));
      }),
      { numRuns: 300 },
    );
  });
});
