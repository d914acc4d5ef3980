import { absentFailures } from '@tickmark/persistence';
import type { GapRevision } from '@tickmark/persistence';
import type { GapChange } from './error-gaps.js';
import type { GroupToJudge } from './group-plan.js';
import type { Unit } from './unit.js';

interface Scope {
  /** As they were before the changes. */
  readonly stored: readonly GapRevision[];
  readonly checkIds: readonly number[];
}

/** Groups with failures for want of evidence that a changed gap hides, or no longer hides. */
export async function groupsToLookAtAgain(unit: Unit, changes: readonly GapChange[], { stored, checkIds }: Scope): Promise<readonly GroupToJudge[]> {
  if (changes.length === 0) return [];
  const touched = [...changes.map(({ gap }) => gap), ...stored.filter(({ id }) => changes.some(({ gap }) => gap.id === id))];
  const fromMs = Math.min(...touched.map((gap) => gap.fromMs));
  const ends = touched.map(({ toMs }) => toMs ?? Infinity);
  const interval = { fromMs, ...(ends.includes(Infinity) ? {} : { toMs: Math.max(...ends) }) };
  const groups = await absentFailures(unit.transaction, checkIds, interval);
  return groups.map((group) => ({ ...group, points: [], also: { fromMs } }));
}
