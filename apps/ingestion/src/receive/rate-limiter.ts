import type { Clock } from '@tickmark/platform';

interface Bucket {
  tokens: number;
  atMs: number;
}

const MOST_BUCKETS = 10_000;

/** A token bucket for each feed: its requests a second, and one second's worth at once. */
export class RateLimiter {
  private readonly buckets = new Map<number, Bucket>();

  constructor(private readonly clock: Clock) {}

  /** Undefined when the request may go on, else the time until the next may. */
  take(feedId: number, perSecond: number | undefined): number | undefined {
    if (perSecond === undefined) return undefined;
    const nowMs = this.clock.now();
    const bucket = this.buckets.get(feedId) ?? this.open(feedId, perSecond, nowMs);
    const elapsedMs = Math.max(0, nowMs - bucket.atMs);
    bucket.tokens = Math.min(perSecond, bucket.tokens + (elapsedMs * perSecond) / 1_000);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return ((1 - bucket.tokens) * 1_000) / perSecond;
    bucket.tokens -= 1;
    return undefined;
  }

  private open(feedId: number, perSecond: number, nowMs: number): Bucket {
    if (this.buckets.size >= MOST_BUCKETS) this.buckets.clear();
    const bucket = { tokens: perSecond, atMs: nowMs };
    this.buckets.set(feedId, bucket);
    return bucket;
  }
}
