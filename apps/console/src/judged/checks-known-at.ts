import type { JudgedCheck } from '@tickmark/persistence';

/**
 * Checks as they were known at an instant: a logic that was activated later did not exist, and what it ended was still in
 * force. The first activation of all is before anything was known.
 */
export function checksKnownAt(
  checks: readonly JudgedCheck[],
  activatedAtMs: ReadonlyMap<number, number>,
  knownAtMs: number,
): readonly JudgedCheck[] {
  const first = Math.min(...activatedAtMs.keys());
  const isKnown = (activation: number): boolean =>
    activation === first || (activatedAtMs.get(activation) ?? Infinity) <= knownAtMs;
  const known = checks.filter(({ activation }) => isKnown(activation));
  return known.map((check) => {
    const { effectiveToMs, ...open } = check;
    if (effectiveToMs === undefined) return check;
    const endedBy = checks.find(
      ({ control, name, effectiveFromMs }) =>
        control === check.control && name === check.name && effectiveFromMs === effectiveToMs,
    );
    return endedBy === undefined || isKnown(endedBy.activation) ? check : open;
  });
}
