import { describe, expect, it } from '@jest/globals';
import { AttemptLimit } from './attempt-limit.js';

const aClock = () => {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  return clock;
};

describe('attempt limit', () => {
  it('lets so many through in a window and says how long to wait then', () => {
    const clock = aClock();
    const limit = new AttemptLimit({ clock, most: 2, windowMs: 1_000 });
    expect(limit.attempt('a')).toBeUndefined();
    clock.nowMs = 400;
    expect(limit.attempt('a')).toBeUndefined();
    expect(limit.attempt('a')).toBe(600);
    expect(limit.attempt('b')).toBeUndefined();
    clock.nowMs = 1_000;
    expect(limit.attempt('a')).toBeUndefined();
  });

  it('forgets a name that succeeded', () => {
    const limit = new AttemptLimit({ clock: aClock(), most: 1, windowMs: 1_000 });
    limit.attempt('a');
    limit.forget('a');
    expect(limit.attempt('a')).toBeUndefined();
  });

  it('remembers a bounded number of names', () => {
    const limit = new AttemptLimit({ clock: aClock(), most: 1, windowMs: 1_000, mostNames: 2 });
    for (const name of ['a', 'b', 'c']) limit.attempt(name);
    expect(limit.attempt('c')).toBe(1_000);
    expect(limit.attempt('a')).toBeUndefined();
  });
});
