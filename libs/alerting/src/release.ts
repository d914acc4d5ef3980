import { Desk, isDigestKey } from './desk.js';
import type { Entry, Group, OnRecord, Plan, PlanContext } from './desk.js';
import type { NoticeKind } from './notice.js';
import { liveDue } from './stages/group.js';
import { recordTogether } from './stages/record.js';

/** Tells what has waited long enough: one notice for each group and kind. `onRecord` holds whole groups. */
export function releaseDue(onRecord: OnRecord, context: PlanContext): Plan {
  const desk = new Desk(onRecord, context);
  const { nowMs } = context;
  for (const [key, group] of onRecord.groups) {
    if (group.dueMs === undefined || group.dueMs > nowMs) continue;
    const waiting = [...onRecord.entries.values()].filter(({ groupKey }) => groupKey === key);
    const ready = waiting.filter(({ readyMs }) => readyMs <= nowMs);
    tell(key, ready, desk);
    const rest = waiting.filter(({ readyMs }) => readyMs > nowMs);
    desk.setGroup(key, afterFlush(group, { told: ready.length > 0, rest, nowMs }));
  }
  return desk.plan();
}

function tell(key: string, ready: readonly Entry[], desk: Desk): void {
  const byKind = Map.groupBy(ready, ({ kind }) => kindIn(key, kind));
  for (const [kind, entries] of byKind) {
    const [first] = entries;
    if (first === undefined) continue;
    recordTogether({ destination: first.destination, kind, facts: entries.map(({ fact }) => fact), desk });
    for (const { destination, fact } of entries) desk.removeEntry(destination, fact.subject);
  }
}

const kindIn = (key: string, kind: NoticeKind): NoticeKind =>
  isDigestKey(key) && (kind === 'opened' || kind === 'combined') ? 'digest' : kind;

interface Flush {
  readonly told: boolean;
  readonly rest: readonly Entry[];
  readonly nowMs: number;
}

function afterFlush(group: Group, { told, rest, nowMs }: Flush): Group {
  const { groupWaitMs, groupIntervalMs, flushedMs: before } = group;
  const flushedMs = told ? nowMs : before;
  const flushed = { groupWaitMs, groupIntervalMs, ...(flushedMs === undefined ? {} : { flushedMs }) };
  if (rest.length === 0) return flushed;
  const firstReadyMs = Math.min(...rest.map(({ readyMs }) => readyMs));
  return { ...flushed, firstMs: nowMs, lastMs: nowMs, dueMs: liveDue(flushed, firstReadyMs) };
}
