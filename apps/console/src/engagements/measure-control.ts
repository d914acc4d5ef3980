import type { ControlDefinition } from '@tickmark/catalogue';
import type { State } from '@tickmark/contracts';
import { isBlindedBy } from '@tickmark/evaluation';
import type { Segment } from '@tickmark/evaluation';
import { countOutcomes, readKeySegments } from '@tickmark/persistence';
import {
  addKeyTime, addOccurrences, clip, controlTimeline, coveredMs, noKeyTime, noOccurrences, unjudgedFrom,
} from '@tickmark/reporting';
import type {
  CheckResult, ControlResult, ControlTimeline, ControlVersionFact, EngagementDefinition, Period, RecordedDeviation,
} from '@tickmark/reporting';
import { inForceOf } from '../controls/show-timeline.js';
import { hiddenOccurrences } from '../judged/hidden-occurrences.js';
import type { HiddenOccurrences } from '../judged/hidden-occurrences.js';
import { effective, needOf } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';
import { keepSystems } from './keep-systems.js';

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
}

/** Sums a control over all its keys: each key is read once, laid over with blindness, counted and let go. */
export async function measureControl(view: View, wanted: ToMeasure): Promise<MeasuredControl> {
  const { control, checks, definition, elapsed, versions, deviations } = wanted;
  const timeline = controlTimeline(elapsed);
  const hidden = await hiddenOccurrences(view, checks.filter(({ compiled }) => compiled.timing === 'occurrence-based'));
  const measured: MeasuredCheck[] = [];
  for (const check of checks) {
    const inForce = clip(elapsed, check.effectiveFromMs, check.effectiveToMs);
    if (inForce !== undefined) measured.push(await measureCheck(view, { check, inForce, definition, timeline, hidden }));
  }
  const feedIds = new Set(measured.flatMap((one) => [...one.feedIds]));
  const inForce = inForceOf(checks);
  return {
    result: {
      definition: control,
      versions,
      checks: measured.map(({ result }) => result),
      timeline: timeline.finish(inForce),
      inForce,
      deviations,
    },
    feedIds,
    unwatchedFeeds: [...feedIds].flatMap((id) => {
      const feed = view.feeds.get(id);
      return feed === undefined || feed.maxSilenceMs !== undefined ? [] : [feed.name];
    }),
  };
}

interface CheckToMeasure {
  readonly check: ReadableCheck;
  readonly inForce: Period;
  readonly definition: EngagementDefinition;
  readonly timeline: ControlTimeline;
  readonly hidden: HiddenOccurrences;
}

interface MeasuredCheck {
  readonly result: CheckResult;
  readonly feedIds: ReadonlySet<number>;
}

async function measureCheck(view: View, { check, inForce, definition, timeline, hidden }: CheckToMeasure): Promise<MeasuredCheck> {
  const { name, kind, logicHash, compiled } = check;
  const time = noKeyTime();
  const keysAsOf: { [S in State]?: number } = {};
  const feedIds = new Set(check.namedFeeds);
  let keys = 0;
  const range = { checkId: check.id, ...inForce, named: hasBlindKeys(view, check) };
  for await (const one of readKeySegments(view.snapshot, range)) {
    const segments = keepSystems(effective(view, check, one, one.segments), definition.systems);
    if (segments.length === 0) continue;
    keys += 1;
    addKeyTime(time, inForce, segments);
    timeline.add(segments);
    noteAsOf(keysAsOf, segments, inForce.fromMs);
    for (const segment of one.segments) for (const id of segment.feedIds) feedIds.add(id);
  }
  const occurrences = noOccurrences();
  if (compiled.timing === 'occurrence-based') await countOccurrences(view, { check, inForce, definition, occurrences, hidden });
  const livenessMonitored = feedIds.size > 0 && [...feedIds].every((id) => view.feeds.get(id)?.maxSilenceMs !== undefined);
  return {
    result: {
      ...{ name, kind, timing: compiled.timing, logicHash, inForce, time, occurrences, livenessMonitored, keys, keysAsOf },
      blindMs: coveredMs(inForce, outOfSight(view, check, [...feedIds])),
    },
    feedIds,
  };
}

const NOBODY = { key: '', group: '' };

/** When nothing could be known of the check as a whole: silence of a feed it rests on, errors, judging that stood still. */
function outOfSight(view: View, check: ReadableCheck, feedIds: readonly number[]): readonly { readonly fromMs: number; readonly toMs?: number }[] {
  const blind = view.blindness.filter((one) => one.key === undefined && isBlindedBy(one, needOf(check, NOBODY), feedIds));
  const stoodStillMs = unjudgedFrom(view.judging);
  return stoodStillMs === undefined ? blind : [...blind, { fromMs: stoodStillMs }];
}

/** Names are looked up only where a check error blinds single keys. */
const hasBlindKeys = ({ blindness }: View, { control, name }: ReadableCheck): boolean =>
  blindness.some(({ key, check }) => key !== undefined && (check === undefined || check === `${control}/${name}`));

function noteAsOf(keysAsOf: { [S in State]?: number }, segments: readonly Segment[], atMs: number): void {
  const holding = segments.find(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs);
  if (holding !== undefined) keysAsOf[holding.state] = (keysAsOf[holding.state] ?? 0) + 1;
}

interface ToCount extends Pick<CheckToMeasure, 'check' | 'inForce' | 'definition' | 'hidden'> {
  readonly occurrences: CheckResult['occurrences'];
}

/** Counted in the database; time-outs that blindness hides are taken from the failures and left undecided. */
async function countOccurrences(view: View, { check, inForce, definition, hidden, occurrences }: ToCount): Promise<void> {
  const range = { checkId: check.id, ...inForce, systems: definition.systems };
  for (const { outcome, count } of await countOutcomes(view.snapshot, range)) addOccurrences(occurrences, outcome, count);
  const undecided = hidden.all.filter(
    ({ checkId, system }) =>
      checkId === check.id && (definition.systems.length === 0 || system === undefined || definition.systems.includes(system)),
  );
  occurrences.evaluated -= undecided.length;
  occurrences.deviations -= undecided.length;
}
