import { reviseGaps } from '@tickmark/evaluation';
import type { Interval } from '@tickmark/evaluation';
import type { GapRevision } from '@tickmark/persistence';
import type { GapChange } from './error-gaps.js';

/** What the intervals are of. */
export interface GapKind {
  readonly idPrefix: string;
  readonly place: Pick<GapRevision, 'cause' | 'feedId' | 'control' | 'check'>;
  readonly nowMs: number;
}

/** Intervals as gaps: told once when they open and once when they end, however often later knowledge revises them. */
export function intervalChanges(kind: GapKind, stored: readonly GapRevision[], intervals: readonly Interval[]): readonly GapChange[] {
  const byId = new Map(stored.map((gap) => [gap.id, gap]));
  return reviseGaps(stored, intervals).flatMap((change): readonly GapChange[] => {
    if (change.kind === 'opened') return openedGap(kind, change.interval);
    const old = byId.get(change.id);
    return old === undefined ? [] : [revisedGap(old, change.interval, kind.nowMs)];
  });
}

function revisedGap(old: GapRevision, interval: Interval, nowMs: number): GapChange {
  const { toMs: _oldEnd, ...rest } = old;
  const gap: GapRevision = { ...rest, ...interval, revision: old.revision + 1, status: statusAfter(old, interval), knownFromMs: nowMs };
  return { kind: old.toMs === undefined && gap.toMs !== undefined ? 'closed' : 'revised', gap };
}

/** What turns out shorter than it was told, or nothing at all, was filled by what came late. */
function statusAfter(old: GapRevision, { fromMs, toMs }: Interval): GapRevision['status'] {
  if (toMs === undefined) return 'open';
  return old.toMs === undefined && old.fromMs === fromMs && toMs > fromMs ? 'closed' : 'backfilled';
}

function openedGap({ idPrefix, place, nowMs }: GapKind, interval: Interval): readonly GapChange[] {
  const gap: GapRevision = {
    id: `${idPrefix}${interval.fromMs}`,
    revision: 1,
    ...place,
    ...interval,
    status: interval.toMs === undefined ? 'open' : 'closed',
    knownFromMs: nowMs,
  };
  const opened: GapChange = { kind: 'opened', gap };
  return gap.toMs === undefined ? [opened] : [opened, { kind: 'closed', gap }];
}
