import { describe, expect, it } from '@jest/globals';
import { DayQuota } from './day-quota.js';
import { aDelivery, aFeed, anEvent } from './events.testkit.js';
import { partsOf } from './parts.js';
import type { Part } from './parts.js';

const NOON = Date.parse('2026-01-10T12:00:00Z');
const feed = aFeed({ perDay: 10 });
const partOf = (count: number, perDay?: number): Part => {
  const events = Array.from({ length: count }, (_, ordinal) => anEvent({ ordinal }));
  return partsOf(aDelivery(events, { feed: aFeed({ perDay }) }))[0]!;
};

describe('the daily quota of a feed', () => {
  it('takes deliveries whole until it is used up', () => {
    const quota = new DayQuota(new Map([[feed.id, 4]]), NOON);
    expect([quota.admits(partOf(4, 10)), quota.admits(partOf(3, 10)), quota.admits(partOf(2, 10))]).toEqual([true, false, true]);
    expect(quota.used).toEqual(new Map([[feed.id, 6]]));
  });

  it('begins anew at midnight UTC', () => {
    expect(new DayQuota(new Map(), NOON).retryAfterMs).toBe(12 * 3_600_000);
  });

  it('does not bind a feed without one', () => {
    const quota = new DayQuota(new Map(), NOON);
    expect(quota.admits(partOf(1_000))).toBe(true);
    expect(quota.used.size).toBe(0);
  });

  it('counts a delivery once, however many parts it has', () => {
    const quota = new DayQuota(new Map([[feed.id, 10]]), NOON);
    expect(quota.admits({ ...partOf(5, 10), weight: 0 })).toBe(true);
  });
});
