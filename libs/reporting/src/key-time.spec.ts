import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STATES } from '@tickmark/contracts';
import { addKeyTime, noKeyTime, timeFigures } from './key-time.js';
import type { Stretch } from './key-time.js';

const HOUR_MS = 3_600_000;

/** Segments that tile [0, ∞) as every key's do. */
const tiling = fc
  .array(fc.record({ state: fc.constantFrom(...STATES), lengthMs: fc.integer({ min: 0, max: 50_000 }) }), { minLength: 1, maxLength: 30 })
  .map((parts) => {
    let fromMs = 0;
    return parts.map(({ state, lengthMs }, index): Stretch => {
      const begin = fromMs;
      fromMs += lengthMs;
      return index === parts.length - 1 ? { state, fromMs: begin } : { state, fromMs: begin, toMs: fromMs };
    });
  });

describe('key time', () => {
  it('gives the figures of the test vector: 2160 h, of them 2000 effective, 24 failing, 136 unknown', () => {
    const figures = timeFigures({
      effectiveMs: 2000 * HOUR_MS,
      failingMs: 24 * HOUR_MS,
      unknownMs: 136 * HOUR_MS,
      outOfScopeMs: 0,
    });
    expect(figures.scopeMs).toBe(2160 * HOUR_MS);
    expect(figures.coverage.text).toBe('93.70 %');
    expect(figures.observedEffectiveness.text).toBe('98.81 %');
    expect(figures.lowerBound.text).toBe('92.59 %');
    expect(figures.upperBound.text).toBe('98.89 %');
  });

  it('says not evaluated, neither 0 % nor 100 %, when nothing was effective or failing', () => {
    const figures = timeFigures({ effectiveMs: 0, failingMs: 0, unknownMs: HOUR_MS, outOfScopeMs: 0 });
    expect(figures.coverage.text).toBe('0.00 %');
    expect(figures.observedEffectiveness.text).toBe('not evaluated');
    expect(figures.lowerBound).toEqual({ ratio: null, text: 'not evaluated' });
    expect(figures.upperBound).toEqual({ ratio: null, text: 'not evaluated' });
  });

  it('counts error as unknown and takes not-applicable and no-occurrence out of scope', () => {
    const sums = noKeyTime();
    const stretches: Stretch[] = [
      { state: 'pass', fromMs: 0, toMs: 10 },
      { state: 'error', fromMs: 10, toMs: 30 },
      { state: 'not-applicable', fromMs: 30, toMs: 70 },
      { state: 'no-occurrence', fromMs: 70, toMs: 150 },
      { state: 'fail', fromMs: 150 },
    ];
    addKeyTime(sums, { fromMs: 5, toMs: 160 }, stretches);
    expect(sums).toEqual({ effectiveMs: 5, failingMs: 10, unknownMs: 20, outOfScopeMs: 120 });
  });

  it('tiles: the sums of a key are the whole period from its begin, and S = E + F + U', () => {
    fc.assert(
      fc.property(tiling, fc.integer({ min: 0, max: 1_000_000 }), fc.nat(1_000_000), (stretches, fromMs, lengthMs) => {
        const sums = noKeyTime();
        addKeyTime(sums, { fromMs, toMs: fromMs + lengthMs }, stretches);
        const { effectiveMs, failingMs, unknownMs, outOfScopeMs } = sums;
        expect(effectiveMs + failingMs + unknownMs + outOfScopeMs).toBe(lengthMs);
        expect(timeFigures(sums).scopeMs).toBe(effectiveMs + failingMs + unknownMs);
      }),
    );
  });

  it('keeps lower bound <= observed effectiveness <= upper bound whenever something was evaluated', () => {
    const part = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(part, part, part, (effectiveMs, failingMs, unknownMs) => {
        fc.pre(effectiveMs + failingMs > 0);
        const figures = timeFigures({ effectiveMs, failingMs, unknownMs, outOfScopeMs: 0 });
        const observed = figures.observedEffectiveness.ratio ?? NaN;
        expect(figures.lowerBound.ratio ?? NaN).toBeLessThanOrEqual(observed);
        expect(figures.upperBound.ratio ?? NaN).toBeGreaterThanOrEqual(observed);
      }),
    );
  });
});
