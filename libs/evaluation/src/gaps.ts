import { endOf, intervalOf, type Interval } from './intervals.js';

/**
 * Stretches in which a feed gave no sign of life for longer than it may, within [fromMs, untilMs]. Signs are deliveries and
 * the times of its evidence; a feed that never delivered counts from its creation, which is then the first sign.
 */
export function silences(
  signsMs: readonly number[],
  maxSilenceMs: number,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): readonly Interval[] {
  const silent: Interval[] = [];
  let lastMs: number | undefined;
  for (const signMs of signsMs) {
    if (lastMs !== undefined) silent.push({ fromMs: lastMs + maxSilenceMs, toMs: signMs });
    if (signMs > untilMs) break;
    lastMs = signMs;
  }
  if (lastMs !== undefined && (signsMs.at(-1) ?? 0) <= untilMs) silent.push({ fromMs: lastMs + maxSilenceMs });
  return silent
    .filter((one) => one.fromMs < endOf(one) && one.fromMs <= untilMs && endOf(one) > fromMs)
    .map((one) => intervalOf(Math.max(one.fromMs, fromMs), endOf(one) > untilMs ? Infinity : endOf(one)));
}

export interface StoredGap extends Interval {
  readonly id: string;
}

export type GapChange =
  | { readonly kind: 'opened'; readonly interval: Interval }
  | { readonly kind: 'closed'; readonly id: string; readonly interval: Interval }
  /** The same interval by later knowledge; `empty`: nothing is left of it, it stays listed as backfilled. */
  | { readonly kind: 'amended'; readonly id: string; readonly interval: Interval; readonly empty: boolean };

/**
 * Compares stored intervals of one feed with those computed anew. An interval keeps the id of the oldest stored one that it
 * overlaps; what is split off is new, what is not found again was no silence.
 */
export function reviseGaps(stored: readonly StoredGap[], computed: readonly Interval[]): readonly GapChange[] {
  const free = [...stored].sort((a, b) => a.fromMs - b.fromMs);
  const changes: GapChange[] = [];
  for (const interval of computed) {
    const index = free.findIndex((gap) => gap.fromMs < endOf(interval) && interval.fromMs < endOf(gap));
    const [gap] = index === -1 ? [] : free.splice(index, 1);
    if (gap === undefined) changes.push({ kind: 'opened', interval });
    else changes.push(...changeOf(gap, interval));
  }
  for (const { id, fromMs } of free) changes.push({ kind: 'amended', id, interval: { fromMs, toMs: fromMs }, empty: true });
  return changes;
}

function changeOf({ id, fromMs, toMs }: StoredGap, interval: Interval): readonly GapChange[] {
  if (toMs === interval.toMs && fromMs === interval.fromMs) return [];
  if (toMs === undefined && interval.toMs !== undefined) return [{ kind: 'closed', id, interval }];
  return [{ kind: 'amended', id, interval, empty: false }];
}
