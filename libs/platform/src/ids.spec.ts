import { describe, expect, it } from '@jest/globals';
import { newId, randomSlice } from './ids.js';
import { traceparentOf } from './traceparent.js';

describe('ids', () => {
  it('are UUIDs of version 7 that carry the time', () => {
    const id = newId(Date.parse('2026-01-02T03:04:05.678Z'));
    expect(id).toMatch(/^019b7ca9-8f2e-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('never repeat, nor do random bytes', () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => newId(0)));
    const bytes = new Set(Array.from({ length: 10_000 }, () => randomSlice(16).toString('hex')));
    expect([ids.size, bytes.size]).toEqual([10_000, 10_000]);
  });

  it('draw more bytes at once than the pool holds', () => {
    expect(randomSlice(100_000)).toHaveLength(100_000);
  });
});

describe('the trace context', () => {
  const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('is the caller’s when it is valid', () => {
    expect(traceparentOf(valid)).toBe(valid);
  });

  it.each([undefined, '', 'x', valid.replace('00-4', '01-4'), '00-00000000000000000000000000000000-00f067aa0ba902b7-01', `${valid}\n`])(
    'is a new one instead of %j',
    (header) => {
      expect(traceparentOf(header)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    },
  );
});
