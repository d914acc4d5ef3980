import { STATES, type State } from '@tickmark/contracts';
import type { Segment } from '../model.js';
import { clip, timeByState } from '../timelines.js';
import { differenceOf, isDeviationIn, withDays, type Difference } from './compare-key.js';
import { DAY_MS, dayIndex, dayOf } from './days.js';
import type { BacktestComparison, ComparedKey, ComparedPeriod, DayComparison, DaySide, KeyDifference, KeySide, SideTotals } from './model.js';

/** Worst first: what a key was in on a day is the worst of it, so that an hour of failure is not lost in a day. */
const WORST_FIRST: readonly State[] = ['fail', 'error', 'unknown', 'pass', 'no-occurrence', 'not-applicable'];
const RANK: ReadonlyMap<State, number> = new Map(WORST_FIRST.map((state, rank) => [state, rank]));
const KEYS_LISTED_MAX = 5_000;

type Counts = { [state in State]: number };
const noCounts = (): Counts => Object.fromEntries(STATES.map((state) => [state, 0])) as Counts;

class Side {
  readonly #days: readonly { readonly states: Counts; deviations: number }[];
  readonly #spent = noCounts();
  #keys = 0;
  #deviations = 0;

  constructor(
    private readonly period: ComparedPeriod,
    days: number,
  ) {
    this.#days = Array.from({ length: days }, () => ({ states: noCounts(), deviations: 0 }));
  }

  add({ segments, deviations }: KeySide): void {
    const { fromMs, toMs } = this.period;
    const within = clip(segments, fromMs, toMs);
    if (within.length > 0) this.#keys += 1;
    this.#addStates(within);
    const spent = timeByState(within, fromMs, toMs);
    for (const state of STATES) this.#spent[state] += spent[state];
    for (const deviation of deviations) {
      if (!isDeviationIn(deviation, this.period)) continue;
      this.#deviations += 1;
      const day = deviation.occurredAtMs < fromMs ? undefined : this.#days[dayIndex(deviation.occurredAtMs) - dayIndex(fromMs)];
      if (day !== undefined) day.deviations += 1;
    }
  }

  #addStates(within: readonly Segment[]): void {
    const first = dayIndex(this.period.fromMs);
    const worst: (number | undefined)[] = [];
    for (const { state, fromMs, toMs = fromMs } of within) {
      const rank = RANK.get(state) ?? WORST_FIRST.length;
      for (let day = dayIndex(fromMs); day * DAY_MS < toMs; day += 1) worst[day - first] = Math.min(worst[day - first] ?? Infinity, rank);
    }
    for (const [day, rank = -1] of worst.entries()) {
      const state = WORST_FIRST[rank];
      const counted = this.#days[day];
      if (state !== undefined && counted !== undefined) counted.states[state] += 1;
    }
  }

  day(index: number): DaySide {
    const { states = noCounts(), deviations = 0 } = this.#days[index] ?? {};
    return { states, deviations };
  }

  totals(): SideTotals {
    return { keys: this.#keys, deviations: this.#deviations, timeByState: this.#spent };
  }
}

/** Adds up key by key what is on record and what is judged anew; only what differs is kept, up to a bound. */
export class BacktestTally {
  readonly #before: Side;
  readonly #after: Side;
  readonly #differing: number[];
  readonly #keys: KeyDifference[] = [];
  #leftOut = 0;
  #deviations = { added: 0, gone: 0, moved: 0 };

  constructor(
    readonly period: ComparedPeriod,
    private readonly listedMax = KEYS_LISTED_MAX,
  ) {
    const days = period.fromMs < period.toMs ? dayIndex(period.toMs - 1) - dayIndex(period.fromMs) + 1 : 0;
    this.#before = new Side(period, days);
    this.#after = new Side(period, days);
    this.#differing = Array.from({ length: days }, () => 0);
  }

  add(compared: ComparedKey): void {
    if (compared.before !== undefined) this.#before.add(compared.before);
    if (compared.after !== undefined) this.#after.add(compared.after);
    const difference = differenceOf(compared, this.period);
    if (difference !== undefined) this.#keep(difference);
  }

  #keep(difference: Difference): void {
    for (const day of difference.dayIndices) {
      const index = day - dayIndex(this.period.fromMs);
      this.#differing[index] = (this.#differing[index] ?? 0) + 1;
    }
    for (const { before, after } of difference.deviations) {
      this.#deviations[before === undefined ? 'added' : after === undefined ? 'gone' : 'moved'] += 1;
    }
    if (this.#keys.length < this.listedMax) this.#keys.push(withDays(difference));
    else this.#leftOut += 1;
  }

  comparison(): BacktestComparison {
    const first = dayIndex(this.period.fromMs);
    const days = this.#differing.map((differing, index): DayComparison => {
      return { day: dayOf((first + index) * DAY_MS), before: this.#before.day(index), after: this.#after.day(index), differing };
    });
    const { added, gone, moved } = this.#deviations;
    const totals = {
      before: this.#before.totals(),
      after: this.#after.totals(),
      differingKeys: this.#keys.length + this.#leftOut,
      deviationsAdded: added,
      deviationsGone: gone,
      deviationsMoved: moved,
    };
    const keys = this.#keys.toSorted((a, b) => (a.check === b.check ? compare(a.key, b.key) : compare(a.check, b.check)));
    return { totals, days, keys, keysLeftOut: this.#leftOut };
  }
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
