import { countOutcomes, readKeySegments } from '@tickmark/persistence';
import { addKeyTime, addOccurrences, clip, noKeyTime, noOccurrences } from '@tickmark/reporting';
import type { KeyTime, OccurrenceCounts, Period } from '@tickmark/reporting';
import { effective } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';

export interface DayCoverage {
  readonly day: Period;
  /** By control; null: nothing of it was evaluated. */
  readonly byControl: ReadonlyMap<string, number | null>;
  /** Over all key-time of all controls. */
  readonly all: number | null;
}

const DAY_MS = 86_400_000;

/** How much of the last 24 hours was really looked at. */
export async function coverageOfDay(view: View): Promise<DayCoverage> {
  const day = { fromMs: view.nowMs - DAY_MS, toMs: view.nowMs };
  const all = noKeyTime();
  const shares = new Map<string, number | null>();
  for (const check of view.checks) {
    const inForce = clip(day, check.effectiveFromMs, check.effectiveToMs);
    if (inForce === undefined || check.compiled.timing === 'monitor') continue;
    const share = check.compiled.timing === 'time-based' ? await ofTime(view, check, { inForce, all }) : await ofOccurrences(view, check, inForce);
    shares.set(check.control, lower(shares.get(check.control), share));
  }
  return { day, byControl: shares, all: shareOfTime(all) };
}

/** The check that was looked at least speaks for its control; one that was not evaluated at all does not hide the others. */
const lower = (a: number | null | undefined, b: number | null): number | null =>
  a === undefined || a === null ? b : b === null ? a : Math.min(a, b);

async function ofTime(
  view: View,
  check: ReadableCheck,
  { inForce, all }: { readonly inForce: Period; readonly all: KeyTime },
): Promise<number | null> {
  const sums = noKeyTime();
  for await (const one of readKeySegments(view.snapshot, { checkId: check.id, ...inForce, named: true })) {
    addKeyTime(sums, inForce, effective(view, check, one, one.segments));
  }
  all.effectiveMs += sums.effectiveMs;
  all.failingMs += sums.failingMs;
  all.unknownMs += sums.unknownMs;
  return shareOfTime(sums);
}

async function ofOccurrences(view: View, check: ReadableCheck, inForce: Period): Promise<number | null> {
  const counts: OccurrenceCounts = noOccurrences();
  for (const { outcome, count } of await countOutcomes(view.snapshot, { checkId: check.id, ...inForce, systems: [] })) {
    addOccurrences(counts, outcome, count);
  }
  // What waits for its deadline is not overlooked.
  const decidable = counts.population - counts.pending;
  return decidable > 0 ? counts.evaluated / decidable : null;
}

function shareOfTime({ effectiveMs, failingMs, unknownMs }: KeyTime): number | null {
  const scopeMs = effectiveMs + failingMs + unknownMs;
  return scopeMs > 0 ? (effectiveMs + failingMs) / scopeMs : null;
}
