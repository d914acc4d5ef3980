/** Half-open [fromMs, toMs); without `toMs` it has no end yet. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs?: number;
}

export const endOf = ({ toMs }: Interval): number => toMs ?? Number.POSITIVE_INFINITY;

export const intervalOf = (fromMs: number, endMs: number): Interval => (endMs === Number.POSITIVE_INFINITY ? { fromMs } : { fromMs, toMs: endMs });

/** Sorted, without overlaps; those that touch are one, and empty ones are none. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.filter((one) => one.fromMs < endOf(one)).sort((a, b) => a.fromMs - b.fromMs);
  const merged: Interval[] = [];
  for (const one of sorted) {
    const before = merged.at(-1);
    if (before === undefined || endOf(before) < one.fromMs) merged.push(intervalOf(one.fromMs, endOf(one)));
    else merged[merged.length - 1] = intervalOf(before.fromMs, Math.max(endOf(before), endOf(one)));
  }
  return merged;
}
