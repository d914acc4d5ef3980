import type { CheckResult, ControlResult } from './results.js';
import { stateTime } from './control-timeline.js';
import type { StateTime } from './control-timeline.js';
import { coveredMs, lengthOf } from './period.js';
import type { Period } from './period.js';
import type { ControlStanding } from './roll-up-words.js';

interface Evaluated {
  readonly coverage: number | null;
  readonly shortfall?: string;
}

/** What a control brings to its criteria: whether anything deviated, and how much of the time was really looked at. */
export function standingOf(result: ControlResult, elapsed: Period): ControlStanding {
  const { id, keyControl } = result.definition;
  const monitored = result.checks.filter(({ timing }) => timing !== 'monitor');
  const evaluated: readonly Evaluated[] =
    monitored.length > 0 ? monitored.map(evaluatedOf) : [{ coverage: null, shortfall: 'no check of it was in force' }];
  const missing = evaluated.find(({ coverage }) => coverage === null);
  return {
    control: id,
    keyControl,
    deviations: deviated(result),
    ...(missing ?? { coverage: Math.min(...evaluated.map(({ coverage }) => coverage ?? 0), controlCoverage(result, elapsed)) }),
  };
}

function deviated({ checks, deviations }: ControlResult): boolean {
  if (deviations.some(({ status }) => status !== 'withdrawn')) return true;
  return checks.some(({ time, occurrences }) => time.failingMs > 0 || occurrences.deviations > 0);
}

function evaluatedOf(check: CheckResult): Evaluated {
  const inForceMs = lengthOf(check.inForce);
  if (check.timing === 'occurrence-based') {
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
 * Keys begin with their first event, so time before it is in no key's sum: at control level it is unknown, and a control
 * that was in force for one day of a quarter has covered one day of it.
 */
function controlCoverage({ checks, timeline, inForce }: ControlResult, elapsed: Period): number {
  const elapsedMs = lengthOf(elapsed);
  if (elapsedMs === 0) return 0;
  const inForceShare = coveredMs(elapsed, inForce) / elapsedMs;
  if (checks.some(({ timing }) => timing === 'occurrence-based')) return inForceShare;
  return Math.min(inForceShare, looked(stateTime(timeline)));
}

function looked({ passMs, failMs, errorMs, unknownMs }: StateTime): number {
  const scopeMs = passMs + failMs + errorMs + unknownMs;
  return scopeMs > 0 ? (passMs + failMs) / scopeMs : 0;
}
