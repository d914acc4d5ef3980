import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reviseGaps, silences } from './gaps.js';
import { mergeIntervals } from './intervals.js';

const within = (signs: readonly number[], fromMs = 0, untilMs = 1_000): ReturnType<typeof silences> => silences(signs, 10, { fromMs, untilMs });

describe('silences of a feed', () => {
  test('begin when it has been silent for as long as it may, and end with the next sign', () => {
    expect(within([0, 8, 25, 30], 0, 35)).toEqual([{ fromMs: 18, toMs: 25 }]);
  });

  test('a sign at the very end of what it may keeps it alive', () => {
    expect(within([0, 10, 20], 0, 29)).toEqual([]);
  });

  test('have no end while nothing comes', () => {
    expect(within([0], 0, 9)).toEqual([]);
    expect(within([0], 0, 10)).toEqual([{ fromMs: 10 }]);
  });

  test('are those of the time that is asked about, by what is known then', () => {
    expect(within([0, 50, 100], 20, 70)).toEqual([{ fromMs: 20, toMs: 50 }, { fromMs: 60 }]);
    expect(within([0, 50], 0, 30)).toEqual([{ fromMs: 10 }]);
  });

  test('hide exactly the instants that lie too long after the last sign', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 8 }), (signs) => {
        const sorted = [0, ...signs].sort((a, b) => a - b);
        const silent = within(sorted, 0, 90);
        expect(mergeIntervals(silent)).toEqual(silent);
        for (let ms = 0; ms <= 90; ms += 1) {
          const last = Math.max(...sorted.filter((sign) => sign <= ms));
          expect(silent.some(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs)).toBe(ms - last >= 10);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('stored gaps and what is known now', () => {
  const stored = [{ id: 'g', fromMs: 10, toMs: 40 }];

  test('the same is no change', () => {
    expect(reviseGaps(stored, [{ fromMs: 10, toMs: 40 }])).toEqual([]);
  });

  test('open, then closed', () => {
    expect(reviseGaps([], [{ fromMs: 10 }])).toEqual([{ kind: 'opened', interval: { fromMs: 10 } }]);
    expect(reviseGaps([{ id: 'g', fromMs: 10 }], [{ fromMs: 10, toMs: 40 }])).toEqual([{ kind: 'closed', id: 'g', interval: { fromMs: 10, toMs: 40 } }]);
    expect(reviseGaps([{ id: 'g', fromMs: 10 }], [{ fromMs: 20, toMs: 40 }])).toEqual([{ kind: 'closed', id: 'g', interval: { fromMs: 20, toMs: 40 } }]);
  });

  test('a late heartbeat splits it: the first part keeps the id', () => {
    expect(reviseGaps(stored, [{ fromMs: 10, toMs: 20 }, { fromMs: 30, toMs: 40 }])).toEqual([
      { kind: 'amended', id: 'g', interval: { fromMs: 10, toMs: 20 }, empty: false },
      { kind: 'opened', interval: { fromMs: 30, toMs: 40 } },
    ]);
  });

  test('what turns out never to have been silent stays listed, and hides nothing', () => {
    expect(reviseGaps(stored, [])).toEqual([{ kind: 'amended', id: 'g', interval: { fromMs: 10, toMs: 10 }, empty: true }]);
  });
});
