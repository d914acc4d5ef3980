import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STATES } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import { controlTimeline, stateTime, withoutKeysMs } from './control-timeline.js';
import type { CausedStretch } from './control-timeline.js';

const period = { fromMs: 0, toMs: 100 };

describe('control timeline', () => {
  it('fails while any key fails, is unknown while any is, and names the evidence of the key that began it', () => {
    const timeline = controlTimeline(period);
    timeline.add([{ state: 'pass', fromMs: 0 }]);
    timeline.add([
      { state: 'pass', fromMs: 10, toMs: 20 },
      { state: 'fail', fromMs: 20, toMs: 30, evidenceId: 'e1', reason: 'no second factor' },
      { state: 'unknown', fromMs: 30, toMs: 40, reason: 'feed silent' },
      { state: 'pass', fromMs: 40 },
    ]);
    expect(timeline.finish([period])).toEqual([
      { state: 'pass', fromMs: 0, toMs: 20 },
      { state: 'fail', fromMs: 20, toMs: 30, evidenceId: 'e1', reason: 'no second factor' },
      { state: 'unknown', fromMs: 30, toMs: 40, reason: 'feed silent' },
      { state: 'pass', fromMs: 40, toMs: 100 },
    ]);
  });

  it('is unknown before the first key: no data is no pass', () => {
    const timeline = controlTimeline(period);
    timeline.add([{ state: 'pass', fromMs: 60 }]);
    expect(timeline.finish([{ fromMs: 40, toMs: Infinity }])).toEqual([
      { state: 'unknown', fromMs: 40, toMs: 60, reason: 'no key has reported yet' },
      { state: 'pass', fromMs: 60, toMs: 100 },
    ]);
  });

  it('says nothing of time in which the control was not in force', () => {
    const timeline = controlTimeline(period);
    timeline.add([{ state: 'pass', fromMs: 0 }]);
    expect(timeline.finish([{ fromMs: 10, toMs: 20 }, { fromMs: 50, toMs: 60 }])).toEqual([
      { state: 'pass', fromMs: 10, toMs: 20 },
      { state: 'pass', fromMs: 50, toMs: 60 },
    ]);
  });

  it('adds up milliseconds by state', () => {
    const timeline = controlTimeline(period);
    timeline.add([{ state: 'fail', fromMs: 10, toMs: 35 }, { state: 'not-applicable', fromMs: 35 }]);
    expect(stateTime(timeline.finish([period]))).toEqual({
      passMs: 0,
      failMs: 25,
      errorMs: 0,
      unknownMs: 10,
      notApplicableMs: 0,
      noOccurrenceMs: 65,
    });
  });

  it('has nothing to say of a time that is not its own', () => {
    const timeline = controlTimeline(period);
    timeline.add([{ state: 'pass', fromMs: 200 }]);
    expect(timeline.finish([{ fromMs: 300, toMs: 400 }])).toEqual([]);
    expect(withoutKeysMs(timeline.finish([period]))).toBe(100);
  });

  const segments = fc
    .array(fc.tuple(fc.constantFrom(...STATES), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 8 })
    .chain((parts) => fc.integer({ min: 0, max: 90 }).map((begin) => ({ parts, begin })))
    .map(({ parts, begin }): CausedStretch[] => {
      let fromMs = begin;
      return parts.map(([state, length], index) => {
        const at = fromMs;
        fromMs += length;
        return index === parts.length - 1 ? { state, fromMs: at } : { state, fromMs: at, toMs: fromMs };
      });
    });

  const worst = (states: readonly State[]): State => {
    if (states.length === 0) return 'unknown';
    return (['fail', 'error', 'unknown', 'pass'] as const).find((state) => states.includes(state)) ?? 'no-occurrence';
  };

  it('tiles the period, and at every instant says what the keys say, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(segments, { maxLength: 6 }), (keys) => {
        const timeline = controlTimeline(period);
        for (const key of keys) timeline.add(key);
        const rolled = timeline.finish([period]);
        expect(rolled[0]?.fromMs).toBe(0);
        expect(rolled.at(-1)?.toMs).toBe(100);
        rolled.slice(1).forEach((segment, index) => expect(segment.fromMs).toBe(rolled[index]?.toMs));
        for (let atMs = 0; atMs < 100; atMs += 1) {
          const holds = keys.flatMap((key) => key.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < (toMs ?? Infinity)));
          const said = rolled.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
          expect(said?.state).toBe(worst(holds.map(({ state }) => state)));
        }
      }),
      { numRuns: 200 },
    );
  });
});
