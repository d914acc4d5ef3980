import type { State } from '@tickmark/contracts';
import { figure, notEvaluated } from './figures.js';
import type { Figure } from './figures.js';
import { clip } from './period.js';
import type { Period } from './period.js';

/** What arithmetic needs of a segment. Without `toMs`: it still holds. */
export interface Stretch {
  readonly state: State;
  readonly fromMs: number;
  readonly toMs?: number;
}

/** Sums of a time-based check over its keys, in milliseconds. `error` counts as unknown; the rest leaves S. */
export interface KeyTime {
  effectiveMs: number;
  failingMs: number;
  unknownMs: number;
  /** not-applicable and no-occurrence: not in S, shown beside it. */
  outOfScopeMs: number;
}

export const noKeyTime = (): KeyTime => ({ effectiveMs: 0, failingMs: 0, unknownMs: 0, outOfScopeMs: 0 });

const BUCKET: Readonly<Record<State, keyof KeyTime>> = {
  pass: 'effectiveMs',
  fail: 'failingMs',
  error: 'unknownMs',
  unknown: 'unknownMs',
  'not-applicable': 'outOfScopeMs',
  'no-occurrence': 'outOfScopeMs',
};

/** Adds what the stretches hold inside the period to the sums, in place: a quarter has millions of them. */
export function addKeyTime(sums: KeyTime, period: Period, stretches: Iterable<Stretch>): void {
  for (const { state, fromMs, toMs } of stretches) {
    const part = clip(period, fromMs, toMs);
    if (part !== undefined) sums[BUCKET[state]] += part.toMs - part.fromMs;
  }
}

/** domain.md 7.3: S = E + F + U, and what may be said from it. */
export interface TimeFigures {
  readonly scopeMs: number;
  readonly effectiveMs: number;
  readonly failingMs: number;
  readonly unknownMs: number;
  readonly outOfScopeMs: number;
  readonly coverage: Figure;
  readonly observedEffectiveness: Figure;
  readonly lowerBound: Figure;
  readonly upperBound: Figure;
}

export function timeFigures(sums: Readonly<KeyTime>): TimeFigures {
  const { effectiveMs, failingMs, unknownMs } = sums;
  const evaluatedMs = effectiveMs + failingMs;
  const scopeMs = evaluatedMs + unknownMs;
  // With E + F = 0 bounds of 0 % and 100 % would be read as a result: there is none.
  const of = (part: number, whole: number): Figure => (evaluatedMs > 0 ? figure(part, whole) : notEvaluated());
  return {
    scopeMs,
    ...sums,
    coverage: figure(evaluatedMs, scopeMs),
    observedEffectiveness: of(effectiveMs, evaluatedMs),
    lowerBound: of(effectiveMs, scopeMs),
    upperBound: of(effectiveMs + unknownMs, scopeMs),
  };
}
