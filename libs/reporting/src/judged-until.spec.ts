import { describe, expect, it } from '@jest/globals';
import type { Segment } from '@tickmark/evaluation';
import { unjudgedFrom, untilJudged } from './judged-until.js';

const at = (text: string): number => Date.parse(`2026-03-01T${text}Z`);
const segments: readonly Segment[] = [
  { state: 'pass', fromMs: at('08:00:00'), toMs: at('09:00:00'), basis: 'evidence', feedIds: [1] },
  { state: 'fail', fromMs: at('09:00:00'), basis: 'evidence', feedIds: [1] },
];

describe('judged until', () => {
  it('shows what is stored while judging keeps up within a minute', () => {
    const progress = { watermarkMs: at('10:00:00'), nowMs: at('10:01:00') };
    expect(unjudgedFrom(progress)).toBeUndefined();
    expect(untilJudged(segments, progress)).toBe(segments);
  });

  it('makes everything after the watermark unknown when judging stands still', () => {
    const progress = { watermarkMs: at('08:30:00'), nowMs: at('08:31:01') };
    expect(untilJudged(segments, progress)).toEqual([
      { state: 'pass', fromMs: at('08:00:00'), toMs: at('08:30:00'), basis: 'evidence', feedIds: [1] },
      {
        state: 'unknown',
        fromMs: at('08:30:00'),
        basis: 'absence',
        reason: 'not judged since 2026-03-01T08:30:00.000Z',
        feedIds: [],
      },
    ]);
  });

  it('says that nothing is judged before the first tick', () => {
    expect(untilJudged(segments, { nowMs: at('10:00:00') })).toEqual([
      { state: 'unknown', fromMs: at('08:00:00'), basis: 'absence', reason: 'not judged yet', feedIds: [] },
    ]);
  });

  it('leaves alone what ended before the watermark, and there is nothing to say of nothing', () => {
    const progress = { watermarkMs: at('08:30:00'), nowMs: at('09:31:01') };
    const ended: readonly Segment[] = [{ state: 'pass', fromMs: at('08:00:00'), toMs: at('08:20:00'), basis: 'evidence', feedIds: [1] }];
    expect(untilJudged(ended, progress)).toBe(ended);
    expect(untilJudged([], progress)).toEqual([]);
  });

  it('keeps the end and the system of what it makes unknown', () => {
    const progress = { watermarkMs: at('08:30:00'), nowMs: at('09:31:01') };
    const later: readonly Segment[] = [{ state: 'pass', fromMs: at('08:40:00'), toMs: at('09:00:00'), basis: 'evidence', feedIds: [1], system: 'okta' }];
    expect(untilJudged(later, progress)).toEqual([
      { state: 'unknown', fromMs: at('08:40:00'), toMs: at('09:00:00'), basis: 'absence', reason: 'not judged since 2026-03-01T08:30:00.000Z', feedIds: [], system: 'okta' },
    ]);
  });
});
