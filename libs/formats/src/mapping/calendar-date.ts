import type { DateStyle } from '@tickmark/catalogue';

const PATTERNS: { readonly [style in DateStyle]: RegExp } = {
  'YYYY-MM-DD': /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)$/,
  'YYYY/MM/DD': /^(?<year>\d{4})\/(?<month>\d\d?)\/(?<day>\d\d?)$/,
  'DD.MM.YYYY': /^(?<day>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4})$/,
  'DD/MM/YYYY': /^(?<day>\d\d?)\/(?<month>\d\d?)\/(?<year>\d{4})$/,
  'DD-MM-YYYY': /^(?<day>\d\d?)-(?<month>\d\d?)-(?<year>\d{4})$/,
  'MM/DD/YYYY': /^(?<month>\d\d?)\/(?<day>\d\d?)\/(?<year>\d{4})$/,
};

/** `31.03.2026` as `2026-03-31`; undefined when it is written otherwise or no calendar has that day. */
export function calendarDate(text: string, style: DateStyle): string | undefined {
  const { year = '', month = '', day = '' } = PATTERNS[style].exec(text)?.groups ?? {};
  if (year === '' || Number(year) === 0) return undefined;
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${iso}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(iso) ? iso : undefined;
}
