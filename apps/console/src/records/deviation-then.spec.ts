import { describe, expect, it } from '@jest/globals';
import type { RecordedDeviation } from '@tickmark/reporting';
import { deviationThen } from './deviation-then.js';

const deviation: RecordedDeviation = {
  id: 'd1', control: 'c', check: 'k', key: 'a', status: 'closed', severity: 'high', backfill: false, evidenceIds: ['e1', 'e2'],
  occurredAtMs: 10, detectedAtMs: 20, notifiedAtMs: 30, remediatedAtMs: 35, verifiedAtMs: 50,
};

describe('a deviation as it was known then', () => {
  it('is open until its recovery was verified, and shows no evidence that came later', () => {
    const { remediatedAtMs: _remediated, verifiedAtMs: _verified, ...open } = deviation;
    expect(deviationThen(deviation, 40, new Set(['e1']))).toEqual({ ...open, status: 'open', evidenceIds: ['e1'] });
    expect(deviationThen(deviation, 50, new Set(['e1', 'e2']))).toEqual(deviation);
  });

  it('was not told before it was told', () => {
    expect(deviationThen(deviation, 29, new Set()).notifiedAtMs).toBeUndefined();
  });

  it('stood until it was withdrawn', () => {
    const { verifiedAtMs: _verified, remediatedAtMs: _remediated, ...rest } = deviation;
    const withdrawn: RecordedDeviation = { ...rest, status: 'withdrawn', withdrawnAtMs: 60 };
    expect(deviationThen(withdrawn, 59, new Set()).status).toBe('open');
    expect(deviationThen(withdrawn, 60, new Set()).status).toBe('withdrawn');
    expect(deviationThen({ ...deviation, status: 'merged' }, 40, new Set()).status).toBe('merged');
  });
});
