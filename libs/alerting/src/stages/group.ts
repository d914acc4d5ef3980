import { groupKey, groupedBy } from '../desk.js';
import type { Desk, Group } from '../desk.js';
import { touchDigest } from './digest.js';
import type { HeldAlert, Stage } from './stage.js';

/** What is due at once goes on alone; the rest waits with its group until `releaseDue` finds it due. */
export const group: Stage<HeldAlert, HeldAlert> = (alert, desk) => {
  if (belongsInDigest(alert)) {
    putInDigest(alert, desk);
    return [];
  }
  const { nowMs } = desk.context;
  const { groupWaitMs, groupIntervalMs } = alert.target;
  const key = groupKey(alert.target, 'live', groupedBy(alert.fact));
  const known = desk.groupOf(key) ?? { groupWaitMs, groupIntervalMs };
  const dueMs = liveDue({ ...known, groupWaitMs, groupIntervalMs }, alert.readyMs);
  if (dueMs <= nowMs) {
    if (groupIntervalMs > 0) desk.setGroup(key, { ...known, groupWaitMs, groupIntervalMs, flushedMs: nowMs });
    return [alert];
  }
  wait(alert, key, desk);
  desk.setGroup(key, {
    ...known,
    groupWaitMs,
    groupIntervalMs,
    firstMs: known.firstMs ?? nowMs,
    lastMs: nowMs,
    dueMs: Math.min(dueMs, known.dueMs ?? Infinity),
  });
  return [];
};

/** Old evidence that comes in bulk: an opening, or one already over, is listed instead of told one by one. */
const belongsInDigest = ({ fact, kind }: HeldAlert): boolean =>
  fact.about === 'deviation' && fact.backfill && (kind === 'opened' || kind === 'combined');

function putInDigest(alert: HeldAlert, desk: Desk): void {
  const key = groupKey(alert.target, 'digest', groupedBy(alert.fact));
  wait({ ...alert, readyMs: desk.context.nowMs }, key, desk);
  touchDigest(key, desk);
}

/** The first of a group waits `groupWaitMs`; after it was told, at least the interval passes. */
export const liveDue = ({ groupWaitMs, groupIntervalMs, flushedMs }: Group, readyMs: number): number =>
  Math.max(readyMs + groupWaitMs, flushedMs === undefined ? 0 : flushedMs + groupIntervalMs);

function wait({ target, fact, kind, readyMs }: HeldAlert, key: string, desk: Desk): void {
  const { receiver, channel } = target;
  desk.setEntry({ destination: { receiver, channel }, groupKey: key, kind, readyMs, fact });
}
