import { defined } from '../defined.js';
import type { DeviationRecord, Segment } from '../model.js';
import { clip } from '../timelines.js';
import { DAY_MS, dayIndex, dayOf } from './days.js';
import type { ComparedKey, ComparedPeriod, DeviationDifference, KeyDifference, KeySide, StretchDifference } from './model.js';

const LISTED_MAX = 50;
const NOTHING: KeySide = { segments: [], deviations: [] };

/** Days by their number: names are made for what is listed only. */
export interface Difference extends Omit<KeyDifference, 'days'> {
  readonly dayIndices: ReadonlySet<number>;
}

/** What two sides say otherwise of a key within the period; undefined when they say the same. */
export function compareKey(compared: ComparedKey, period: ComparedPeriod): KeyDifference | undefined {
  const difference = differenceOf(compared, period);
  return difference === undefined ? undefined : withDays(difference);
}

export function withDays({ dayIndices, ...difference }: Difference): KeyDifference {
  return { ...difference, days: [...dayIndices].sort((a, b) => a - b).map((index) => dayOf(index * DAY_MS)) };
}

export function differenceOf({ check, key, before = NOTHING, after = NOTHING }: ComparedKey, period: ComparedPeriod): Difference | undefined {
  const stretches = differingStretches(before.segments, after.segments, period);
  const deviations = differingDeviations(before.deviations, after.deviations, period);
  if (stretches.length === 0 && deviations.length === 0) return undefined;
  const leftOut = Math.max(0, stretches.length - LISTED_MAX) + Math.max(0, deviations.length - LISTED_MAX);
  const dayIndices = daysOf(stretches, deviations, period);
  return { check, key, dayIndices, stretches: stretches.slice(0, LISTED_MAX), deviations: deviations.slice(0, LISTED_MAX), leftOut };
}

type Side = StretchDifference['before'];

function differingStretches(before: readonly Segment[], after: readonly Segment[], { fromMs, toMs }: ComparedPeriod): readonly StretchDifference[] {
  const [old, anew] = [clip(before, fromMs, toMs), clip(after, fromMs, toMs)];
  const cuts = [...new Set([...old, ...anew].flatMap((segment) => [segment.fromMs, segment.toMs ?? toMs]))].sort((a, b) => a - b);
  const differing: StretchDifference[] = [];
  let [atOld, atNew] = [0, 0];
  for (const [index, cut] of cuts.entries()) {
    const end = cuts[index + 1];
    if (end === undefined) break;
    while ((old[atOld]?.toMs ?? Infinity) <= cut) atOld += 1;
    while ((anew[atNew]?.toMs ?? Infinity) <= cut) atNew += 1;
    add(differing, { fromMs: cut, toMs: end }, [sideAt(old[atOld], cut), sideAt(anew[atNew], cut)]);
  }
  return differing;
}

function sideAt(segment: Segment | undefined, atMs: number): Side {
  if (segment === undefined || segment.fromMs > atMs) return undefined;
  return { state: segment.state, ...(segment.reason === undefined ? {} : { reason: segment.reason }) };
}

/** One that goes on where the last one ended is one with it. */
function add(differing: StretchDifference[], { fromMs, toMs }: ComparedPeriod, [before, after]: readonly [Side, Side]): void {
  if (before?.state === after?.state) return;
  const difference: StretchDifference = { fromMs, toMs, ...defined({ before, after }) };
  const last = differing.at(-1);
  if (last?.toMs === fromMs && sameSides(last, difference)) differing[differing.length - 1] = { ...last, toMs };
  else differing.push(difference);
}

const sameSides = (a: StretchDifference, b: StretchDifference): boolean => a.before?.state === b.before?.state && a.after?.state === b.after?.state;

/** Deviations of the two sides are the same by their ids; what lies outside the period counts neither way. */
function differingDeviations(before: readonly DeviationRecord[], after: readonly DeviationRecord[], period: ComparedPeriod): readonly DeviationDifference[] {
  const old = new Map(before.filter((one) => isDeviationIn(one, period)).map((one) => [one.id, one]));
  const anew = new Map(after.filter((one) => isDeviationIn(one, period)).map((one) => [one.id, one]));
  const pairs = [...new Set([...old.keys(), ...anew.keys()])].map((id): DeviationDifference => {
    return defined({ before: old.get(id), after: anew.get(id) });
  });
  return pairs.filter((pair) => timesIn(pair.before, period) !== timesIn(pair.after, period)).toSorted((a, b) => beginOf(a) - beginOf(b));
}

/** Begun before the end of the period and not over before its begin; what was withdrawn or merged is none. */
export function isDeviationIn({ status, occurredAtMs, remediatedAtMs = Infinity }: DeviationRecord, { fromMs, toMs }: ComparedPeriod): boolean {
  const isReal = status === 'open' || status === 'closed';
  return isReal && occurredAtMs < toMs && (remediatedAtMs > fromMs || occurredAtMs >= fromMs);
}

function timesIn(record: DeviationRecord | undefined, { fromMs, toMs }: ComparedPeriod): string {
  if (record === undefined) return '';
  const { occurredAtMs, occurredUntilMs, remediatedAtMs = Infinity } = record;
  const until = occurredUntilMs === undefined ? '' : Math.min(Math.max(occurredUntilMs, fromMs), toMs);
  return [Math.max(occurredAtMs, fromMs), until, Math.min(remediatedAtMs, toMs)].join(' ');
}

const beginOf = ({ before, after }: DeviationDifference): number => Math.min(before?.occurredAtMs ?? Infinity, after?.occurredAtMs ?? Infinity);

function daysOf(stretches: readonly StretchDifference[], deviations: readonly DeviationDifference[], { fromMs, toMs }: ComparedPeriod): ReadonlySet<number> {
  const days = new Set<number>();
  for (const stretch of stretches) for (let day = dayIndex(stretch.fromMs); day * DAY_MS < stretch.toMs; day += 1) days.add(day);
  const ends = deviations.flatMap(({ before, after }) => {
    const [was, is] = [before, after].map((one) => [one?.occurredAtMs, one?.remediatedAtMs]);
    return [0, 1].flatMap((which) => (was?.[which] === is?.[which] ? [] : [was?.[which], is?.[which]]));
  });
  for (const ms of ends) if (ms !== undefined && ms >= fromMs && ms < toMs) days.add(dayIndex(ms));
  return days;
}
