import { deriveDeviations } from '@tickmark/evaluation';
import type { DeviationChange, DeviationRecord, Failure, Judgement, KeyTimeline } from '@tickmark/evaluation';
import type { StoredDeviation } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import type { Blinds } from './sight.js';
import { needOf } from './sight.js';
import type { GroupPlan } from './group-plan.js';

export interface JudgedGroup {
  readonly plan: GroupPlan;
  readonly judgement: Judgement;
}

export interface KeyDeviations {
  readonly key: string;
  readonly changes: readonly DeviationChange[];
  readonly recheckMs?: number;
  readonly isOpen: boolean;
}

/** The deviations of each group's keys, with the ids of the rows. */
export interface GroupDeviations {
  readonly judged: JudgedGroup;
  readonly keys: readonly (KeyDeviations & { readonly keyId: number })[];
}

export interface DerivingContext {
  readonly blinds: Blinds;
  readonly watermarkMs: number | undefined;
  readonly nowMs: number;
  readonly newId: () => string;
}

/** What the failures of a group's keys mean for its deviations, given those on record of every version of the check. */
export function deviationsOf({ plan, judgement }: JudgedGroup, stored: readonly StoredDeviation[], context: DerivingContext): readonly KeyDeviations[] {
  const timelines = new Map(judgement.keys.map((timeline) => [timeline.key, timeline]));
  const previous = Map.groupBy(stored.filter(isConcern(plan.check)), ({ record }) => record.key);
  const keys = new Set([...timelines.keys(), ...previous.keys()]);
  return [...keys].flatMap((key) => {
    const timeline = timelines.get(key);
    const records = previous.get(key)?.map(({ record }) => record) ?? [];
    const failures = failuresOf(plan, timeline, records);
    return failures.length === 0 && records.length === 0 ? [] : [deviationsOfKey({ plan, key, timeline, failures, records }, context)];
  });
}

/** An occurrence is judged by one version alone; the stretches of a state go on from one to the next. */
function isConcern({ id, compiled, effectiveToMs = Infinity }: LiveCheck): (stored: StoredDeviation) => boolean {
  if (compiled.timing === 'occurrence-based') return ({ checkId }) => checkId === id;
  return ({ record }) => record.occurredAtMs < effectiveToMs;
}

interface KeyInput {
  readonly plan: GroupPlan;
  readonly key: string;
  readonly timeline: KeyTimeline | undefined;
  readonly failures: readonly Failure[];
  readonly records: readonly DeviationRecord[];
}

function deviationsOfKey({ plan, key, timeline, failures, records }: KeyInput, context: DerivingContext): KeyDeviations {
  const { check, group } = plan;
  const { blinds, watermarkMs, nowMs, newId } = context;
  const { changes, recheckMs } = deriveDeviations({
    check: check.ref,
    key,
    previous: records,
    failures,
    sight: { blindness: blinds.blindness, need: { ...needOf(check, group.group, blinds.feeds), key }, watermarkMs, settleMs: blinds.settleMs },
    nowMs,
    newId,
    effectiveFromMs: check.effectiveFromMs,
  });
  const touched = new Set(changes.map(({ record }) => record.id));
  const inherited = closedByNewEvidence(plan, timeline, records.filter(({ id }) => !touched.has(id)), nowMs);
  const all = [...changes, ...inherited];
  const last = new Map([...records, ...all.map(({ record }) => record)].map((record) => [record.id, record]));
  return {
    key,
    changes: all,
    ...(recheckMs === undefined ? {} : { recheckMs }),
    isOpen: recheckMs !== undefined || failures.some(({ toMs }) => toMs === undefined) || [...last.values()].some(({ status }) => status === 'open'),
  };
}

/** An old logic knows nothing of what came after its time: neither failures, nor how a later version closed one. */
function failuresOf({ check }: GroupPlan, timeline: KeyTimeline | undefined, records: readonly DeviationRecord[]): readonly Failure[] {
  const { effectiveToMs, compiled } = check;
  const failures = timeline?.failures ?? [];
  if (effectiveToMs === undefined || compiled.timing === 'occurrence-based') return failures;
  return failures
    .filter(({ fromMs }) => fromMs < effectiveToMs)
    .map((failure) => {
      if (failure.toMs !== undefined) return failure;
      const later = records.find(({ occurredAtMs, remediatedAtMs = -Infinity }) => remediatedAtMs >= effectiveToMs && occurredAtMs >= failure.fromMs);
      return later?.remediatedAtMs === undefined ? failure : { ...failure, toMs: later.remediatedAtMs, toBasis: 'evidence' };
    });
}

/**
 * A deviation that an earlier version opened is not undone by judging the past anew: it is closed by a pass that rests
 * on evidence received after the present version took effect.
 */
function closedByNewEvidence(plan: GroupPlan, timeline: KeyTimeline | undefined, records: readonly DeviationRecord[], nowMs: number): readonly DeviationChange[] {
  const { effectiveFromMs } = plan.check;
  const inherited = records.filter(({ status, occurredAtMs }) => status === 'open' && occurredAtMs < effectiveFromMs);
  if (inherited.length === 0 || timeline === undefined) return [];
  const present = timeline.segments.at(-1);
  if (present?.state !== 'pass' || present.toMs !== undefined) return [];
  const shown = plan.points.find(({ receivedAtMs, atMs }) => receivedAtMs >= effectiveFromMs && atMs >= Math.max(effectiveFromMs, present.fromMs));
  if (shown === undefined) return [];
  return inherited.map((record) => ({
    kind: 'closed',
    combined: false,
    record: {
      ...record,
      status: 'closed',
      remediatedAtMs: shown.atMs,
      verifiedAtMs: nowMs,
      evidenceIds: [...new Set([...record.evidenceIds, shown.evidenceId])],
    },
  }));
}
