import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { figure, percentText } from './figures.js';

describe('figures', () => {
  it('prints two decimals', () => {
    expect(percentText(0.9370370370)).toBe('93.70 %');
    expect(percentText(0)).toBe('0.00 %');
    expect(percentText(1)).toBe('100.00 %');
  });

  it('never rounds almost everything to everything, or one in a million to none', () => {
    expect(percentText(0.999999)).toBe('99.99 %');
    expect(percentText(0.000001)).toBe('0.01 %');
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (ratio) => {
        const text = percentText(ratio);
        expect(text === '100.00 %').toBe(ratio === 1);
        expect(text === '0.00 %').toBe(ratio === 0);
      }),
    );
  });

  it('says not evaluated when there is nothing to divide by', () => {
    expect(figure(0, 0)).toEqual({ ratio: null, text: 'not evaluated' });
    expect(figure(1, 4)).toEqual({ ratio: 0.25, text: '25.00 %' });
  });
});
