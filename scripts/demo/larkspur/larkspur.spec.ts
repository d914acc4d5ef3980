import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, storyCalendar } from './calendar.ts';
import { factsOf } from './facts.ts';
import { larkspur } from './larkspur.ts';

const instants = fc.integer({ min: Date.parse('2026-06-01T00:00:00Z'), max: Date.parse('2031-01-01T00:00:00Z') });
const day = (ms: number): number => new Date(ms).getUTCDay();

/** As long as a step of the story takes, with the settle of its feeds. */
const STEP_MS = 4_000;

describe('the story of Larkspur', () => {
  it('is of the three months that ended yesterday', () => {
    const { fromMs, toMs } = larkspur(Date.parse('2026-05-31T13:00:00Z'));
    expect([new Date(fromMs).toISOString(), new Date(toMs).toISOString()]).toEqual(['2026-02-28T00:00:00.000Z', '2026-05-31T00:00:00.000Z']);
  });

  it('tells the same again', () => {
    const nowMs = Date.parse('2026-11-24T08:00:00Z');
    expect(larkspur(nowMs)).toEqual(larkspur(nowMs));
  });

  it('goes wrong inside its quarter, whenever it is told', () => {
    fc.assert(
      fc.property(instants, (nowMs) => {
        const calendar = storyCalendar(nowMs);
        const { leaver, change, review, outage } = factsOf(calendar);
        for (const ms of [leaver.lastDayMs, leaver.directoryDisabledMs, change.mergedMs, change.reviewedMs, review.doneMs, outage.lastSignMs, outage.backMs]) {
          expect(ms).toBeGreaterThanOrEqual(calendar.fromMs);
          expect(ms).toBeLessThan(calendar.toMs);
        }
        expect(leaver.directoryDisabledMs - leaver.lastDayMs).toBe(30 * HOUR_MS);
        expect(review.doneMs - calendar.late.dueMs).toBe(4 * DAY_MS + 9 * HOUR_MS);
        expect([day(leaver.lastDayMs), day(change.mergedMs), day(outage.lastSignMs), day(outage.backMs)]).toEqual([2, 4, 6, 1]);
      }),
    );
  });

  it('knows whose access is to be reviewed before the quarter of the review begins', () => {
    fc.assert(
      fc.property(instants, (nowMs) => {
        const { late } = storyCalendar(nowMs);
        const told = larkspur(nowMs).deliveries.flatMap(({ events }) => events);
        const known = told.filter(({ type, atMs, data }) => type === 'identity.account' && atMs < late.startMs && data['system'] === 'payroll-core');
        expect(known).not.toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves each step its time, and says nothing of the future', () => {
    fc.assert(
      fc.property(instants, (nowMs) => {
        const { deliveries, beginMs, feeds } = larkspur(nowMs);
        const times = [...new Set(deliveries.map(({ receivedAtMs }) => receivedAtMs))];
        expect(times.every((ms, index) => ms - (times[index - 1] ?? beginMs) >= STEP_MS)).toBe(true);
        expect(times.at(-1)).toBeLessThan(nowMs);
        const since = new Map(feeds.map(({ registration, sinceMs }) => [registration.name, sinceMs]));
        expect(deliveries.filter(({ feed, receivedAtMs }) => receivedAtMs < (since.get(feed) ?? Infinity))).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('has one batch that is booked with another amount than it was sent with: one cent less', () => {
    const events = larkspur(Date.parse('2026-11-24T08:00:00Z')).deliveries.flatMap((delivery) => delivery.events);
    const amounts = (type: string) => new Map(events.filter((one) => one.type === type).map(({ subject, data }) => [subject, Number(data['amountMinor'])]));
    const booked = amounts('ledger.batch-booked');
    const differences = [...amounts('ledger.batch-sent')].map(([batch, amount]) => [batch, amount - (booked.get(batch) ?? 0)]);
    expect(differences).toHaveLength(8);
    expect(differences.filter(([, difference]) => difference !== 0)).toEqual([['sepa-brook-2026-10-07', 1]]);
  });
});
