import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STATES } from '@tickmark/contracts';
import { addOccurrences, noOccurrences, occurrenceFigures } from './occurrences.js';

describe('occurrences', () => {
  it('gives population, evaluated, deviations, rate and worst case', () => {
    const counts = noOccurrences();
    addOccurrences(counts, 'pass', 17);
    addOccurrences(counts, 'fail', 2);
    addOccurrences(counts, 'unknown', 1);
    addOccurrences(counts, 'not-applicable', 5);
    expect(occurrenceFigures(counts, 'all leavers')).toEqual({
      populationFrom: 'all leavers',
      population: 20,
      evaluated: 19,
      deviations: 2,
      pending: 0,
      outOfScope: 5,
      unevaluated: 1,
      deviationRate: { ratio: 2 / 19, text: '10.53 %' },
      worstCase: { ratio: 3 / 20, text: '15.00 %' },
      result: 'evaluated',
    });
  });

  it('is no-occurrence when nothing occurred: neither a pass nor a fail', () => {
    const figures = occurrenceFigures(noOccurrences(), 'all leavers');
    expect(figures.result).toBe('no-occurrence');
    expect(figures.deviationRate.text).toBe('not evaluated');
    expect(figures.worstCase.text).toBe('not evaluated');
  });

  it('does not call a population evaluated of which nothing could be judged', () => {
    const counts = noOccurrences();
    addOccurrences(counts, 'unknown');
    addOccurrences(counts, 'pending');
    expect(occurrenceFigures(counts, 'all')).toMatchObject({
      result: 'not evaluated',
      population: 2,
      pending: 1,
      unevaluated: 2,
      deviationRate: { ratio: null },
      worstCase: { ratio: 1, text: '100.00 %' },
    });
  });

  it('keeps D <= V <= N and rate <= worst case', () => {
    const outcomes = fc.array(fc.constantFrom(...STATES, 'pending' as const), { maxLength: 200 });
    fc.assert(
      fc.property(outcomes, (each) => {
        const counts = noOccurrences();
        for (const outcome of each) addOccurrences(counts, outcome);
        const { deviations, evaluated, population, outOfScope, deviationRate, worstCase } = occurrenceFigures(counts, 'all');
        expect(deviations).toBeLessThanOrEqual(evaluated);
        expect(evaluated).toBeLessThanOrEqual(population);
        expect(population + outOfScope).toBe(each.length);
        if (deviationRate.ratio !== null) expect(worstCase.ratio).toBeGreaterThanOrEqual(deviationRate.ratio);
      }),
    );
  });
});
