import { sampleBytes } from '../../libs/formats/src/samples.testkit.js';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;
const DIGITS = /^\d+$/;
const MS_PER_S = 1_000;

/**
 * A sample's text, with every instant in it moved by the same span, so that what it tells of happened at `nowMs`: the
 * real ones are too old to be judged. `told` is how the text writes when that was: an ISO instant, or seconds of the epoch.
 */
export function sampleAtNow([folder, file]: readonly [string, string], { told, nowMs }: { readonly told: string; readonly nowMs: number }): string {
  const text = Buffer.from(sampleBytes(folder, file)).toString('utf8');
  if (!text.includes(told)) throw new Error(`${folder}/${file} does not tell of ${told}`);
  if (DIGITS.test(told)) return text.replaceAll(told, String(Math.floor(nowMs / MS_PER_S)));
  const byMs = nowMs - Date.parse(told);
  return text.replaceAll(INSTANT, (instant) => new Date(Date.parse(instant) + byMs).toISOString());
}
