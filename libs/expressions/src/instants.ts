const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;
const DURATION = /^(\d{1,10})(ms|s|m|h|d)$/;
const UNIT_MS: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 100 * 366 * 86_400_000;

/** UTC milliseconds of an RFC 3339 time; undefined when the text is none. A leap second counts as the next one. */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const leap = second === '60';
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${leap ? '59' : second}.${milliseconds}${zone.toUpperCase()}`;
  const ms = Date.parse(iso);
  // Date.parse rolls 30 February over into March; a date that does not exist is no time.
  if (Number.isNaN(ms) || year === '0000' || !isRealDay(Number(year), Number(month), Number(day)) || hour === '24') return undefined;
  return leap ? ms + 1_000 : ms;
}

function isRealDay(year: number, month: number, day: number): boolean {
  const midnight = new Date(Date.UTC(2000, month - 1, day));
  midnight.setUTCFullYear(year, month - 1, day);
  return midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
}

/** Milliseconds of `30m`, `24h` and so on (the writing that is used everywhere); undefined when the text is none. */
export function parseLength(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
  return ms <= LONGEST_MS ? ms : undefined;
}
