import type { EvidenceToJudge } from '@tickmark/persistence';
import { askRecheck, gapsOf, watchedFeeds } from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { noteDraftErrors } from './draft-errors.js';
import { instantErrorGaps } from './error-gaps.js';
import { extractPoints } from './extract-points.js';
import type { ExtractedPoint } from './extract-points.js';
import type { GroupToJudge } from './group-plan.js';
import { judgeGroups } from './judge-groups.js';
import { applyGapChanges } from './unit.js';
import type { Unit } from './unit.js';

/** What a check took from evidence, for metrics: when it was received. */
export interface JudgedEvidence {
  readonly receivedAtMs: readonly number[];
}

/** Judges evidence in the unit's transaction, wherever it was read from. The same again changes nothing. */
export async function judgeEvidence(unit: Unit, evidence: readonly EvidenceToJudge[]): Promise<JudgedEvidence> {
  const { points, errors, applied } = extractPoints(evidence, unit.catalogue);
  for (const { event, traceparent } of applied) if (traceparent !== undefined) unit.traceparents.set(event.evidenceId, traceparent);
  const gaps = instantErrorGaps(errors.filter(({ check }) => !isShadow(check)), unit.nowMs);
  if (gaps.length > 0) await addNewErrorGaps(unit, gaps);
  await noteDraftErrors(unit, errors);
  if (points.length > 0) await judgeGroups(unit, await groupsOf(unit, points));
  await noteLateSigns(unit, evidence);
  return { receivedAtMs: applied.map(({ event }) => event.receivedAtMs) };
}

/** The same message again finds its gap there. */
export async function addNewErrorGaps(unit: Unit, gaps: ReturnType<typeof instantErrorGaps>): Promise<void> {
  const checks = [...new Set(gaps.map(({ control = '', check = '' }) => `${control}/${check}`))];
  const stored = await gapsOf(unit.transaction, { cause: 'check-error', checks, fromMs: Math.min(...gaps.map(({ fromMs }) => fromMs)) });
  const known = new Set(stored.map(({ id }) => id));
  const changes = gaps.filter(({ id }) => !known.has(id)).flatMap((gap) => [{ kind: 'opened' as const, gap }, { kind: 'closed' as const, gap }]);
  await applyGapChanges(unit, changes, ({ control }) => ({ controls: control === undefined ? [] : [control] }));
}

export async function groupsOf(unit: Unit, points: readonly ExtractedPoint[]): Promise<readonly GroupToJudge[]> {
  const ids = await unit.keyNames.ids(new Set(points.map(({ group }) => group)));
  const groups = new Map<string, { readonly check: LiveCheck; readonly group: string; readonly groupId: number; readonly points: ExtractedPoint[] }>();
  for (const point of points) {
    const groupId = ids.get(point.group);
    if (groupId === undefined) throw new Error(`the group ${point.group} has no id`);
    const id = `${point.check.id} ${groupId}`;
    const known = groups.get(id) ?? { check: point.check, group: point.group, groupId, points: [] };
    known.points.push(point);
    groups.set(id, known);
  }
  return [...groups.values()].map(({ check, group, groupId, points: ofGroup }) => ({
    checkId: check.id,
    groupId,
    group,
    points: ofGroup.map(({ leafIndex, point }) => ({ checkId: check.id, groupId, leafIndex, point })),
  }));
}

const LATE_MS = 1_000;

/** An event that happened in a silence that is over shows late that its feed lived then. */
async function noteLateSigns(unit: Unit, evidence: readonly EvidenceToJudge[]): Promise<void> {
  const late = evidence.filter(({ event }) => event.timeMs < event.receivedAtMs - LATE_MS);
  if (late.length === 0) return;
  const gaps = (await gapsOf(unit.transaction, { cause: 'feed-silent', fromMs: Math.min(...late.map(({ event }) => event.timeMs)) })).filter(({ toMs }) => toMs !== undefined);
  if (gaps.length === 0) return;
  const reach = new Map((await watchedFeeds(unit.transaction)).map(({ feedId, maxSilenceMs = 0 }) => [feedId, maxSilenceMs]));
  const signs = new Map<number, number>();
  for (const { event } of late) {
    const { feedId, timeMs } = event;
    const hits = gaps.some((gap) => gap.feedId === feedId && timeMs + (reach.get(feedId) ?? 0) > gap.fromMs && timeMs < (gap.toMs ?? Infinity));
    if (hits) signs.set(feedId, Math.min(timeMs, signs.get(feedId) ?? Infinity));
  }
  for (const [feedId, signMs] of [...signs].sort(([a], [b]) => a - b)) await askRecheck(unit.transaction, feedId, signMs);
}
