import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { STATES, type State } from '@tickmark/contracts';
import { DAY, HOUR, hours, START } from '../evaluation.testkit.js';
import type { DeviationRecord, Segment } from '../model.js';
import { stateAt } from '../timelines.js';
import { compareKey } from './compare-key.js';
import type { KeySide } from './model.js';
import { BacktestTally } from './tally.js';

const PERIOD = { fromMs: START, toMs: START + 4 * DAY };

const segment = (state: State, from: number, to?: number): Segment => ({
  state, fromMs: hours(from), ...(to === undefined ? {} : { toMs: hours(to) }), basis: 'evidence', feedIds: [],
});
const deviation = (id: string, from: number, to?: number, rest: Partial<DeviationRecord> = {}): DeviationRecord => ({
  id, key: 'k', status: to === undefined ? 'open' : 'closed', occurredAtMs: hours(from), ...(to === undefined ? {} : { remediatedAtMs: hours(to) }),
  detectedAtMs: hours(from), evidenceIds: [], backfill: false, ...rest,
});
const side = (segments: readonly Segment[], deviations: readonly DeviationRecord[] = []): KeySide => ({ segments, deviations });
const compared = (before: KeySide | undefined, after: KeySide | undefined) =>
  compareKey({ check: 'c', key: 'k', ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }, PERIOD);

describe('two sides of a key', () => {
  it('that say the same do not differ, however they are cut', () => {
    const whole = side([segment('pass', -10, 200)]);
    const cut = side([segment('pass', -10, 5), segment('pass', 5, 200)]);
    expect(compared(whole, cut)).toBeUndefined();
    expect(compared(whole, whole)).toBeUndefined();
    expect(compared(undefined, undefined)).toBeUndefined();
  });

  it('that differ are told with the stretch, both states and the days', () => {
    const before = side([segment('pass', 0, 30), segment('fail', 30)]);
    const after = side([segment('pass', 0, 20), segment('fail', 20)]);
    expect(compared(before, after)).toEqual({
      check: 'c', key: 'k', days: ['2026-03-02', '2026-03-03'],
      stretches: [{ fromMs: hours(20), toMs: hours(30), before: { state: 'pass' }, after: { state: 'fail' } }],
      deviations: [], leftOut: 0,
    });
  });

  it('of which one is not there differ as long as the other is', () => {
    expect(compared(undefined, side([segment('unknown', 10, 12)]))?.stretches).toEqual([{ fromMs: hours(10), toMs: hours(12), after: { state: 'unknown' } }]);
    expect(compared(side([segment('unknown', 90)]), undefined)?.stretches).toEqual([{ fromMs: hours(90), toMs: PERIOD.toMs, before: { state: 'unknown' } }]);
  });

  it('that differ outside the period only do not differ', () => {
    expect(compared(side([segment('pass', -9, -5), segment('fail', -5, 0), segment('pass', 0, 100)]), side([segment('pass', -9, 120)]))).toBeUndefined();
    expect(compared(side([], [deviation('d', -9, -5), deviation('e', 96, 99)]), side([]))).toBeUndefined();
  });

  it('have the same deviation when its times within the period are the same', () => {
    expect(compared(side([], [deviation('d', -9, 5)]), side([], [deviation('d', -3, 5)]))).toBeUndefined();
    expect(compared(side([], [deviation('d', 5)]), side([], [deviation('d', 5, 99)]))).toBeUndefined();
    expect(compared(side([], [deviation('d', 5, 7)]), side([], [deviation('d', 5, 7, { status: 'withdrawn' })]))?.deviations).toEqual([{ before: deviation('d', 5, 7) }]);
  });

  it('differ by a deviation of no length', () => {
    const added = deviation('d', 30, 30);
    expect(compared(side([segment('pass', 0)]), side([segment('pass', 0)], [added]))).toEqual({
      check: 'c', key: 'k', days: ['2026-03-03'], stretches: [], deviations: [{ after: added }], leftOut: 0,
    });
  });

  it('differ by when a deviation ended, on the days of both ends', () => {
    const found = compared(side([], [deviation('d', 5, 30)]), side([], [deviation('d', 5, 60)]));
    expect(found?.days).toEqual(['2026-03-03', '2026-03-04']);
  });

  it('list at most fifty stretches and say how many more there are', () => {
    const before = side(Array.from({ length: 60 }, (_, at) => [segment('pass', at, at + 0.5), segment('fail', at + 0.5, at + 1)]).flat());
    const found = compared(before, side([segment('pass', 0, 60)]));
    expect([found?.stretches.length, found?.leftOut]).toEqual([50, 10]);
  });

  const timeline = fc
    .array(fc.record({ length: fc.integer({ min: 1, max: 40 }), state: fc.constantFrom(...STATES) }), { maxLength: 12 })
    .chain((parts) => fc.record({ parts: fc.constant(parts), begin: fc.integer({ min: -30, max: 60 }) }))
    .map(({ parts, begin }) => {
      let at = begin;
      return parts.map(({ length, state }) => segment(state, at, (at += length)));
    });

  it('differ at exactly the instants at which their states differ', () => {
    fc.assert(
      fc.property(timeline, timeline, (a, b) => {
        const stretches = compared(side(a), side(b))?.stretches ?? [];
        for (let hour = 0.25; hour < 96; hour += 0.5) {
          const atMs = hours(hour);
          const differs = stateAt(a, atMs)?.state !== stateAt(b, atMs)?.state;
          expect(stretches.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)).toBe(differs);
        }
      }),
    );
  });
});

describe('the tally of a backtest', () => {
  it('counts keys on each day by the worst that they were in, and deviations on the day they began', () => {
    const tally = new BacktestTally(PERIOD);
    tally.add({ check: 'c', key: 'a', before: side([segment('pass', -5)]), after: side([segment('pass', -5, 30), segment('fail', 30, 31), segment('pass', 31)], [deviation('d', 30, 31)]) });
    tally.add({ check: 'c', key: 'b', before: side([segment('unknown', 26)]), after: side([segment('unknown', 26)]) });
    const { days, totals, keys, keysLeftOut } = tally.comparison();
    const none = { pass: 0, fail: 0, error: 0, unknown: 0, 'not-applicable': 0, 'no-occurrence': 0 };
    expect(days).toEqual([
      { day: '2026-03-02', before: { states: { ...none, pass: 1 }, deviations: 0 }, after: { states: { ...none, pass: 1 }, deviations: 0 }, differing: 0 },
      { day: '2026-03-03', before: { states: { ...none, pass: 1, unknown: 1 }, deviations: 0 }, after: { states: { ...none, fail: 1, unknown: 1 }, deviations: 1 }, differing: 1 },
      { day: '2026-03-04', before: { states: { ...none, pass: 1, unknown: 1 }, deviations: 0 }, after: { states: { ...none, pass: 1, unknown: 1 }, deviations: 0 }, differing: 0 },
      { day: '2026-03-05', before: { states: { ...none, pass: 1, unknown: 1 }, deviations: 0 }, after: { states: { ...none, pass: 1, unknown: 1 }, deviations: 0 }, differing: 0 },
    ]);
    expect(totals).toEqual({
      before: { keys: 2, deviations: 0, timeByState: { ...none, pass: 4 * DAY, unknown: 70 * HOUR } },
      after: { keys: 2, deviations: 1, timeByState: { ...none, pass: 4 * DAY - HOUR, fail: HOUR, unknown: 70 * HOUR } },
      differingKeys: 1, deviationsAdded: 1, deviationsGone: 0, deviationsMoved: 0,
    });
    expect([keys.map(({ key }) => key), keysLeftOut]).toEqual([['a'], 0]);
  });

  it('lists keys by check and key up to its bound, and counts all', () => {
    const tally = new BacktestTally(PERIOD, 2);
    for (const key of ['z', 'a', 'm']) tally.add({ check: 'c', key, after: side([segment('fail', 1, 2)]) });
    const { keys, keysLeftOut, totals, days } = tally.comparison();
    expect(keys.map(({ key }) => key)).toEqual(['a', 'z']);
    expect([keysLeftOut, totals.differingKeys, days[0]?.differing]).toEqual([1, 3, 3]);
  });

  it('of a period that begins and ends within days counts those days', () => {
    const tally = new BacktestTally({ fromMs: hours(20), toMs: hours(49) });
    tally.add({ check: 'c', key: 'a', before: side([segment('fail', 0, 21), segment('pass', 21)]) });
    expect(tally.comparison().days.map(({ day, before }) => [day, before.states.fail, before.states.pass])).toEqual([
      ['2026-03-02', 1, 0], ['2026-03-03', 0, 1], ['2026-03-04', 0, 1],
    ]);
  });
});
