import { parseLenientInstant } from '../reading/instant.js';

const NAMED_DAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [A-Za-z0-9 :,+-]{8,50}$/;
const ZONED = /(?:GMT|UTC|[ECMP][SD]T|[+-]\d{4})/;

/** RFC 3339, Ruby's `2018-01-05 11:43:04 -0500`, or what other scanners put into HDF, such as `Mon Nov 9 20:48:19 2020`. */
export function instantOf(written: string): number | undefined {
  if (written.length > 64) return undefined;
  const ms = parseLenientInstant(written.replace(/ ?([+-]\d\d):?(\d\d)$/, '$1:$2').replace(/ (?:UTC|Z)$/, 'Z'));
  if (ms !== undefined || !NAMED_DAY.test(written)) return ms;
  const named = Date.parse(ZONED.test(written) ? written : `${written} UTC`);
  return Number.isNaN(named) ? undefined : named;
}
