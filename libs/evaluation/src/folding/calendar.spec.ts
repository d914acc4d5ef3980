import { describe, expect, test } from '@jest/globals';
import { Calendar, isTimeZone, type PeriodName } from './calendar.js';

const ms = (text: string): number => Date.parse(text);
const periods = (every: PeriodName, zone: string, from: string, count: number): readonly string[] => {
  const calendar = new Calendar(every, zone);
  let start = calendar.firstFrom(ms(from));
  return Array.from({ length: count }, () => {
    const text = new Date(start).toISOString().slice(0, 16);
    start = calendar.after(start);
    return text;
  });
};

describe('calendar periods', () => {
  test('a quarter crosses a clock change and is an hour shorter', () => {
    expect(periods('quarter', 'Europe/Berlin', '2026-01-01T00:00:00+01:00', 3)).toEqual(['2025-12-31T23:00', '2026-03-31T22:00', '2026-06-30T22:00']);
  });

  test('days have 23 and 25 hours when the clocks change', () => {
    expect(periods('day', 'Europe/Berlin', '2026-03-28T23:00:00Z', 2)).toEqual(['2026-03-28T23:00', '2026-03-29T22:00']);
    expect(periods('day', 'Europe/Berlin', '2026-10-24T22:00:00Z', 2)).toEqual(['2026-10-24T22:00', '2026-10-25T23:00']);
  });

  test('weeks begin on Monday, also over the new year', () => {
    expect(periods('week', 'UTC', '2025-12-30T00:00:00Z', 2)).toEqual(['2026-01-05T00:00', '2026-01-12T00:00']);
    expect(new Date(new Calendar('week', 'UTC').startOf(ms('2026-01-01T12:00:00Z'))).toISOString()).toBe('2025-12-29T00:00:00.000Z');
  });

  test('months and years have their own lengths', () => {
    expect(periods('month', 'UTC', '2028-01-15T00:00:00Z', 3)).toEqual(['2028-02-01T00:00', '2028-03-01T00:00', '2028-04-01T00:00']);
    expect(periods('year', 'America/New_York', '2026-01-01T00:00:00Z', 2)).toEqual(['2026-01-01T05:00', '2027-01-01T05:00']);
  });

  test('where midnight does not exist the day begins when it can', () => {
    expect(periods('day', 'America/Santiago', '2026-09-05T12:00:00Z', 2)).toEqual(['2026-09-06T04:00', '2026-09-07T03:00']);
  });

  test('a written date begins at midnight there', () => {
    expect(new Date(new Calendar('day', 'Asia/Tokyo').midnightOf('2026-01-01')).toISOString()).toBe('2025-12-31T15:00:00.000Z');
  });

  test('knows which zones there are', () => {
    expect([isTimeZone('Europe/Berlin'), isTimeZone('UTC'), isTimeZone('Europe/Berlinn'), isTimeZone('')]).toEqual([true, true, false, false]);
  });
});
