/** domain.md 7.6: never a mean alone. All null when there is nothing to count. */
export interface Statistics {
  readonly n: number;
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly maximumMs: number | null;
}

export function statistics(lengthsMs: readonly number[]): Statistics {
  const sorted = [...lengthsMs].sort((a, b) => a - b);
  const n = sorted.length;
  const middle = sorted[Math.floor(n / 2)];
  const maximumMs = sorted[n - 1];
  if (middle === undefined || maximumMs === undefined) return { n: 0, meanMs: null, medianMs: null, maximumMs: null };
  const below = n % 2 === 0 ? (sorted[n / 2 - 1] ?? middle) : middle;
  return {
    n,
    meanMs: Math.round(sorted.reduce((sum, each) => sum + each, 0) / n),
    medianMs: Math.round((below + middle) / 2),
    maximumMs,
  };
}
