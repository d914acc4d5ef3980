import { describe, expect, test } from '@jest/globals';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, DAY, faultsOf, HOUR, hours, START, timelineOf } from '../evaluation.testkit.js';
import { judgeFromPoints } from '../judge-from-points.js';
import { pointsOf } from '../evaluation.testkit.js';

const yaml = (more = ''): string => `
id: recertified
title: Access is recertified
maps: {tsc: [CC6.3]}
params: {systems: [erp, crm]}
inputs: {review: identity.access-review, account: identity.account}
checks:
  each:
    kind: cadence
    input: review
    key: review.system
    expects: {keys: params.systems}
    every: quarter
    timezone: Europe/Berlin
    due: 15d
    where: review.reviewed == review.population
    ${more}
`;

const ms = (text: string): number => Date.parse(text);
const review = (time: string, { system = 'erp', reviewed = 40 } = {}): JudgedEvent => {
  const atHours = (ms(time) - START) / HOUR;
  return anEvent('identity.access-review', atHours, { system, campaign: 'c', population: 40, reviewed, revoked: 0, reviewer: 'bea', systemOwner: 'al' });
};
const E = ms('2026-01-01T00:00:00Z');

function of(events: readonly JudgedEvent[], until: string, { control = yaml(), group = 'erp', effectiveFromMs = E, heardFromMs = -Infinity } = {}): ReturnType<typeof timelineOf> {
  const { check } = controlOf(control);
  return timelineOf(judgeFromPoints(check, group, pointsOf(check, events, group), { watermarkMs: ms(until), effectiveFromMs, heardFromMs }), group);
}
const told = ({ segments }: ReturnType<typeof timelineOf>): readonly string[] => segments.map(({ state, fromMs }) => `${new Date(fromMs).toISOString()} ${state}`);

describe('kind cadence', () => {
  test('a system that is never reviewed is unknown, then fails when the quarter and its grace are over, by Berlin’s clock', () => {
    // The second quarter begins after the clocks have changed: 31 March 22:00 in UTC.
    const crm = of([], '2026-05-01T00:00:00Z', { group: 'crm' });
    expect(told(crm)).toEqual(['2026-01-01T00:00:00.000Z unknown', '2026-04-15T22:00:00.000Z fail']);
    expect(crm.failures).toMatchObject([{ basis: 'absence', occurrence: '2025-12-31T23:00:00.000Z', feedIds: [] }]);
    expect(crm.observations).toMatchObject([
      { occurrence: '2025-12-31T23:00:00.000Z', outcome: 'fail' },
      { occurrence: '2026-03-31T22:00:00.000Z', outcome: 'pending' },
    ]);
  });

  test('where no feed could have told of it, a period is undecided and nothing fails; from the feed on it counts', () => {
    const never = of([], '2026-11-01T00:00:00Z', { group: 'crm', heardFromMs: Infinity });
    expect(never.failures).toEqual([]);
    expect(told(never).map((line) => line.split(' ')[1])).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(never.segments.map(({ reason }) => reason)).toEqual(['never-reported', 'no-feed', 'no-feed', 'no-feed']);
    expect(never.observations.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown', 'pending']);
    const later = of([], '2026-11-01T00:00:00Z', { group: 'crm', heardFromMs: ms('2026-08-01T00:00:00Z') });
    expect(later.failures).toMatchObject([{ occurrence: '2026-06-30T22:00:00.000Z' }]);
    expect(later.observations.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'fail', 'pending']);
  });

  test('evidence that came all the same serves its period, and what it is silent about afterwards fails', () => {
    const timeline = of([review('2026-03-20T10:00:00Z')], '2026-08-01T00:00:00Z', { heardFromMs: Infinity });
    expect(told(timeline)).toEqual(['2026-01-01T00:00:00.000Z unknown', '2026-03-20T10:00:00.000Z pass', '2026-07-15T22:00:00.000Z fail']);
  });

  test('the time-out waits for settle', () => {
    expect(of([], '2026-04-15T22:00:01.999Z').failures).toEqual([]);
    expect(of([], '2026-04-15T22:00:02Z').failures).toHaveLength(1);
  });

  test('a review in the grace after a quarter counts for that quarter, and only once', () => {
    const timeline = of([review('2026-04-10T10:00:00Z')], '2026-08-01T00:00:00Z');
    expect(told(timeline)).toEqual(['2026-01-01T00:00:00.000Z unknown', '2026-04-10T10:00:00.000Z pass', '2026-07-15T22:00:00.000Z fail']);
    const both = of([review('2026-04-10T10:00:00Z'), review('2026-04-11T10:00:00Z')], '2026-08-01T00:00:00Z');
    expect(both.failures).toEqual([]);
  });

  test('a late review ends the oldest period that is missing; the state stays that of the last one', () => {
    const timeline = of([review('2026-08-01T00:00:00Z')], '2026-08-02T00:00:00Z');
    expect(timeline.failures.map(({ fromMs, toMs }) => [new Date(fromMs).toISOString(), toMs === undefined ? 'open' : new Date(toMs).toISOString()])).toEqual([
      ['2026-04-15T22:00:00.000Z', '2026-08-01T00:00:00.000Z'],
      ['2026-07-15T22:00:00.000Z', 'open'],
    ]);
    expect(told(timeline).at(-1)).toBe('2026-07-15T22:00:00.000Z fail');
    expect(timeline.observations.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'pending']);
    const second = of([review('2026-08-01T00:00:00Z'), review('2026-08-02T00:00:00Z')], '2026-08-03T00:00:00Z');
    expect(told(second).at(-1)).toBe('2026-08-02T00:00:00.000Z pass');
  });

  test('what does not count is heard all the same', () => {
    expect(told(of([review('2026-03-20T10:00:00Z', { reviewed: 39 })], '2026-04-01T00:00:00Z'))).toEqual(['2026-01-01T00:00:00.000Z unknown', '2026-03-20T10:00:00.000Z no-occurrence']);
  });

  test('the first period judged is the first full one', () => {
    const timeline = of([review('2026-02-20T10:00:00Z')], '2026-08-01T00:00:00Z', { effectiveFromMs: ms('2026-02-01T00:00:00Z') });
    expect(timeline.failures).toMatchObject([{ occurrence: '2026-03-31T22:00:00.000Z' }]);
    expect(timeline.observations[0]).toMatchObject({ occurrence: '2026-03-31T22:00:00.000Z' });
  });

  test('periods that begin after the version has ended are another version’s', () => {
    const { check } = controlOf(yaml());
    const clock = { watermarkMs: ms('2027-01-01T00:00:00Z'), effectiveFromMs: E, effectiveToMs: ms('2026-05-01T00:00:00Z') };
    const { failures, observations } = timelineOf(judgeFromPoints(check, 'erp', [], clock), 'erp');
    expect(failures.map(({ occurrence }) => occurrence)).toEqual(['2025-12-31T23:00:00.000Z', '2026-03-31T22:00:00.000Z']);
    expect(observations.map(({ outcome }) => outcome)).toEqual(['fail', 'fail']);
  });

  test('a system that nobody expects is not judged', () => {
    expect(of([review('2026-03-20T10:00:00Z', { system: 'toy' })], '2026-12-01T00:00:00Z', { group: 'toy' })).toMatchObject({ segments: [{ state: 'not-applicable', reason: 'not-expected' }], failures: [], observations: [] });
  });

  test('expected by events: from the first full period on, and no longer than they say', () => {
    const control = yaml().replace('{keys: params.systems}', '{from: account, key: account.system, while: account.status == "active"}').replace('every: quarter', 'every: day').replace('Europe/Berlin', 'UTC').replace('due: 15d', 'due: 6h');
    const account = (at: number, status: string): JudgedEvent => anEvent('identity.account', at, { account: 'a', system: 'erp', status, admin: false, mfa: true, factors: [] });
    const timeline = of([account(12, 'active'), account(24 * 4 + 12, 'disabled')], '2026-03-20T00:00:00Z', { control });
    expect(told(timeline)).toEqual(['2026-03-02T12:00:00.000Z unknown', '2026-03-04T06:00:00.000Z fail', '2026-03-05T06:00:00.000Z fail', '2026-03-06T06:00:00.000Z fail', '2026-03-06T12:00:00.000Z not-applicable']);
    // 3, 4 and 5 March were missed; the one that had begun when it ended was not demanded.
    expect(timeline.failures.map(({ fromMs }) => (fromMs - hours(0)) / DAY)).toEqual([2.25, 3.25, 4.25]);
    expect(timeline.observations.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'fail', 'not-applicable']);
  });

  test('a remedy closes what is missing; the next review counts for its own period', () => {
    const control = yaml('remedy: {input: account, where: account.admin}');
    const remedy = anEvent('identity.account', (ms('2026-05-01T00:00:00Z') - START) / HOUR, { account: 'x', system: 'erp', status: 'active', admin: true, mfa: true, factors: [] });
    const keyed = control.replace('key: review.system', 'key: {review: review.system, account: account.system}');
    const timeline = of([remedy, review('2026-05-02T00:00:00Z')], '2026-06-01T00:00:00Z', { control: keyed });
    expect(timeline.failures).toMatchObject([{ toMs: ms('2026-05-01T00:00:00Z') }]);
    expect(told(timeline).at(-1)).toBe('2026-05-02T00:00:00.000Z pass');
  });

  test.each([
    ['an unknown time zone', yaml().replace('Europe/Berlin', 'Europe/Berlinn'), /time zone/],
    ['no expectation', yaml().replace(/ +expects: .*\n/, ''), /expects/],
    ['an expectation from nowhere', yaml().replace('{keys: params.systems}', '{from: device.posture, key: device.device}'), /device.posture/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });

  test('periods that were over long before the first word of a system are told in a digest', () => {
    const from = yaml().replace('expects: {keys: params.systems}', 'expects: {from: identity.account, key: account.system}');
    const { check } = controlOf(from);
    const account = { account: 'a1', system: 'erp', status: 'active', admin: false, mfa: true, factors: [] };
    const atHours = (ms('2025-12-31T12:00:00Z') - START) / HOUR;
    const failuresWhen = (receivedAt: string) => {
      const event = anEvent('identity.account', atHours, account, { receivedAt: (ms(receivedAt) - START) / HOUR });
      const judged = judgeFromPoints(check, 'erp', pointsOf(check, [event], 'erp'), { watermarkMs: ms('2026-08-01T00:00:00Z'), effectiveFromMs: E });
      return timelineOf(judged, 'erp').failures.map(({ backfill }) => backfill);
    };
    expect(failuresWhen('2026-05-01T00:00:00Z')).toEqual([true, false]);
    expect(failuresWhen('2025-12-31T12:00:01Z')).toEqual([false, false]);
  });
});
