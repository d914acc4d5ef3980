import { describe, expect, it } from '@jest/globals';
import { clip, coveredMs, elapsedPart } from './period.js';

const period = { fromMs: 10, toMs: 20 };

describe('period', () => {
  it('cuts an interval to the period', () => {
    expect(clip(period, 5, 15)).toEqual({ fromMs: 10, toMs: 15 });
    expect(clip(period, 15)).toEqual({ fromMs: 15, toMs: 20 });
    expect(clip(period, 20, 30)).toBeUndefined();
    expect(clip(period, 12, 12)).toBeUndefined();
  });

  it('does not count time that has not passed', () => {
    expect(elapsedPart(period, 14)).toEqual({ fromMs: 10, toMs: 14 });
    expect(elapsedPart(period, 4)).toEqual({ fromMs: 10, toMs: 10 });
    expect(elapsedPart(period, 99)).toEqual(period);
  });

  it('counts overlapping intervals once', () => {
    expect(coveredMs(period, [{ fromMs: 8, toMs: 12 }, { fromMs: 11, toMs: 13 }, { fromMs: 18 }])).toBe(5);
    expect(coveredMs(period, [])).toBe(0);
  });
});
