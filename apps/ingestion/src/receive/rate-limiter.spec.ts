import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from './rate-limiter.js';

function aLimiter() {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  return { clock, limiter: new RateLimiter(clock) };
}

describe('the rate of a feed', () => {
  it('lets a second’s worth go at once, then as many a second', () => {
    const { clock, limiter } = aLimiter();
    const taken = () => Array.from({ length: 12 }, () => limiter.take(1, 10)).filter((waitMs) => waitMs === undefined).length;
    expect(taken()).toBe(10);
    expect(limiter.take(1, 10)).toBe(100);
    clock.nowMs = 500;
    expect(taken()).toBe(5);
    clock.nowMs = 60_000;
    expect(taken()).toBe(10);
  });

  it('is each feed’s own, and none binds a feed without a limit', () => {
    const { limiter } = aLimiter();
    expect(limiter.take(1, 1)).toBeUndefined();
    expect(limiter.take(2, 1)).toBeUndefined();
    expect(limiter.take(1, 1)).toBe(1_000);
    expect(limiter.take(3, undefined)).toBeUndefined();
  });

  it('gives nothing for a clock that goes back', () => {
    const { clock, limiter } = aLimiter();
    limiter.take(1, 1);
    clock.nowMs = -10_000;
    expect(limiter.take(1, 1)).toBe(1_000);
  });
});
