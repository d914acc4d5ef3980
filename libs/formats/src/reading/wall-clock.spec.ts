import { describe, expect, it } from '@jest/globals';
import { toInstant } from '@tickmark/contracts';
import { clockOf, type WallClock } from './wall-clock.js';

function instant(clock: WallClock, zone?: string): string {
  const reader = clockOf(zone === undefined ? 'text/plain' : `text/plain; timezone=${zone}`);
  if (!reader.ok) return reader.error.message;
  const ms = reader.value(clock);
  return ms === undefined ? 'none' : toInstant(ms);
}

const at = (date: string, hour = 0, minute = 0): WallClock => {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return { year, month, day, hour, minute };
};

describe('wall clocks', () => {
  it.each([
    ['2026-01-31', 12, undefined, '2026-01-31T12:00:00.000Z'],
    ['2026-01-31', 12, 'America/New_York', '2026-01-31T17:00:00.000Z'],
    ['2026-07-31', 12, 'America/New_York', '2026-07-31T16:00:00.000Z'],
    ['2026-01-01', 0, 'Asia/Tokyo', '2025-12-31T15:00:00.000Z'],
    ['2025-12-31', 23, 'America/New_York', '2026-01-01T04:00:00.000Z'],
    ['2026-03-01', 0, 'Asia/Tokyo', '2026-02-28T15:00:00.000Z'],
    ['2024-02-29', 23, 'Asia/Kolkata', '2024-02-29T17:30:00.000Z'],
    ['2024-12-31', 20, 'America/New_York', '2025-01-01T01:00:00.000Z'],
    ['2024-01-01', 1, 'Europe/Berlin', '2024-01-01T00:00:00.000Z'],
  ])('%s, %d o’clock, in %s is %s', (date, hour, zone, expected) => {
    expect(instant(at(date, hour), zone)).toBe(expected);
  });

  it('shown twice in autumn are the first, left out in spring lie after the change', () => {
    expect(instant(at('2026-10-25', 2, 30), 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(instant(at('2026-03-29', 2, 30), 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  });

  it('that no clock shows are none', () => {
    for (const date of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31']) expect(instant(at(date))).toBe('none');
    expect(instant(at('2026-01-31', 24))).toBe('none');
    expect(instant(at('2026-01-31', 1, 60), 'Europe/Berlin')).toBe('none');
  });

  it('in a zone that nobody knows are refused with what to do', () => {
    expect(instant(at('2026-01-31'), 'Europe/Atlantis')).toBe(
      'timezone Europe/Atlantis is not known; write a name such as Europe/Berlin, or leave it out for UTC',
    );
  });
});
