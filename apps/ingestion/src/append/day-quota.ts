import type { Part } from './parts.js';

const DAY_MS = 86_400_000;

/** The daily quotas of the feeds in one group; what is used so far was read under the ledger's lock, so it is exact. */
export class DayQuota {
  private readonly added = new Map<number, number>();

  constructor(
    private readonly usedBefore: ReadonlyMap<number, number>,
    private readonly clockMs: number,
  ) {}

  /** A delivery is taken whole or not at all: its first part weighs all of it. */
  admits({ delivery, weight }: Part): boolean {
    const { feed } = delivery.request;
    if (feed.perDay === undefined || weight === 0) return true;
    if (weight > this.left(feed.id, feed.perDay)) return false;
    this.added.set(feed.id, (this.added.get(feed.id) ?? 0) + weight);
    return true;
  }

  left(feedId: number, perDay: number): number {
    return Math.max(0, perDay - (this.usedBefore.get(feedId) ?? 0) - (this.added.get(feedId) ?? 0));
  }

  get used(): ReadonlyMap<number, number> {
    return this.added;
  }

  /** Until midnight UTC, when the next day begins. */
  get retryAfterMs(): number {
    return DAY_MS - (this.clockMs % DAY_MS);
  }
}
