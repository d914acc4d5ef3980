import type { State } from '@tickmark/contracts';
import { controlTimeline, joinTimelines } from './control-timeline.js';
import type { Cause, CausedStretch, ControlSegment } from './control-timeline.js';
import { addKeyTime, noKeyTime } from './key-time.js';
import type { KeyTime, Stretch } from './key-time.js';
import { addOccurrences, noOccurrences } from './occurrences.js';
import type { OccurrenceCounts, Outcome } from './occurrences.js';
import type { Period } from './period.js';

/** What a check under one logic adds to a summary in a stretch of time, over all its keys. */
export interface CheckPart {
  readonly checkId: number;
  /** The part of the stretch in which this logic was in force. */
  readonly inForce: Period;
  readonly time: Readonly<KeyTime>;
  readonly occurrences: Readonly<OccurrenceCounts>;
  readonly keys: number;
  /** Those of the keys that were not there yet right before. */
  readonly begun: number;
  /** Keys by state at the first instant in force. */
  readonly keysAsOf: { readonly [S in State]?: number };
  /** Feeds that decided its keys. */
  readonly feedIds: readonly number[];
}

/** What a control adds to a summary in a stretch of time. Parts that follow one another add up to the part of the whole. */
export interface ControlPart extends Period {
  readonly checks: readonly CheckPart[];
  readonly timeline: readonly ControlSegment[];
  /** Why the state at the first instant begins there, empty where it held before; absent where the control was not in force yet. */
  readonly begins?: Cause;
}

/** What the key's segments rest on. */
interface Rested extends Omit<Stretch, 'state'> {
  readonly feedIds: readonly number[];
}

export interface CheckMeasure {
  /** One key: its segments as shown and as stored, from a millisecond before the part on, so that it is seen what begins in it. */
  addKey(shown: readonly CausedStretch[], stored: readonly Rested[]): void;
  addOutcome(outcome: Outcome, count: number): void;
}

export interface PartMeasure {
  check(checkId: number, inForce: Period): CheckMeasure;
  /** `inForce`: when the control is. */
  finish(inForce: readonly Period[]): ControlPart;
}

/** Sums a control over a stretch of time: each key is added once and let go. */
export function measurePart(period: Period): PartMeasure {
  const timeline = controlTimeline(period);
  const checks: CheckPart[] = [];
  const finishes: (() => void)[] = [];
  return {
    check(checkId, inForce) {
      const { measure, finish } = measureCheck(inForce, (segments) => timeline.add(segments));
      finishes.push(() => checks.push({ checkId, inForce, ...finish() }));
      return measure;
    },
    finish(inForce) {
      for (const finish of finishes) finish();
      const segments = timeline.finish(inForce);
      const [first] = segments;
      const begins = first?.fromMs === period.fromMs ? { begins: timeline.causeOfBegin(first.state) } : {};
      return { ...period, checks, timeline: segments, ...begins };
    },
  };
}

interface MeasuringCheck {
  readonly measure: CheckMeasure;
  readonly finish: () => Omit<CheckPart, 'checkId' | 'inForce'>;
}

function measureCheck(inForce: Period, roll: (segments: readonly CausedStretch[]) => void): MeasuringCheck {
  const time = noKeyTime();
  const occurrences = noOccurrences();
  const keysAsOf: { [S in State]?: number } = {};
  const feedIds = new Set<number>();
  let keys = 0;
  let begun = 0;
  return {
    measure: {
      addKey(shown, stored) {
        const segments = shown.filter((segment) => touches(inForce, segment));
        if (segments.length === 0) return;
        keys += 1;
        if (!shown.some(({ fromMs }) => fromMs < inForce.fromMs)) begun += 1;
        addKeyTime(time, inForce, segments);
        roll(segments);
        const state = segments.find(({ fromMs, toMs = Infinity }) => fromMs <= inForce.fromMs && inForce.fromMs < toMs)?.state;
        if (state !== undefined) keysAsOf[state] = (keysAsOf[state] ?? 0) + 1;
        for (const segment of stored) if (touches(inForce, segment)) for (const id of segment.feedIds) feedIds.add(id);
      },
      addOutcome: (outcome, count) => addOccurrences(occurrences, outcome, count),
    },
    finish: () => ({ time, occurrences, keys, begun, keysAsOf, feedIds: [...feedIds].sort((a, b) => a - b) }),
  };
}

const touches = (period: Period, { fromMs, toMs = Infinity }: Omit<Stretch, 'state'>): boolean =>
  fromMs < period.toMs && toMs > period.fromMs;

/** Parts that follow one another, the earliest first, as the one that they are together. */
export function combineParts([first, ...rest]: readonly [ControlPart, ...(readonly ControlPart[])]): ControlPart {
  return rest.reduce(
    (whole, part) => ({
      fromMs: whole.fromMs,
      toMs: part.toMs,
      checks: combineChecks(whole.checks, part.checks),
      timeline: joinTimelines(whole.timeline, part.timeline, part.begins),
      ...(whole.begins === undefined ? {} : { begins: whole.begins }),
    }),
    first,
  );
}

function combineChecks(before: readonly CheckPart[], after: readonly CheckPart[]): readonly CheckPart[] {
  const following = new Map(after.map((check) => [check.checkId, check]));
  const combined = before.map((check) => {
    const next = following.get(check.checkId);
    following.delete(check.checkId);
    return next === undefined ? check : combineCheck(check, next);
  });
  return [...combined, ...following.values()].sort((a, b) => a.checkId - b.checkId);
}

/** A key lives without a break: it is counted where it is first seen. */
const combineCheck = (a: CheckPart, b: CheckPart): CheckPart => ({
  checkId: a.checkId,
  inForce: { fromMs: a.inForce.fromMs, toMs: b.inForce.toMs },
  time: {
    effectiveMs: a.time.effectiveMs + b.time.effectiveMs,
    failingMs: a.time.failingMs + b.time.failingMs,
    unknownMs: a.time.unknownMs + b.time.unknownMs,
    outOfScopeMs: a.time.outOfScopeMs + b.time.outOfScopeMs,
  },
  occurrences: {
    population: a.occurrences.population + b.occurrences.population,
    evaluated: a.occurrences.evaluated + b.occurrences.evaluated,
    deviations: a.occurrences.deviations + b.occurrences.deviations,
    pending: a.occurrences.pending + b.occurrences.pending,
    outOfScope: a.occurrences.outOfScope + b.occurrences.outOfScope,
  },
  keys: a.keys + b.begun,
  begun: a.begun + b.begun,
  keysAsOf: a.keysAsOf,
  feedIds: [...new Set([...a.feedIds, ...b.feedIds])].sort((x, y) => x - y),
});
