const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?([Zz]|[+-]\d\d:\d\d)$/;
const ZONELESS = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?$/;
/** Epoch numbers below this are seconds (until the year 5138), from it on milliseconds (since 1973). */
const SECONDS_BELOW = 100_000_000_000;
const LATEST_MS = 253_402_300_799_999;

/** UTC milliseconds of an RFC 3339 instant (digits beyond milliseconds are cut off); undefined when it is none. */
export function parseRfc3339(text: string): number | undefined {
  const match = text.length <= 64 && text.charAt(10) !== ' ' ? RFC3339.exec(text) : null;
  if (match === null) return undefined;
  const offset = offsetMs(match[8] as string);
  const utc = wallClockMs(match);
  return offset === undefined || utc === undefined ? undefined : utc - offset;
}

/**
 * For tools that write a wall clock without a zone: read as UTC, which is what they mean when they run in a container
 * and what their pages ask for. The blank between date and time is allowed here.
 */
export function parseLenientInstant(text: string): number | undefined {
  const exact = parseRfc3339(text.replace(' ', 'T'));
  if (exact !== undefined) return exact;
  const match = text.length <= 64 ? ZONELESS.exec(text) : null;
  return match === null ? undefined : wallClockMs(match);
}

/** Seconds or milliseconds since 1970, whichever the size says; undefined before 1970 and after the year 9999. */
export function fromEpoch(value: number): number | undefined {
  const ms = Math.floor(value < SECONDS_BELOW ? value * 1_000 : value);
  return ms >= 0 && ms <= LATEST_MS ? ms : undefined;
}

function wallClockMs(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const leap = second === 60 && hour <= 23 && minute === 59;
  if (hour > 23 || minute > 59 || (second > 59 && !leap)) return undefined;
  const fraction = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.setUTCHours(hour, minute, second, fraction);
}

function offsetMs(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
