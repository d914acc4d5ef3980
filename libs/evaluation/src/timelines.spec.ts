import { describe, expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { Segment } from './model.js';
import { clip, rollUp, stateAt, timeByState } from './timelines.js';
import { HOUR, hours } from './evaluation.testkit.js';

const segment = (from: number, to: number | undefined, state: State): Segment => ({
  ...{ state, fromMs: hours(from), basis: 'evidence', feedIds: [] },
  ...(to === undefined ? {} : { toMs: hours(to) }),
});
const rolled = (keys: readonly (readonly Segment[])[], before: State = 'unknown'): readonly string[] =>
  rollUp(keys, { beginMs: hours(0), before }).map(({ state, fromMs, toMs }) => `${(fromMs - hours(0)) / HOUR}..${toMs === undefined ? '' : (toMs - hours(0)) / HOUR} ${state}`);

describe('a timeline', () => {
  test('is cut to a period, half-open at its end', () => {
    const segments = [segment(0, 5, 'pass'), segment(5, 10, 'fail'), segment(10, undefined, 'pass')];
    expect(clip(segments, hours(5), hours(10))).toEqual([segment(5, 10, 'fail')]);
    expect(clip(segments, hours(7), hours(12))).toEqual([segment(7, 10, 'fail'), segment(10, 12, 'pass')]);
    expect(stateAt(segments, hours(5))?.state).toBe('fail');
    expect(stateAt(segments, hours(-1))).toBeUndefined();
  });

  test('spends its time in states', () => {
    const segments = [segment(0, 5, 'pass'), segment(5, 10, 'unknown'), segment(10, undefined, 'pass')];
    expect(timeByState(segments, hours(-2), hours(12))).toEqual({ pass: 7 * HOUR, fail: 0, error: 0, unknown: 5 * HOUR, 'not-applicable': 0, 'no-occurrence': 0 });
  });
});

describe('a control made of its keys', () => {
  test('fails if any fails, else is unknown if any is, else passes if any does', () => {
    const keys = [
      [segment(0, 6, 'pass'), segment(6, undefined, 'fail')],
      [segment(0, 2, 'no-occurrence'), segment(2, 4, 'unknown'), segment(4, undefined, 'not-applicable')],
    ];
    expect(rolled(keys)).toEqual(['0..2 pass', '2..4 unknown', '4..6 pass', '6.. fail']);
  });

  test('is in error where a check failed to run, which is no pass either', () => {
    expect(rolled([[segment(0, undefined, 'error')], [segment(0, undefined, 'unknown')], [segment(0, undefined, 'pass')]])).toEqual(['0.. error']);
  });

  test('has no occurrence when no key claims anything', () => {
    expect(rolled([[segment(0, undefined, 'not-applicable')], [segment(0, undefined, 'no-occurrence')]])).toEqual(['0.. no-occurrence']);
  });

  test('is what it began as until it has a key', () => {
    expect(rolled([])).toEqual(['0.. unknown']);
    expect(rolled([[segment(3, undefined, 'pass')]])).toEqual(['0..3 unknown', '3.. pass']);
    expect(rolled([], 'no-occurrence')).toEqual(['0.. no-occurrence']);
  });

  test('is at each instant what its keys say then', () => {
    const key = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom<State>('pass', 'fail', 'unknown', 'no-occurrence', 'not-applicable', 'error')), { minLength: 1, maxLength: 5 }).map((parts) => {
      let from = 0;
      return parts.map(([length, state], index) => segment(from, index === parts.length - 1 ? undefined : (from += length), state)).map((one, index, all) => ({ ...one, fromMs: all[index - 1]?.toMs ?? hours(0) }));
    });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (keys) => {
        const control = rollUp(keys, { beginMs: hours(0), before: 'unknown' });
        expect(control.map(({ toMs }) => toMs)).toEqual([...control.slice(1).map(({ fromMs }) => fromMs), undefined]);
        for (let hour = 0; hour < 32; hour += 1) {
          const states = keys.map((segments) => stateAt(segments, hours(hour))?.state);
          const expected = (['fail', 'error', 'unknown', 'pass'] as const).find((state) => states.includes(state)) ?? 'no-occurrence';
          expect(control.findLast(({ fromMs }) => fromMs <= hours(hour))?.state).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});
