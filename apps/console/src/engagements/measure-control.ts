import type { ControlDefinition } from '@tickmark/catalogue';
import { isBlindedBy } from '@tickmark/evaluation';
import { coveredMs, unjudgedFrom } from '@tickmark/reporting';
import type {
  CheckPart, CheckResult, ControlResult, ControlVersionFact, EngagementDefinition, MonthRollUp, OccurrenceCounts, Period, RecordedDeviation,
} from '@tickmark/reporting';
import { inForceOf } from '../controls/show-timeline.js';
import { hiddenOccurrences } from '../judged/hidden-occurrences.js';
import type { HiddenOccurrences } from '../judged/hidden-occurrences.js';
import { needOf } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';
import { sumParts } from './measure-parts.js';

interface ToMeasure {
  readonly control: ControlDefinition;
  readonly checks: readonly ReadableCheck[];
  readonly definition: EngagementDefinition;
  /** The part of the period that has passed. */
  readonly elapsed: Period;
  readonly versions: readonly ControlVersionFact[];
  readonly deviations: readonly RecordedDeviation[];
}

export interface MeasuredControl {
  readonly result: ControlResult;
  /** Feeds that its keys were decided by or that it needs by name. */
  readonly feedIds: ReadonlySet<number>;
  readonly unwatchedFeeds: readonly string[];
  /** Closed months that were summed for it and may be kept. */
  readonly computed: readonly MonthRollUp[];
}

/** Measures a control over all its keys in the period. */
export async function measureControl(view: View, wanted: ToMeasure): Promise<MeasuredControl> {
  const { control, checks, definition, elapsed, versions, deviations } = wanted;
  const hidden = await hiddenOccurrences(view, checks.filter(({ compiled }) => compiled.timing === 'occurrence-based'));
  const { part, computed } = await sumParts(view, { control: control.id, checks, elapsed, systems: definition.systems });
  const byId = new Map(checks.map((check) => [check.id, check]));
  const measured = part.checks.flatMap((sums) => {
    const check = byId.get(sums.checkId);
    return check === undefined ? [] : [measureCheck(view, { check, sums, hidden, systems: definition.systems })];
  });
  const feedIds = new Set(measured.flatMap((one) => [...one.feedIds]));
  return {
    result: {
      definition: control,
      versions,
      checks: measured.map(({ result }) => result),
      timeline: part.timeline,
      inForce: inForceOf(checks),
      deviations,
    },
    feedIds,
    unwatchedFeeds: [...feedIds].flatMap((id) => {
      const feed = view.feeds.get(id);
      return feed === undefined || feed.maxSilenceMs !== undefined ? [] : [feed.name];
    }),
    computed,
  };
}

interface CheckToMeasure {
  readonly check: ReadableCheck;
  readonly sums: CheckPart;
  readonly hidden: HiddenOccurrences;
  readonly systems: readonly string[];
}

interface MeasuredCheck {
  readonly result: CheckResult;
  readonly feedIds: ReadonlySet<number>;
}

function measureCheck(view: View, { check, sums, hidden, systems }: CheckToMeasure): MeasuredCheck {
  const { name, kind, logicHash, compiled } = check;
  const { inForce, time, keys, keysAsOf } = sums;
  const feedIds = new Set([...check.namedFeeds, ...sums.feedIds]);
  const livenessMonitored = feedIds.size > 0 && [...feedIds].every((id) => view.feeds.get(id)?.maxSilenceMs !== undefined);
  return {
    result: {
      ...{ name, kind, timing: compiled.timing, logicHash, inForce, time, livenessMonitored, keys, keysAsOf },
      occurrences: withoutUndecided(sums, hidden, systems),
      blindMs: coveredMs(inForce, outOfSight(view, check, [...feedIds])),
    },
    feedIds,
  };
}

/** Time-outs that lasting blindness hides are taken from the failures and left undecided. */
function withoutUndecided({ checkId, inForce, occurrences }: CheckPart, hidden: HiddenOccurrences, systems: readonly string[]): OccurrenceCounts {
  const undecided = hidden.all.filter(
    (one) =>
      one.checkId === checkId && inForce.fromMs <= one.atMs && one.atMs < inForce.toMs &&
      (systems.length === 0 || one.system === undefined || systems.includes(one.system)),
  );
  const { evaluated, deviations } = occurrences;
  return { ...occurrences, evaluated: evaluated - undecided.length, deviations: deviations - undecided.length };
}

const NOBODY = { key: '', group: '' };

/** When nothing could be known of the check as a whole: silence of a feed it rests on, errors, judging that stood still. */
function outOfSight(view: View, check: ReadableCheck, feedIds: readonly number[]): readonly { readonly fromMs: number; readonly toMs?: number }[] {
  const blind = view.blindness.filter((one) => one.key === undefined && isBlindedBy(one, needOf(check, NOBODY), feedIds));
  const stoodStillMs = unjudgedFrom(view.judging);
  return stoodStillMs === undefined ? blind : [...blind, { fromMs: stoodStillMs }];
}
