import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RETRY_SCHEDULE_MS, nextStep } from './retry.js';

const failed = { kind: 'retry', reason: 'status 500' } as const;

describe('the next step after an attempt', () => {
  it('is done when it was sent, whatever failed before', () => {
    expect(nextStep({ kind: 'sent' }, { failures: 7, chance: 0 })).toEqual({ kind: 'done' });
  });

  it('waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h, and then the notice is exhausted', () => {
    const steps = [0, 1, 2, 3, 4, 5, 6, 7].map((failures) => nextStep(failed, { failures, chance: 0 }));
    expect(steps).toEqual([
      { kind: 'again', afterMs: 5_000 },
      { kind: 'again', afterMs: 300_000 },
      { kind: 'again', afterMs: 1_800_000 },
      { kind: 'again', afterMs: 7_200_000 },
      { kind: 'again', afterMs: 18_000_000 },
      { kind: 'again', afterMs: 36_000_000 },
      { kind: 'again', afterMs: 36_000_000 },
      { kind: 'exhausted' },
    ]);
  });

  it('adds at most a tenth by chance', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const step = nextStep(failed, { failures, chance });
        const waitMs = RETRY_SCHEDULE_MS[failures]!;
        expect(step.kind).toBe('again');
        if (step.kind !== 'again') return;
        expect(step.afterMs).toBeGreaterThanOrEqual(waitMs);
        expect(step.afterMs).toBeLessThanOrEqual(waitMs * 1.1 + 1);
      }),
    );
  });

  it('waits as long as the receiver asks, up to a day', () => {
    expect(nextStep({ ...failed, afterMs: 60_000 }, { failures: 0, chance: 0 })).toEqual({ kind: 'again', afterMs: 60_000 });
    expect(nextStep({ ...failed, afterMs: 1_000 }, { failures: 0, chance: 0 })).toEqual({ kind: 'again', afterMs: 5_000 });
    expect(nextStep({ ...failed, afterMs: 9e9 }, { failures: 0, chance: 0 })).toEqual({ kind: 'again', afterMs: 86_400_000 });
  });

  it('tries no more when the receiver refuses for good', () => {
    expect(nextStep({ kind: 'giveUp', reason: 'status 410' }, { failures: 0, chance: 0 })).toEqual({ kind: 'exhausted' });
  });
});
