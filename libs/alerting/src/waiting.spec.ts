import { describe, expect, it } from '@jest/globals';
import type { StateChangeMessage } from '@tickmark/contracts';
import type { PlanContext } from './desk.js';
import { NOW_MS, blank, context, deviationMessage, gapMessage, written } from './messages.testkit.js';
import type { PlannedNotice } from './notice.js';
import { planNotices } from './plan.js';
import { releaseDue } from './release.js';
import { everythingTo } from './routing.js';
import type { Timing } from './routing.js';

const MIN = 60_000;

/** Plays messages at their minutes, and looks each minute for what is due. */
function play(script: Readonly<Record<number, readonly StateChangeMessage[]>>, over: Partial<PlanContext> = {}, minutes = 90) {
  let record = blank;
  const told: { minute: number; kind: string; keys: string[]; statuses: string[] }[] = [];
  const note = (minute: number, notices: readonly PlannedNotice[]) => {
    for (const { body } of notices) {
      const { kind, deviations } = body;
      told.push({ minute, kind, keys: deviations.map(({ key }) => key), statuses: deviations.map(({ status }) => status) });
    }
  };
  for (let minute = 0; minute <= minutes; minute += 1) {
    const now = context({ ...over, nowMs: NOW_MS + minute * MIN });
    for (const run of [() => planNotices(script[minute] ?? [], record, now), () => releaseDue(record, now)]) {
      const plan = run();
      record = written(record, plan);
      note(minute, plan.notices);
    }
  }
  return { told, record };
}

const timed = (timing: Partial<Timing>): Partial<PlanContext> => {
  const routing = everythingTo({ name: 'first', channels: { webhook: {} } });
  return { routing: { ...routing, root: { ...routing.root!, ...timing } } };
};

const backfilled = (kind: 'opened' | 'closed' | 'withdrawn', id: string, rest: { control?: string; combined?: boolean } = {}) =>
  deviationMessage(kind, { id, key: id, backfill: true, ...rest });

describe('digests of backfill', () => {
  it('lists every deviation of a control once no backfill came for five minutes', () => {
    const { told } = play({ 0: [backfilled('opened', 'd1')], 3: [backfilled('opened', 'd2'), backfilled('closed', 'd2')] });
    expect(told).toEqual([{ minute: 8, kind: 'digest', keys: ['d1', 'd2'], statuses: ['open', 'closed'] }]);
  });

  it('is one for each control', () => {
    const { told } = play({ 0: [backfilled('opened', 'd1'), backfilled('opened', 'd2', { control: 'other' })] });
    expect(told.map(({ kind, keys }) => ({ kind, keys }))).toEqual([
      { kind: 'digest', keys: ['d1'] },
      { kind: 'digest', keys: ['d2'] },
    ]);
  });

  it('is sent after an hour at the latest', () => {
    const script = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [n, [backfilled('opened', `d${n}`)]]));
    const { told } = play(script);
    expect(told.map(({ minute, keys }) => ({ minute, count: keys.length }))).toEqual([
      { minute: 60, count: 61 },
      { minute: 84, count: 19 },
    ]);
  });

  it('leaves out what was withdrawn meanwhile, and is not sent when nothing is left', () => {
    expect(play({ 0: [backfilled('opened', 'd1'), backfilled('opened', 'd2')], 1: [backfilled('withdrawn', 'd1')] }).told).toEqual([
      { minute: 6, kind: 'digest', keys: ['d2'], statuses: ['open'] },
    ]);
    expect(play({ 0: [backfilled('opened', 'd1')], 1: [backfilled('withdrawn', 'd1')] }).told).toEqual([]);
  });

  it('takes in what was over when first known', () => {
    const messages = [backfilled('opened', 'd1', { combined: true }), backfilled('closed', 'd1', { combined: true })];
    expect(play({ 0: messages }).told).toEqual([{ minute: 5, kind: 'digest', keys: ['d1'], statuses: ['closed'] }]);
  });

  it('is followed at once by the closing of what it told as open', () => {
    const { told } = play({ 0: [backfilled('opened', 'd1')], 20: [backfilled('closed', 'd1')] });
    expect(told.map(({ minute, kind }) => ({ minute, kind }))).toEqual([
      { minute: 5, kind: 'digest' },
      { minute: 20, kind: 'closed' },
    ]);
  });

  it('tells a withdrawal of what it told', () => {
    const { told } = play({ 0: [backfilled('opened', 'd1')], 20: [backfilled('withdrawn', 'd1')] });
    expect(told.map(({ kind }) => kind)).toEqual(['digest', 'withdrawn']);
  });
});

describe('holding an opening', () => {
  it('never tells as open what ended within the hold', () => {
    const { told } = play({ 0: [deviationMessage('opened')], 3: [deviationMessage('closed')] }, timed({ holdMs: 10 * MIN }));
    expect(told).toEqual([{ minute: 10, kind: 'combined', keys: ['a1'], statuses: ['closed'] }]);
  });

  it('tells nothing of what was withdrawn within the hold', () => {
    expect(play({ 0: [deviationMessage('opened')], 3: [deviationMessage('withdrawn')] }, timed({ holdMs: 10 * MIN })).told).toEqual([]);
  });

  it('does not hold a closing back', () => {
    const { told } = play({ 0: [deviationMessage('opened')], 30: [deviationMessage('closed')] }, timed({ holdMs: 10 * MIN }));
    expect(told.map(({ minute, kind }) => ({ minute, kind }))).toEqual([
      { minute: 10, kind: 'opened' },
      { minute: 30, kind: 'closed' },
    ]);
  });

  it('lets what is held delay nothing else of its control', () => {
    const script = { 0: [deviationMessage('opened')], 12: [deviationMessage('opened', { id: 'd2' }), deviationMessage('closed')] };
    const { told } = play(script, timed({ holdMs: 10 * MIN }));
    expect(told.map(({ minute, kind }) => ({ minute, kind }))).toEqual([
      { minute: 10, kind: 'opened' },
      { minute: 12, kind: 'closed' },
      { minute: 22, kind: 'opened' },
    ]);
  });

  it('holds a gap too', () => {
    const { told } = play({ 0: [gapMessage('opened')], 4: [gapMessage('closed')] }, timed({ holdMs: 10 * MIN }));
    expect(told.map(({ minute, kind }) => ({ minute, kind }))).toEqual([{ minute: 10, kind: 'gap-closed' }]);
  });
});

describe('grouping', () => {
  const three = [1, 2, 3].map((n) => deviationMessage('opened', { id: `d${n}`, key: `a${n}`, occurredAt: `2026-03-02T11:0${4 - n}:00.000Z` }));

  it('names every key of what came within the wait, oldest first', () => {
    const { told } = play({ 0: three.slice(0, 2), 1: three.slice(2) }, timed({ groupWaitMs: 2 * MIN }));
    expect(told).toEqual([{ minute: 2, kind: 'opened', keys: ['a3', 'a2', 'a1'], statuses: ['open', 'open', 'open'] }]);
  });

  it('tells openings and closings of a group in a notice each', () => {
    const script = { 0: [three[0]!], 3: [deviationMessage('closed', { id: 'd1', key: 'a1' }), three[1]!] };
    const { told } = play(script, timed({ groupWaitMs: 2 * MIN }));
    expect(told.map(({ minute, kind, keys }) => ({ minute, kind, keys }))).toEqual([
      { minute: 2, kind: 'opened', keys: ['a1'] },
      { minute: 5, kind: 'closed', keys: ['a1'] },
      { minute: 5, kind: 'opened', keys: ['a2'] },
    ]);
  });

  it('lets the interval pass between two notices of a control', () => {
    const { told } = play({ 0: [three[0]!], 1: [three[1]!], 2: [three[2]!] }, timed({ groupIntervalMs: 10 * MIN }));
    expect(told.map(({ minute, keys }) => ({ minute, keys }))).toEqual([
      { minute: 0, keys: ['a1'] },
      { minute: 10, keys: ['a3', 'a2'] },
    ]);
  });

  it('leaves with the group what opened again before its closing was told', () => {
    const messages = { 0: [deviationMessage('opened')], 20: [deviationMessage('closed')], 21: [deviationMessage('opened')] };
    const { told } = play(messages, timed({ groupWaitMs: 5 * MIN }));
    expect(told.map(({ kind }) => kind)).toEqual(['opened']);
  });
});
