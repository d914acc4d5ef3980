import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromEpoch, parseLenientInstant, parseRfc3339 } from './instant.js';

describe('RFC 3339 instants', () => {
  it('are read as the runtime reads them', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
        expect(parseRfc3339(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it.each([
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.9999999999Z', '2026-01-31T12:00:00.999Z'],
    ['2026-01-31T00:30:00+05:45', '2026-01-30T18:45:00.000Z'],
    ['2026-01-31T12:00:00-00:00', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(new Date(parseRfc3339(text) ?? NaN).toISOString()).toBe(instant);
  });

  it.each(['2025-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-00-01T00:00:00Z', '2026-01-31T12:60:00Z', '2026-01-31T12:00:61Z', '2026-01-31T12:00:60Z',
    '2026-01-31 12:00:00Z', '2026-01-31T12:00:00', '2026-01-31', '2026-01-31T12:00:00+24:00', '2026-01-31T12:00:00+00:60', '2026-01-31T12:00:00.Z', '1769860800', '', ' 2026-01-31T12:00:00Z', '2026-01-31T12:00:00Z\n'])(
    '%j is none',
    (text) => expect(parseRfc3339(text)).toBeUndefined(),
  );
});

describe('instants as tools write them', () => {
  it('without a zone are UTC, with one they are what they say', () => {
    expect(parseLenientInstant('2025-02-14 14:27:03.913874')).toBe(Date.parse('2025-02-14T14:27:03.913Z'));
    expect(parseLenientInstant('2025-02-14T14:27:03')).toBe(Date.parse('2025-02-14T14:27:03Z'));
    expect(parseLenientInstant('2025-02-14 14:27:03+01:00')).toBe(Date.parse('2025-02-14T13:27:03Z'));
    expect(parseLenientInstant('redacted')).toBeUndefined();
    expect(parseLenientInstant('9'.repeat(1_000))).toBeUndefined();
  });

  it('as numbers are seconds or milliseconds by their size', () => {
    expect(fromEpoch(1_769_860_800)).toBe(1_769_860_800_000);
    expect(fromEpoch(1_769_860_800_123)).toBe(1_769_860_800_123);
    expect(fromEpoch(1_769_860_800.5)).toBe(1_769_860_800_500);
    expect(fromEpoch(-1)).toBeUndefined();
    expect(fromEpoch(1e18)).toBeUndefined();
    expect(fromEpoch(NaN)).toBeUndefined();
  });
});
