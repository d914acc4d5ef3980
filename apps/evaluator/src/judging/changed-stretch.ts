import { isDeepStrictEqual } from 'node:util';
import type { Segment } from '@tickmark/evaluation';
import type { JudgedChange } from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { LiveCatalogue } from '../catalogue/live-catalogue.js';

interface Changed {
  readonly fromMs: number;
  /** Infinity: from there on. */
  readonly toMs: number;
}

const endOf = (segment: Segment | undefined, none: number): number => (segment === undefined ? none : (segment.toMs ?? Infinity));

/**
 * From where to where a key's timeline is other than it was. An open segment that ends now has changed from its end on, not
 * from its begin: ordinary judging touches nothing of the months before.
 */
export function changedStretch(before: readonly Segment[], after: readonly Segment[]): Changed | undefined {
  let same = 0;
  while (same < Math.max(before.length, after.length) && isDeepStrictEqual(before[same], after[same])) same += 1;
  const [old, young] = [before[same], after[same]];
  if (old === undefined && young === undefined) return undefined;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - same && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  return { fromMs: firstChange(old, young), toMs: lastChange(before.at(-1 - tail), after.at(-1 - tail)) };
}

function firstChange(old: Segment | undefined, young: Segment | undefined): number {
  if (old !== undefined && young !== undefined && differsOnlyIn('toMs', old, young)) return Math.min(endOf(old, Infinity), endOf(young, Infinity));
  return Math.min(old?.fromMs ?? Infinity, young?.fromMs ?? Infinity);
}

function lastChange(old: Segment | undefined, young: Segment | undefined): number {
  if (old !== undefined && young !== undefined && differsOnlyIn('fromMs', old, young)) return Math.max(old.fromMs, young.fromMs);
  return Math.max(endOf(old, -Infinity), endOf(young, -Infinity));
}

const differsOnlyIn = (bound: 'fromMs' | 'toMs', old: Segment, young: Segment): boolean =>
  isDeepStrictEqual({ ...old, [bound]: 0 }, { ...young, [bound]: 0 });

const monthOf = (ms: number): string => (Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 7) : String(ms));

/** Changes of live checks, as few as say the same of months. Drafts are in no summary. */
export function changesByMonth(changes: readonly JudgedChange[], { checks }: LiveCatalogue): readonly JudgedChange[] {
  const merged = new Map<string, JudgedChange>();
  for (const { checkId, fromMs, toMs } of changes) {
    const check = checks.get(checkId);
    if (check !== undefined && isShadow(check)) continue;
    const place = `${checkId} ${monthOf(fromMs)} ${monthOf(toMs)}`;
    const known = merged.get(place);
    merged.set(place, { checkId, fromMs: Math.min(fromMs, known?.fromMs ?? Infinity), toMs: Math.max(toMs, known?.toMs ?? -Infinity) });
  }
  return [...merged.values()];
}
