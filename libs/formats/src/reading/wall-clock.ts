import type { InputFault, Result } from '@tickmark/contracts';

/** A clock on a wall: what files of banks write, without saying where the wall is. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/** UTC milliseconds of a wall clock; undefined when no clock can show it. */
export type ClockReader = (clock: WallClock) => number | undefined;

/**
 * Where the wall is, is said by the sender: `Content-Type: text/plain; timezone=America/New_York`. Without it the
 * clock is read as UTC, as everywhere here.
 */
export function clockOf(contentType: string | undefined): Result<ClockReader, InputFault> {
  const zone = /;\s*timezone\s*=\s*"?([A-Za-z0-9_+/-]{1,64})/i.exec(contentType ?? '')?.[1];
  if (zone === undefined) return { ok: true, value: utcOf };
  const format = formatIn(zone);
  if (format === undefined) {
    const message = `timezone ${zone} is not known; write a name such as Europe/Berlin, or leave it out for UTC`;
    return { ok: false, error: { pointer: '', message } };
  }
  return { ok: true, value: (clock) => zonedOf(clock, format) };
}

const SHOWN = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US-u-hc-h23', { timeZone, ...SHOWN });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function utcOf({ year, month, day, hour = 0, minute = 0, second = 0 }: WallClock): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  return date.setUTCHours(hour, minute, second, 0);
}

/** An hour that a zone has twice is the first one; one that it leaves out lies after the change. */
function zonedOf(clock: WallClock, format: Intl.DateTimeFormat): number | undefined {
  const utc = utcOf(clock);
  if (utc === undefined) return undefined;
  const candidates = [utc - offsetAt(utc - 86_400_000, format), utc - offsetAt(utc + 86_400_000, format)];
  return candidates.find((ms) => ms + offsetAt(ms, format) === utc) ?? candidates[0];
}

/** How far the zone's wall clock is ahead of UTC at an instant of whole seconds. */
function offsetAt(ms: number, format: Intl.DateTimeFormat): number {
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - ms;
}
