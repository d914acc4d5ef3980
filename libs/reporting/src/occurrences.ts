import type { State } from '@tickmark/contracts';
import { figure, notEvaluated } from './figures.js';
import type { Figure } from './figures.js';

/** Counts of an occurrence-based check over its keys. */
export interface OccurrenceCounts {
  /** N: every occurrence in the period, out of scope ones excepted. */
  population: number;
  /** V: those with a pass or a fail. */
  evaluated: number;
  /** D: those that failed. */
  deviations: number;
  /** Of N - V those that wait for their deadline; the others could not be judged. */
  pending: number;
  /** not-applicable: not in N, shown beside it. */
  outOfScope: number;
}

export const noOccurrences = (): OccurrenceCounts => ({
  population: 0,
  evaluated: 0,
  deviations: 0,
  pending: 0,
  outOfScope: 0,
});

export type Outcome = State | 'pending';

/** Adds `count` occurrences with this outcome, in place. */
export function addOccurrences(counts: OccurrenceCounts, outcome: Outcome, count = 1): void {
  if (outcome === 'not-applicable') {
    counts.outOfScope += count;
    return;
  }
  counts.population += count;
  if (outcome === 'pass' || outcome === 'fail') counts.evaluated += count;
  if (outcome === 'fail') counts.deviations += count;
  if (outcome === 'pending' || outcome === 'no-occurrence') counts.pending += count;
}

/** domain.md 7.4. */
export interface OccurrenceFigures extends Readonly<OccurrenceCounts> {
  /** How the population was obtained. */
  readonly populationFrom: string;
  readonly unevaluated: number;
  readonly deviationRate: Figure;
  readonly worstCase: Figure;
  /** N = 0: the control did not occur, which is neither a pass nor a fail. */
  readonly result: 'evaluated' | 'not evaluated' | 'no-occurrence';
}

export function occurrenceFigures(counts: Readonly<OccurrenceCounts>, populationFrom: string): OccurrenceFigures {
  const { population, evaluated, deviations } = counts;
  const unevaluated = population - evaluated;
  return {
    populationFrom,
    ...counts,
    unevaluated,
    deviationRate: evaluated > 0 ? figure(deviations, evaluated) : notEvaluated(),
    worstCase: figure(deviations + unevaluated, population),
    result: population === 0 ? 'no-occurrence' : evaluated === 0 ? 'not evaluated' : 'evaluated',
  };
}
