import { describe, expect, it } from '@jest/globals';
import type { Segment } from '@tickmark/evaluation';
import { liveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { changedStretch, changesByMonth } from './changed-stretch.js';

const segment = (state: Segment['state'], fromMs: number, toMs?: number): Segment => ({
  state, fromMs, ...(toMs === undefined ? {} : { toMs }), basis: 'evidence', feedIds: [1],
});

describe('where a timeline is other than it was', () => {
  it('is from the end of what was open, when something followed it', () => {
    expect(changedStretch([segment('pass', 0)], [segment('pass', 0, 50), segment('fail', 50)])).toEqual({ fromMs: 50, toMs: Infinity });
  });

  it('is nowhere when nothing changed', () => {
    expect(changedStretch([segment('pass', 0)], [segment('pass', 0)])).toBeUndefined();
    expect(changedStretch([], [])).toBeUndefined();
  });

  it('is the stretch that late evidence put in, and not what came before and after it', () => {
    const before = [segment('pass', 0, 100), segment('fail', 100)];
    const after = [segment('pass', 0, 20), segment('fail', 20, 30), segment('pass', 30, 100), segment('fail', 100)];
    expect(changedStretch(before, after)).toEqual({ fromMs: 20, toMs: 30 });
    expect(changedStretch(after, before)).toEqual({ fromMs: 20, toMs: 30 });
  });

  it('is between the old and the new place of a boundary', () => {
    expect(changedStretch([segment('pass', 0, 40), segment('fail', 40)], [segment('pass', 0, 60), segment('fail', 60)])).toEqual({ fromMs: 40, toMs: 60 });
  });

  it('is all of a key that is new or gone', () => {
    expect(changedStretch([], [segment('pass', 5, 10), segment('fail', 10)])).toEqual({ fromMs: 5, toMs: Infinity });
    expect(changedStretch([segment('pass', 5, 10)], [])).toEqual({ fromMs: 5, toMs: 10 });
  });

  it('is the whole of a segment of which anything else changed', () => {
    expect(changedStretch([segment('pass', 0, 10), segment('fail', 10)], [{ ...segment('pass', 0, 10), evidenceId: 'e1' }, segment('fail', 10)])).toEqual({ fromMs: 0, toMs: 10 });
  });
});

describe('changes by month', () => {
  const check = (id: number, shadowId?: number): LiveCheck => ({ id, compiled: { inputTypes: new Map() }, ...(shadowId === undefined ? {} : { shadowId }) }) as unknown as LiveCheck;
  const live = liveCatalogue(1, [check(1), check(2, 7)]);
  const ms = (instant: string): number => Date.parse(instant);

  it('are as few as say the same, and none of drafts', () => {
    const june = { checkId: 1, fromMs: ms('2026-06-03T00:00:00Z'), toMs: ms('2026-06-04T00:00:00Z') };
    const changes = [
      june,
      { checkId: 1, fromMs: ms('2026-06-02T00:00:00Z'), toMs: ms('2026-06-02T01:00:00Z') },
      { checkId: 1, fromMs: ms('2026-06-09T00:00:00Z'), toMs: Infinity },
      { checkId: 2, fromMs: ms('2026-06-09T00:00:00Z'), toMs: Infinity },
    ];
    expect(changesByMonth(changes, live)).toEqual([
      { ...june, fromMs: ms('2026-06-02T00:00:00Z') },
      { checkId: 1, fromMs: ms('2026-06-09T00:00:00Z'), toMs: Infinity },
    ]);
  });
});
