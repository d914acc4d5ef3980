import { describe, expect, it } from '@jest/globals';
import { statistics } from './statistics.js';

describe('statistics', () => {
  it('gives n, mean, median and maximum', () => {
    expect(statistics([10, 30, 20])).toEqual({ n: 3, meanMs: 20, medianMs: 20, maximumMs: 30 });
    expect(statistics([40, 10])).toEqual({ n: 2, meanMs: 25, medianMs: 25, maximumMs: 40 });
  });

  it('has no mean of nothing, which would read as zero', () => {
    expect(statistics([])).toEqual({ n: 0, meanMs: null, medianMs: null, maximumMs: null });
  });
});
