/** Half-open [fromMs, toMs) in UTC milliseconds. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

export const lengthOf = (period: Period): number => Math.max(0, period.toMs - period.fromMs);

/** The part of [fromMs, toMs) inside the period; undefined when nothing of it is. Without `toMs`: to the period's end. */
export function clip(period: Period, fromMs: number, toMs: number = Infinity): Period | undefined {
  const from = Math.max(period.fromMs, fromMs);
  const to = Math.min(period.toMs, toMs);
  return from < to ? { fromMs: from, toMs: to } : undefined;
}

/** The part of a period that has passed: what lies ahead of `nowMs` is nobody's time yet. */
export function elapsedPart(period: Period, nowMs: number): Period {
  return { fromMs: period.fromMs, toMs: Math.max(period.fromMs, Math.min(period.toMs, nowMs)) };
}

/** Milliseconds of the period that are covered by at least one of the intervals. */
export function coveredMs(period: Period, intervals: readonly { readonly fromMs: number; readonly toMs?: number }[]): number {
  const parts = intervals
    .flatMap(({ fromMs, toMs }) => clip(period, fromMs, toMs) ?? [])
    .sort((a, b) => a.fromMs - b.fromMs);
  let covered = 0;
  let reachedMs = period.fromMs;
  for (const part of parts) {
    covered += Math.max(0, part.toMs - Math.max(part.fromMs, reachedMs));
    reachedMs = Math.max(reachedMs, part.toMs);
  }
  return covered;
}
