import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defuseCell } from './spreadsheet-cells.js';

describe('spreadsheet cells', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('defuses %j', (text) => {
    expect(defuseCell(text)).toBe(`'${text}`);
  });

  it('leaves everything else as it is', () => {
    expect(defuseCell('okta/a1')).toBe('okta/a1');
    expect(defuseCell('')).toBe('');
  });

  it('gives no cell that begins like a formula, and loses no text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(defuseCell(text)).not.toMatch(/^[=+\-@\t\r]/);
        expect(defuseCell(text).endsWith(text)).toBe(true);
      }),
    );
  });
});
