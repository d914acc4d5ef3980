import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalText, type Decimal, minorUnits, negated, parseDecimal, plus } from './money.js';

const read = (text: string): Decimal => {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Error(text);
  return decimal;
};

describe('decimal numbers', () => {
  it.each([
    ['0', '0'],
    ['-0.00', '0'],
    ['8.850', '8.85'],
    ['007.5', '7.5'],
    ['-0.05', '-0.05'],
    ['+12.', '12'],
    ['.5', '0.5'],
    ['-.05', '-0.05'],
    ['123456789012345678.99', '123456789012345678.99'],
  ])('%s is written %s', (from, text) => {
    expect(decimalText(read(from))).toBe(text);
  });

  it.each(['', '.', '-.', '1,5', '1e3', ' 1', 'NaN', '1.2.3', '-'])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  it('add up exactly, whatever their scale', () => {
    expect(decimalText(plus(read('0.1'), read('0.2')))).toBe('0.3');
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (one, other) => {
        const cents = (value: number): Decimal => ({ digits: BigInt(value), scale: 2 });
        expect(plus(cents(one), cents(other))).toEqual(cents(one + other));
        expect(plus(cents(one), negated(cents(one))).digits).toBe(0n);
      }),
    );
  });

  it.each([
    ['12.5', 'EUR', 1_250],
    ['12.500', 'EUR', 1_250],
    ['12.505', 'EUR', undefined],
    ['1200', 'JPY', 1_200],
    ['1200.5', 'JPY', undefined],
    ['1.234', 'KWD', 1_234],
    ['-980.50', 'USD', -98_050],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
    ['90071992547409.92', 'EUR', undefined],
  ])('%s %s is %s of its minor unit', (text, currency, minor) => {
    expect(minorUnits(read(text), currency)).toBe(minor);
  });
});
