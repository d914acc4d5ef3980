import { describe, expect, test } from '@jest/globals';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, faultsOf, HOUR, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const yaml = (more = '', where = 'account.status == "disabled"'): string => `
id: leaver-access-removed
title: Leavers lose access within 24 hours
maps: {tsc: [CC6.2]}
params: {limit: 24h}
inputs: {leaver: hr.worker-left, account: identity.account}
checks:
  removed-in-time:
    kind: followed-by
    when: leaver
    then: account
    key: {leaver: leaver.worker, account: account.worker}
    each: account.system + "/" + account.account
    system: account.system
    where: ${where}
    from: leaver.lastDay
    within: params.limit
    ${more}
`;

type Rest = Parameters<typeof anEvent>[3];
const left = (at: number, lastDay = at, rest: Rest = {}): JudgedEvent => anEvent('hr.worker-left', at, { worker: 'w', lastDay: new Date(hours(lastDay)).toISOString() }, { system: 'hr', ...rest });
const account = (at: number, status: string, name = 'a', rest: Rest = {}): JudgedEvent =>
  anEvent('identity.account', at, { account: name, system: 'okta', worker: 'w', status, admin: false, mfa: true, factors: [] }, { feedId: 2, ...rest });

const judged = (events: readonly JudgedEvent[], watermark: number, more = ''): ReturnType<typeof judgeAt> =>
  judgeAt(controlOf(yaml(more)).check, events, { group: 'w', watermark });
const of = (events: readonly JudgedEvent[], watermark: number, more = ''): ReturnType<typeof timelineOf> => timelineOf(judged(events, watermark, more), 'w/okta/a');

describe('kind followed-by', () => {
  test('a leaver with two accounts, one disabled after 30 hours, is one failure of 6 hours on that account', () => {
    const events = [account(-9, 'active'), account(-9, 'active', 'b'), left(0), account(5, 'disabled', 'b'), account(30, 'disabled')];
    const { keys } = judged(events, 40);
    expect(keys.map(({ key, failures }) => [key, failures.map(({ fromMs, toMs = 0 }) => (toMs - fromMs) / HOUR)])).toEqual([
      ['w/okta/a', [6]],
      ['w/okta/b', []],
    ]);
    expect(inShort(keys[0]?.segments)).toEqual(['-9..0 no-occurrence', '0..24 no-occurrence (pending)', '24..30 fail (not-in-time)', '30.. pass']);
    expect(inShort(keys[1]?.segments)).toEqual(['-9..0 no-occurrence', '0..5 no-occurrence (pending)', '5.. pass']);
    expect(keys[0]?.failures).toMatchObject([{ basis: 'absence', system: 'okta', feedIds: [2], evidenceIds: [events[2]?.evidenceId, events[0]?.evidenceId], remedyEvidenceId: events[4]?.evidenceId }]);
    expect(keys.map(({ observations }) => observations.map(({ outcome, decidedAtMs = 0 }) => [outcome, (decidedAtMs - hours(0)) / HOUR]))).toEqual([[['fail', 24]], [['pass', 5]]]);
  });

  test('a leaver of before the control was in force is not judged, and the accounts say so', () => {
    const events = [account(-9, 'active'), left(-5), account(-3, 'active', 'b'), account(3, 'active', 'b')];
    const { keys } = judgeAt(controlOf(yaml()).check, events, { group: 'w', watermark: 40, effectiveFromMs: hours(0) });
    expect(keys.map(({ key, segments, failures, observations }) => [key, inShort(segments), failures, observations])).toEqual([
      ['w/okta/a', ['0.. no-occurrence (before-in-force)'], [], []],
      ['w/okta/b', ['0.. no-occurrence (before-in-force)'], [], []],
    ]);
    expect(keys[0]?.segments[0]?.evidenceId).toBe(events[1]?.evidenceId);
    // Who leaves again is judged.
    const again = judgeAt(controlOf(yaml()).check, [...events, left(1)], { group: 'w', watermark: 40, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(again, 'w/okta/a').segments)).toEqual(['0..1 no-occurrence (before-in-force)', '1..25 no-occurrence (pending)', '25.. fail (not-in-time)']);
  });

  test('the time-out is decided when the watermark has passed it and settle, and later events never force it', () => {
    const events = [account(-9, 'active'), left(0), account(25, 'active', 'a', { receivedAt: 23 })];
    expect(inShort(of(events, 24).segments)).toEqual(['-9..0 no-occurrence', '0.. no-occurrence (pending)']);
    expect(judged(events, 24).due).toEqual({ atMs: hours(24), readyMs: hours(24) + 2_000 });
    expect(inShort(of(events, 24.001).segments)).toEqual(['-9..0 no-occurrence', '0..24 no-occurrence (pending)', '24..25 fail (not-in-time)', '25.. fail (still-not-holding)']);
  });

  test('late word of the leaver waits for settle after its own receipt', () => {
    const events = [account(-9, 'active'), left(48, 0)];
    expect(of(events, 48).failures).toEqual([]);
    expect(of(events, 48.001).failures).toMatchObject([{ fromMs: hours(24), backfill: false }]);
  });

  test('a B that happened in time disproves the failure however late it is read', () => {
    const events = [account(-9, 'active'), left(0), account(20, 'disabled', 'a', { receivedAt: 100 })];
    expect(of(events, 99).failures).toMatchObject([{ fromMs: hours(24) }]);
    const { segments, failures, observations } = of(events, 100);
    expect(failures).toEqual([]);
    expect(inShort(segments)).toEqual(['-9..0 no-occurrence', '0..20 no-occurrence (pending)', '20.. pass']);
    expect(observations).toMatchObject([{ outcome: 'pass', decidedAtMs: hours(20) }]);
  });

  test('a B at the deadline itself is in time', () => {
    expect(of([account(-9, 'active'), left(0), account(24, 'disabled')], 30).failures).toEqual([]);
  });

  test('in a tie at the deadline the account that is still active holds', () => {
    const events = [account(-9, 'active'), left(0), account(24, 'disabled'), account(24, 'active')];
    expect(of(events, 30).failures).toMatchObject([{ fromMs: hours(24) }]);
  });

  test('disabled long before is a pass at once, and decided at the begin', () => {
    const { segments, observations } = of([account(-9, 'disabled'), left(0)], 1);
    expect(inShort(segments)).toEqual(['-9..0 no-occurrence', '0.. pass']);
    expect(observations).toMatchObject([{ atMs: hours(0), outcome: 'pass', decidedAtMs: hours(0) }]);
  });

  test('enabled again before the deadline is pending again, after it a failure and an occurrence of its own', () => {
    const events = [account(-9, 'active'), left(0), account(5, 'disabled'), account(6, 'active'), account(7, 'disabled'), account(50, 'active'), account(60, 'disabled')];
    const { segments, failures, observations } = of(events, 70);
    expect(inShort(segments)).toEqual(['-9..0 no-occurrence', '0..5 no-occurrence (pending)', '5..6 pass', '6..7 no-occurrence (pending)', '7..50 pass', '50..60 fail (stopped-holding)', '60.. pass']);
    expect(failures).toMatchObject([{ fromMs: hours(50), toMs: hours(60), basis: 'evidence' }]);
    expect(observations.map(({ outcome, atMs }) => [outcome, (atMs - hours(0)) / HOUR])).toEqual([['pass', 0], ['fail', 50]]);
  });

  test('re-enabled for an instant leaves a failure of length 0', () => {
    const events = [account(-9, 'disabled'), left(0), account(50, 'active', 'a', { sequence: '1' }), account(50, 'disabled', 'a', { sequence: '2' })];
    expect(of(events, 60).failures).toMatchObject([{ fromMs: hours(50), toMs: hours(50) }]);
  });

  test('an account first known after the deadline fails from then on, by what was received', () => {
    const { segments, failures } = timelineOf(judged([account(-9, 'disabled', 'b'), left(0), account(40, 'active')], 41), 'w/okta/a');
    expect(inShort(segments)).toEqual(['40.. fail (known-late)']);
    expect(failures).toMatchObject([{ fromMs: hours(40), basis: 'evidence' }]);
  });

  test('with no account known the group is unknown at the deadline, and gives way to the first account', () => {
    const group = timelineOf(judged([left(0), account(30, 'disabled')], 40), 'w');
    expect(inShort(group.segments)).toEqual(['0..24 no-occurrence (pending)', '24..30 unknown (no-value-known)', '30.. not-applicable (values-known)']);
    expect(group.observations).toMatchObject([{ outcome: 'unknown', decidedAtMs: hours(24) }]);
    expect(group.failures).toEqual([]);
  });

  test('a last day that lies ahead begins the obligation then', () => {
    expect(inShort(of([account(-9, 'active'), left(0, 100)], 130).segments)).toEqual(['-9..100 no-occurrence', '100..124 no-occurrence (pending)', '124.. fail (not-in-time)']);
    expect(judged([account(-9, 'active'), left(0, 100)], 50).due).toEqual({ atMs: hours(100), readyMs: hours(100) + 2_000 });
  });

  test('word that is repeated cannot postpone the deadline; with supersede a newer one replaces an undecided one', () => {
    const events = [account(-9, 'active'), left(0), left(10)];
    expect(of(events, 60).failures).toMatchObject([{ fromMs: hours(24), occurrence: events[1]?.evidenceId }]);
    const superseded = of(events, 60, 'supersede: true');
    expect(superseded.failures).toMatchObject([{ fromMs: hours(34), occurrence: events[2]?.evidenceId }]);
    expect(superseded.observations).toMatchObject([{ outcome: 'not-applicable', reason: 'superseded' }, { outcome: 'fail' }]);
    const decided = [account(-9, 'active'), left(0), left(24)];
    expect(of(decided, 60, 'supersede: true').failures).toMatchObject([{ fromMs: hours(24) }]);
  });

  test('after retire nothing is asked of the account, and what it left open stays open', () => {
    const events = [account(-9, 'active'), left(0), account(30, 'suspended'), account(40, 'active')];
    const { segments, failures } = of(events.slice(0, 3), 35, 'retire: account.status == "suspended"');
    expect(inShort(segments).slice(2)).toEqual(['24..30 fail (not-in-time)', '30.. not-applicable (retired)']);
    expect(failures).toMatchObject([{ fromMs: hours(24) }]);
    expect(inShort(of(events, 50, 'retire: account.status == "suspended"').segments).at(-1)).toBe('40.. fail (still-not-holding)');
  });

  test('a condition over both events sees the leaver that it is about', () => {
    const joined = yaml('', 'account.status == "disabled" && has(account.worker) && account.worker == leaver.worker');
    const judgement = judgeAt(controlOf(joined).check, [account(-9, 'disabled'), left(0)], { group: 'w', watermark: 30 });
    expect(inShort(timelineOf(judgement, 'w/okta/a').segments)).toEqual(['-9..0 no-occurrence', '0.. pass']);
  });

  test('what happened before the check was in force is none of its occurrences', () => {
    const { check } = controlOf(yaml());
    const judgement = judgeAt(check, [account(-9, 'active'), left(-5)], { group: 'w', watermark: 60, effectiveFromMs: hours(0) });
    expect(inShort(timelineOf(judgement, 'w/okta/a').segments)).toEqual(['0.. no-occurrence (before-in-force)']);
    expect(judgement.keys.flatMap(({ observations }) => observations)).toEqual([]);
  });

  test('old word of an old leaver is backfill, a deadline that passes while we watch is not', () => {
    expect(of([account(-9, 'active'), left(0, 0, { receivedAt: 200 })], 201).failures).toMatchObject([{ backfill: true }]);
    expect(of([account(-900, 'active', 'a', { receivedAt: -1 }), left(0)], 30).failures).toMatchObject([{ backfill: false }]);
    expect(of([account(-9, 'active', 'a', { receivedAt: 200 }), left(0)], 201).failures).toMatchObject([{ backfill: true }]);
  });

  test('without each the group is the one obligation, and fails when nothing comes at all', () => {
    const single = yaml().replace(/ +each: .*\n/, '');
    const judgement = judgeAt(controlOf(single).check, [left(0)], { group: 'w', watermark: 30 });
    expect(inShort(timelineOf(judgement, 'w').segments)).toEqual(['0..24 no-occurrence (pending)', '24.. fail (not-in-time)']);
    expect(timelineOf(judgement, 'w').failures).toMatchObject([{ system: 'hr', feedIds: [] }]);
  });

  test('an account without a worker plays no part', () => {
    const { check } = controlOf(yaml());
    const nobody = anEvent('identity.account', 0, { account: 'a', system: 'okta', status: 'active', admin: false, mfa: true, factors: [] });
    expect(check.extract(nobody)).toEqual([{ kind: 'skipped', reason: 'key-absent' }]);
  });

  test.each([
    ['a key for nobody', yaml().replace('account: account.worker}', 'acount: account.worker}'), /acount/],
    ['no key for one input', yaml().replace(', account: account.worker}', '}'), /no key for account/],
    ['a length that reads the wrong event', yaml().replace('within: params.limit', 'within: account.worker'), /within|account/],
    ['a beginning that is no time', yaml().replace('from: leaver.lastDay', 'from: leaver.worker'), /time/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });
});
