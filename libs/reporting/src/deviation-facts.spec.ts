import { describe, expect, it } from '@jest/globals';
import { deviationLengths, deviationMeasures } from './deviation-facts.js';
import type { RecordedDeviation } from './deviation-facts.js';

const MINUTE_MS = 60_000;
const base: RecordedDeviation = {
  id: 'd1',
  control: 'admin-mfa',
  check: 'second-factor',
  key: 'okta/a1',
  status: 'closed',
  severity: 'critical',
  occurredAtMs: 10 * MINUTE_MS,
  detectedAtMs: 12 * MINUTE_MS,
  remediatedAtMs: 20 * MINUTE_MS,
  verifiedAtMs: 22 * MINUTE_MS,
  evidenceIds: ['e1', 'e2'],
  backfill: false,
};
const open = (): RecordedDeviation => {
  const { remediatedAtMs, verifiedAtMs, ...rest } = base;
  return { ...rest, id: 'd2', status: 'open' };
};

describe('deviation facts', () => {
  it('takes times to detect, to remediate and exposure from the five times', () => {
    expect(deviationLengths(base, 99 * MINUTE_MS)).toEqual({
      timeToDetectMs: 2 * MINUTE_MS,
      timeToRemediateMs: 10 * MINUTE_MS,
      lastedMs: 10 * MINUTE_MS,
      exposureMs: 12 * MINUTE_MS,
    });
  });

  it('gives a range, worst case first, where only a range is known', () => {
    expect(deviationLengths({ ...base, occurredUntilMs: 11 * MINUTE_MS }, 0)).toMatchObject({
      timeToDetectMs: 2 * MINUTE_MS,
      timeToDetectAtLeastMs: 1 * MINUTE_MS,
    });
  });

  it('lists an open one with its age and never averages it in as zero', () => {
    expect(deviationLengths(open(), 70 * MINUTE_MS)).toEqual({ timeToDetectMs: 2 * MINUTE_MS, openForMs: 60 * MINUTE_MS });
    const measures = deviationMeasures([base, open()], 70 * MINUTE_MS);
    expect(measures.timeToDetect.n).toBe(2);
    expect(measures.timeToRemediate).toEqual({
      n: 1,
      meanMs: 10 * MINUTE_MS,
      medianMs: 10 * MINUTE_MS,
      maximumMs: 10 * MINUTE_MS,
    });
  });

  it('leaves withdrawn ones out of the measures', () => {
    expect(deviationMeasures([{ ...base, status: 'withdrawn' }], 0).timeToDetect.n).toBe(0);
  });
});
