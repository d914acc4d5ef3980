import { describe, expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, DAY, HOUR, hours, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, RUNS } from './laws.testkit.js';

const yaml = (expects: string): string => `
id: law
title: Law
effectiveFrom: 2026-03-03
maps: {tsc: [CC6.3]}
params: {systems: [erp]}
inputs: {review: identity.access-review, account: identity.account}
checks:
  it:
    kind: cadence
    input: review
    key: review.system
    expects: ${expects}
    every: day
    due: 30h
    where: review.reviewed == review.population
`;
const FROM = START + DAY;

const review = fc
  .record({ at: fc.integer({ min: 0, max: 130 }), delay: fc.constantFrom(0, 0, 3, 40), complete: fc.constantFrom(true, true, true, false) })
  .map(({ at, delay, complete }): JudgedEvent =>
    anEvent('identity.access-review', at, { system: 'erp', campaign: 'c', population: 2, reviewed: complete ? 2 : 1, revoked: 0, reviewer: 'b', systemOwner: 'a' }, { receivedAt: at + delay }),
  );
const expectation = fc
  .record({ at: fc.integer({ min: 0, max: 100 }), delay: fc.constantFrom(0, 0, 40), status: fc.constantFrom('active', 'disabled') })
  .map(({ at, delay, status }): JudgedEvent =>
    anEvent('identity.account', at, { account: 'a', system: 'erp', status, admin: false, mfa: true, factors: [] }, { receivedAt: at + delay }),
  );

interface Period {
  readonly startMs: number;
  readonly overdueMs: number;
  servedMs?: number;
}

/** Each occurrence serves the earliest unserved period that has begun; that is all the table says. */
function served(events: readonly JudgedEvent[]): readonly Period[] {
  const periods: Period[] = Array.from({ length: 8 }, (_, day) => ({ startMs: FROM + day * DAY, overdueMs: FROM + (day + 1) * DAY + 30 * HOUR }));
  const occurrences = events.filter(({ data }) => data['reviewed'] === data['population']).map(({ timeMs }) => timeMs).sort((a, b) => a - b);
  for (const ms of occurrences) {
    const open = periods.find(({ startMs, servedMs }) => servedMs === undefined && startMs <= ms);
    if (open !== undefined) open.servedMs = ms;
  }
  return periods;
}

function stateBy(periods: readonly Period[], events: readonly JudgedEvent[], ms: number): State | undefined {
  if (ms < FROM) return undefined;
  const servedBy = ({ servedMs = Infinity }: Period): boolean => servedMs <= ms;
  const last = periods.findLast((period) => period.overdueMs <= ms || servedBy(period));
  if (last !== undefined) return servedBy(last) ? 'pass' : 'fail';
  return events.some(({ timeMs }) => timeMs <= ms) ? 'no-occurrence' : 'unknown';
}

describe('cadence', () => {
  test('judged step by step, in any order, is that of the whole history and of the reference', () => {
    const { check } = controlOf(yaml('{keys: params.systems}'));
    fc.assert(
      fc.property(historyOf(fc.array(review, { minLength: 1, maxLength: 9 })), (history) => {
        const [key] = livedThrough(check, 'erp', { history, effectiveFromMs: FROM }).keys;
        const periods = served(history.events);
        expectStates(key?.segments.filter(({ fromMs }) => fromMs < hours(160)) ?? [], (ms) => (ms < hours(150) ? stateBy(periods, history.events, ms) : key?.segments.find(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs)?.state));
        const late = periods.filter(({ overdueMs, servedMs = Infinity }) => servedMs > overdueMs).map(({ overdueMs, servedMs }) => [overdueMs, servedMs]);
        const failures = key?.failures.map(({ fromMs, toMs }) => [fromMs, toMs]).filter(([fromMs = 0]) => fromMs <= hours(24 * 9 + 30));
        expect(failures).toEqual(late);
      }),
      { numRuns: RUNS },
    );
  });

  test('an expectation that comes, ends and comes again is judged alike in every order', () => {
    const { check } = controlOf(yaml('{from: identity.account, key: account.system, while: account.status == "active"}'));
    const events = fc.tuple(fc.array(review, { maxLength: 5 }), fc.array(expectation, { minLength: 1, maxLength: 4 })).map(([reviews, expectations]) => [...reviews, ...expectations]);
    fc.assert(
      fc.property(historyOf(events), (history) => {
        livedThrough(check, 'erp', { history, effectiveFromMs: FROM });
      }),
      { numRuns: RUNS },
    );
  });
});
