import { describe, expect, test } from '@jest/globals';
import type { CompiledCheck, Point } from '../model.js';
import { anEvent, controlOf, HOUR, hours, pointsOf, START, timelineOf } from '../evaluation.testkit.js';
import { compareKeyOrder } from '../order.js';

const { check } = controlOf(`
id: fold
title: Fold
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  it: {kind: state, input: account, key: account.account, assert: account.mfa, validFor: 26h}
`);
const clock = { watermarkMs: hours(1_000), effectiveFromMs: hours(-1_000) };
const account = (at: number, mfa: boolean, receivedAt = at): Parameters<typeof pointsOf>[1][number] =>
  anEvent('identity.account', at, { account: 'a', system: 'okta', status: 'active', admin: true, mfa, factors: [] }, { receivedAt });
const points = (...events: Parameters<typeof pointsOf>[1]): readonly Point[] => pointsOf(check, events, 'a');
const judge = (...args: Parameters<CompiledCheck['judge']>): ReturnType<CompiledCheck['judge']> => check.judge(...args);

describe('folding points', () => {
  test('offers a snapshot every 256 points, from which a late event is judged as from scratch', () => {
    const many = points(...Array.from({ length: 600 }, (_, index) => account(index, index % 7 !== 0)));
    const { snapshots } = judge('a', undefined, many, clock);
    expect(snapshots.map(({ atMs }) => (atMs - START) / HOUR)).toEqual([255, 511]);
    const [late] = points(account(300.5, false));
    const all = [...many, ...(late === undefined ? [] : [late])].sort(compareKeyOrder);
    const [snapshot] = snapshots;
    if (snapshot === undefined) throw new Error('no snapshot');
    const resumed = judge('a', snapshot, all.filter((point) => compareKeyOrder(snapshot, point) < 0), clock);
    const scratch = timelineOf(judge('a', undefined, all, clock), 'a');
    expect(timelineOf(resumed, 'a').segments).toEqual(scratch.segments.filter(({ toMs = Infinity }) => toMs >= snapshot.atMs));
    expect(timelineOf(resumed, 'a').failures).toEqual(scratch.failures.filter(({ toMs = Infinity }) => toMs >= snapshot.atMs));
  });

  test('the carry stays before the last instant, of which more may come, and before what is not decided', () => {
    expect(judge('a', undefined, points(account(0, true)), clock).carry?.atMs).toBe(hours(26));
    expect(judge('a', undefined, points(account(0, true)), { ...clock, watermarkMs: hours(26) })).not.toHaveProperty('carry');
    expect(judge('a', undefined, points(account(0, true), account(5, true)), { ...clock, watermarkMs: hours(6) }).carry?.atMs).toBe(hours(0));
    const late = points(account(0, true), account(50, true), account(51, true));
    expect(judge('a', undefined, late, { ...clock, watermarkMs: hours(10) }).carry?.atMs).toBe(hours(0));
  });

  test('what is dated ahead of its receipt waits for the watermark before it is settled', () => {
    const ahead = points(account(0, true), account(50, false, 1), account(51, true, 1), account(52, true, 1));
    expect(judge('a', undefined, ahead, { ...clock, watermarkMs: hours(30) }).carry?.atMs).toBe(hours(26));
    expect(judge('a', undefined, ahead, { ...clock, watermarkMs: hours(60) }).carry?.atMs).toBe(hours(51));
  });

  test('points that are not sorted, doubled, or not after the carry are a mistake of the caller', () => {
    const [first, second] = points(account(0, true), account(5, true)) as [Point, Point];
    expect(() => judge('a', undefined, [second, first], clock)).toThrow(/sorted/);
    expect(() => judge('a', undefined, [first, first], clock)).toThrow(/doubles/);
    const { carry } = judge('a', undefined, [first], clock);
    expect(() => judge('a', carry, [second], clock)).toThrow(/after the carry/);
  });

  test('nothing new changes nothing', () => {
    const { carry } = judge('a', undefined, points(account(0, true)), clock);
    const again = judge('a', carry, [], clock);
    expect(again).toMatchObject({ carry, snapshots: [], errors: [] });
    expect(timelineOf(again, 'a').segments).toMatchObject([{ state: 'pass', toMs: hours(26) }, { state: 'unknown', fromMs: hours(26) }]);
  });
});
