import { countOutcomes, readClosedMonths, readKeySegments, readLateChanges, readRollUps } from '@tickmark/persistence';
import { basisOf, clip, combineParts, measurePart, stagesOf, unjudgedFrom } from '@tickmark/reporting';
import type { CheckMeasure, ControlPart, MonthRollUp, Period } from '@tickmark/reporting';
import { inForceOf } from '../controls/show-timeline.js';
import { effective } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';
import { keepSystems } from './keep-systems.js';

export interface ToSum {
  readonly control: string;
  readonly checks: readonly ReadableCheck[];
  /** The part of the period that has passed. */
  readonly elapsed: Period;
  /** None named: all. */
  readonly systems: readonly string[];
}

export interface Summed {
  readonly part: ControlPart;
  /** Closed months that had to be summed now: to be kept for the next summary. */
  readonly computed: readonly MonthRollUp[];
}

/** Sums a control over the period: closed months by their roll-ups where these still fit, all else from what was judged. */
export async function sumParts(view: View, wanted: ToSum): Promise<Summed> {
  const months = await monthsInReach(view, wanted);
  const rollUps = await fittingRollUps(view, wanted, months);
  const computed: MonthRollUp[] = [];
  const parts: ControlPart[] = [];
  for (const { closed, ...stage } of stagesOf(wanted.elapsed, months)) {
    const known = closed ? rollUps.of(stage) : undefined;
    const part = known ?? (await sumStage(view, wanted, stage));
    if (closed && known === undefined) computed.push(rollUps.from(part));
    parts.push(part);
  }
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('a period has at least one stage');
  return { part: combineParts([first, ...rest]), computed };
}

/**
 * Roll-ups say what all systems said by what is known now: what was known at another time, or of some systems only, is
 * summed from what was judged, and so is time that is not judged yet.
 */
async function monthsInReach(view: View, { elapsed, systems }: ToSum): Promise<readonly Period[]> {
  if (systems.length > 0 || view.knownAtMs !== undefined) return [];
  const judgedToMs = unjudgedFrom(view.judging) ?? Infinity;
  return (await readClosedMonths(view.snapshot, elapsed)).filter(({ toMs }) => toMs <= judgedToMs);
}

interface RollUps {
  readonly of: (month: Period) => ControlPart | undefined;
  /** What was summed now, with what it rests on. */
  readonly from: (part: ControlPart) => MonthRollUp;
}

async function fittingRollUps(view: View, { control, checks }: ToSum, months: readonly Period[]): Promise<RollUps> {
  const [first, last] = [months[0], months.at(-1)];
  const reach = { fromMs: first?.fromMs ?? 0, toMs: last?.toMs ?? 0 };
  const none = months.length === 0;
  const stored = none ? [] : await readRollUps(view.snapshot, control, reach);
  const late = none ? new Map<number, number>() : await readLateChanges(view.snapshot, checks.map(({ id }) => id), reach);
  const restingOn = (month: Period) => ({
    basis: basisOf(month, sightsOf(checks, month), view.blindness),
    lateChanges: late.get(month.fromMs) ?? 0,
    throughLeaf: view.progress.judgedLeafIndex ?? -1,
  });
  const byMonth = new Map(stored.map((one) => [one.part.fromMs, one]));
  return {
    of(month) {
      const found = byMonth.get(month.fromMs);
      const { basis, lateChanges, throughLeaf } = restingOn(month);
      const fits = found?.basis === basis && found.lateChanges === lateChanges && found.throughLeaf <= throughLeaf;
      return fits ? found.part : undefined;
    },
    from: (part) => ({ control, part, ...restingOn(part) }),
  };
}

const sightsOf = (checks: readonly ReadableCheck[], month: Period) =>
  checks
    .filter(({ effectiveFromMs, effectiveToMs }) => clip(month, effectiveFromMs, effectiveToMs) !== undefined)
    .map(({ id, control, name, namedFeeds, effectiveFromMs, effectiveToMs }) => ({
      ...{ id, ref: `${control}/${name}`, namedFeeds, effectiveFromMs },
      ...(effectiveToMs === undefined ? {} : { effectiveToMs }),
    }));

async function sumStage(view: View, { checks, systems }: ToSum, stage: Period): Promise<ControlPart> {
  const measure = measurePart(stage);
  for (const check of checks) {
    const inForce = clip(stage, check.effectiveFromMs, check.effectiveToMs);
    if (inForce !== undefined) await sumCheck(view, { check, inForce, systems, into: measure.check(check.id, inForce) });
  }
  return measure.finish(inForceOf(checks));
}

interface CheckToSum {
  readonly check: ReadableCheck;
  readonly inForce: Period;
  readonly systems: readonly string[];
  readonly into: CheckMeasure;
}

/** Each key is read once, laid over with blindness, counted and let go. */
async function sumCheck(view: View, { check, inForce, systems, into }: CheckToSum): Promise<void> {
  const range = { checkId: check.id, fromMs: inForce.fromMs - 1, toMs: inForce.toMs, named: hasBlindKeys(view, check) };
  for await (const one of readKeySegments(view.snapshot, range)) {
    into.addKey(keepSystems(effective(view, check, one, one.segments), systems), one.segments);
  }
  if (check.compiled.timing !== 'occurrence-based') return;
  for (const { outcome, count } of await countOutcomes(view.snapshot, { checkId: check.id, ...inForce, systems })) into.addOutcome(outcome, count);
}

/** Names are looked up only where a check error blinds single keys. */
const hasBlindKeys = ({ blindness }: View, { control, name }: ReadableCheck): boolean =>
  blindness.some(({ key, check }) => key !== undefined && (check === undefined || check === `${control}/${name}`));
