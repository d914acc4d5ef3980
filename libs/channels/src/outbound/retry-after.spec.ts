import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

describe('a Retry-After header', () => {
  const nowMs = Date.parse('2026-03-02T12:00:00Z');
  it('is seconds or a date', () => {
    expect(retryAfterMs('120', nowMs)).toBe(120_000);
    expect(retryAfterMs('Mon, 02 Mar 2026 12:00:30 GMT', nowMs)).toBe(30_000);
    expect(retryAfterMs('Mon, 02 Mar 2026 11:00:00 GMT', nowMs)).toBe(0);
  });
  it('says nothing when it is missing or unreadable', () => {
    expect(retryAfterMs(undefined, nowMs)).toBeUndefined();
    expect(retryAfterMs('soon', nowMs)).toBeUndefined();
  });
});
