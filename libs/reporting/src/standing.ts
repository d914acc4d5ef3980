import type { CheckResult, ControlResult } from './results.js';
import { withoutKeysMs } from './control-timeline.js';
import { coveredMs, lengthOf } from './period.js';
import type { Period } from './period.js';
import { isJudgedByPerson } from './roll-up-words.js';
import type { ControlStanding } from './roll-up-words.js';

interface Evaluated {
  readonly coverage: number | null;
  readonly shortfall?: string;
}

/** What a control brings to its criteria: whether anything deviated, and how much was really looked at. */
export function standingOf(result: ControlResult, elapsed: Period, type: 'I' | 'II'): ControlStanding {
  const { id, keyControl } = result.definition;
  const monitored = result.checks.filter(({ timing }) => timing !== 'monitor');
  const evaluated: readonly Evaluated[] =
    monitored.length > 0 ? monitored.map((check) => evaluatedOf(check, type)) : [{ coverage: null, shortfall: 'no check of it was in force' }];
  const missing = evaluated.find(({ coverage }) => coverage === null);
  return {
    control: id,
    keyControl,
    deviations: deviated(result),
    byPerson: isJudgedByPerson(result.definition),
    ...(missing ?? { coverage: Math.min(...evaluated.map(({ coverage }) => coverage ?? 0), controlCoverage(result, elapsed)) }),
  };
}

function deviated({ checks, deviations }: ControlResult): boolean {
  if (deviations.some(({ status }) => status !== 'withdrawn')) return true;
  return checks.some(({ time, occurrences }) => time.failingMs > 0 || occurrences.deviations > 0);
}

function evaluatedOf(check: CheckResult, type: 'I' | 'II'): Evaluated {
  const inForceMs = lengthOf(check.inForce);
  // At a date every check goes by the states of its keys: one millisecond each.
  if (type === 'II' && check.timing === 'occurrence-based') {
    const { population, evaluated } = check.occurrences;
    if (population === 0) return { coverage: null, shortfall: `${check.name} did not occur (N = 0)` };
    if (evaluated === 0) return { coverage: null, shortfall: `${check.name} was not evaluated` };
    // Occurrences that nobody saw are in no population: time without sight counts against it.
    return { coverage: Math.min(evaluated / population, inForceMs > 0 ? 1 - check.blindMs / inForceMs : 0) };
  }
  const { effectiveMs, failingMs, unknownMs } = check.time;
  const evaluatedMs = effectiveMs + failingMs;
  if (evaluatedMs === 0) return { coverage: null, shortfall: `${check.name} was not evaluated` };
  return { coverage: evaluatedMs / (evaluatedMs + unknownMs) };
}

/**
 * Keys begin with their first event, so time before it is in no key's sum: a control whose first key came on the last day
 * of a quarter, or that was in force for that day only, has covered one day of it.
 */
function controlCoverage({ timeline, inForce }: ControlResult, elapsed: Period): number {
  const elapsedMs = lengthOf(elapsed);
  return elapsedMs > 0 ? (coveredMs(elapsed, inForce) - withoutKeysMs(timeline)) / elapsedMs : 0;
}
