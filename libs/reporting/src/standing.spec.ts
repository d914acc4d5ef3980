import { describe, expect, it } from '@jest/globals';
import { noKeyTime } from './key-time.js';
import { noOccurrences } from './occurrences.js';
import { standingOf } from './standing.js';
import { aCheck, aResult, FROM_MS, QUARTER, TO_MS } from './summarise.testkit.js';

const LENGTH_MS = TO_MS - FROM_MS;
const occurring = (occurrences: Partial<ReturnType<typeof noOccurrences>>, blindMs = 0) =>
  aResult({ checks: [aCheck({ timing: 'occurrence-based', occurrences: { ...noOccurrences(), ...occurrences }, blindMs })] });

describe('standing of a control', () => {
  it('is whole when every key passed throughout', () => {
    expect(standingOf(aResult(), QUARTER, 'II')).toEqual({
      control: 'admin-mfa',
      keyControl: true,
      deviations: false,
      coverage: 1,
      byPerson: false,
    });
  });

  it('counts time before the first key as not looked at: one day of data does not cover a quarter', () => {
    const dayMs = 86_400_000;
    const result = aResult({
      checks: [aCheck({ time: { ...noKeyTime(), effectiveMs: dayMs } })],
      timeline: [
        { state: 'unknown', fromMs: FROM_MS, toMs: TO_MS - dayMs, reason: 'no key has reported yet' },
        { state: 'pass', fromMs: TO_MS - dayMs, toMs: TO_MS },
      ],
    });
    expect(standingOf(result, QUARTER, 'II').coverage).toBe(dayMs / LENGTH_MS);
  });

  it('counts time in which the control was not in force as not looked at', () => {
    const half = { fromMs: FROM_MS + LENGTH_MS / 2, toMs: TO_MS };
    const result = aResult({ inForce: [half], timeline: [{ state: 'pass', ...half }] });
    expect(standingOf(result, QUARTER, 'II').coverage).toBe(0.5);
  });

  it('is not evaluated where nothing occurred, nothing could be judged, or no check was in force', () => {
    expect(standingOf(occurring({}), QUARTER, 'II')).toMatchObject({ coverage: null, shortfall: 'second-factor did not occur (N = 0)' });
    expect(standingOf(occurring({ population: 1 }), QUARTER, 'II')).toMatchObject({ coverage: null, shortfall: 'second-factor was not evaluated' });
    expect(standingOf(aResult({ checks: [] }), QUARTER, 'II')).toMatchObject({ coverage: null, shortfall: 'no check of it was in force' });
    expect(standingOf(aResult({ checks: [aCheck({ time: { ...noKeyTime(), unknownMs: 5 } })] }), QUARTER, 'II').coverage).toBeNull();
  });

  it('takes the worse of evaluated occurrences and time with sight: what nobody saw is in no population', () => {
    expect(standingOf(occurring({ population: 4, evaluated: 3 }), QUARTER, 'II').coverage).toBe(0.75);
    expect(standingOf(occurring({ population: 4, evaluated: 4 }, LENGTH_MS / 2), QUARTER, 'II').coverage).toBe(0.5);
  });

  it('deviated when time failed, an occurrence failed or a deviation stands, but not when it was withdrawn', () => {
    const failing = aResult({ checks: [aCheck({ time: { ...noKeyTime(), effectiveMs: 9, failingMs: 1 } })] });
    expect(standingOf(failing, QUARTER, 'II').deviations).toBe(true);
    expect(standingOf(occurring({ population: 1, evaluated: 1, deviations: 1 }), QUARTER, 'II').deviations).toBe(true);
    const deviation = {
      id: 'd', control: 'admin-mfa', check: 'second-factor', key: 'k', severity: 'critical' as const,
      occurredAtMs: FROM_MS, detectedAtMs: FROM_MS, evidenceIds: [], backfill: false,
    };
    expect(standingOf(aResult({ deviations: [{ ...deviation, status: 'closed' }] }), QUARTER, 'II').deviations).toBe(true);
    expect(standingOf(aResult({ deviations: [{ ...deviation, status: 'withdrawn' }] }), QUARTER, 'II').deviations).toBe(false);
  });

  it('goes by the states of the keys at a date, also where the check is of occurrences', () => {
    const date = { fromMs: FROM_MS, toMs: FROM_MS + 1 };
    const result = aResult({
      checks: [aCheck({ timing: 'occurrence-based', inForce: date, time: { ...noKeyTime(), effectiveMs: 3, unknownMs: 1 } })],
      timeline: [{ state: 'unknown', ...date }],
    });
    expect(standingOf({ ...result, inForce: [date] }, date, 'I').coverage).toBe(0.75);
  });

  it('has no coverage of time that has not passed', () => {
    expect(standingOf(aResult(), { fromMs: FROM_MS, toMs: FROM_MS }, 'II').coverage).toBe(0);
  });
});
