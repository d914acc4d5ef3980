import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@tickmark/contracts';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, hours, inShort, judgeAt, timelineOf } from '../evaluation.testkit.js';

const control = (inputs: string, check: string, params = '{}'): string => `
id: ending
title: Ending
maps: {tsc: [CC6.1]}
params: ${params}
inputs: ${inputs}
checks:
  it: ${check}
`;
const told = (yaml: string, events: readonly JudgedEvent[], group: string, watermark = 400): readonly string[] =>
  inShort(timelineOf(judgeAt(controlOf(yaml).check, events, { group, watermark, effectiveFromMs: hours(-10) }), group).segments);

const account = (at: number, status: string, data: JsonObject = {}): JudgedEvent =>
  anEvent('identity.account', at, { account: 'a', system: 'erp', status, admin: true, mfa: true, factors: [], ...data });
const review = (at: number, data: JsonObject = {}): JudgedEvent =>
  anEvent('identity.access-review', at, { system: 'erp', campaign: 'c', population: 1, reviewed: 1, revoked: 0, reviewer: 'b', systemOwner: 'o', ...data });

describe('keys that end', () => {
  test('a cadence demands no period after the end, and the next full one after a return', () => {
    const yaml = control(
      '{review: identity.access-review}',
      '{kind: cadence, input: review, key: review.system, expects: {keys: params.systems}, every: day, due: 0s, retire: review.revoked == 9}',
      '{systems: [erp]}',
    );
    const events = [review(-5), review(2), review(26), review(30, { revoked: 9 }), review(100)];
    expect(told(yaml, events, 'erp', 125)).toEqual([
      ...['-10..-5 unknown (never-reported)', '-5..2 no-occurrence (pending)', '2..26 pass', '26..30 pass'],
      ...['30..100 not-applicable (retired)', '100.. no-occurrence (pending)'],
    ]);
    expect(told(yaml, events, 'erp', 145).at(-1)).toBe('144.. fail (overdue)');
  });

  test('a threshold of an ended key falls due no more', () => {
    const yaml = control('{capacity: capacity.measured}', '{kind: threshold, input: capacity, key: capacity.resource, window: 10h, aggregate: count, assert: result >= 1.0, retire: capacity.utilisation == 0.0}');
    const measured = (at: number, utilisation: number): JudgedEvent => anEvent('capacity.measured', at, { resource: 'r', utilisation });
    expect(told(yaml, [measured(0, 1), measured(5, 0)], 'r')).toEqual(['0..5 pass', '5.. not-applicable (retired)']);
    expect(told(yaml, [measured(0, 1), measured(5, 0), measured(7, 1)], 'r', 8)).toEqual(['0..5 pass', '5..7 not-applicable (retired)', '7.. pass']);
  });

  test('a change and a batch that are withdrawn are not applicable from then on', () => {
    const merges = control('{merge: vcs.change-merged, review: vcs.change-reviewed}', '{kind: preceded-by, when: merge, needs: review, key: {merge: merge.change, review: review.change}, where: review.state == "approved", notBefore: 1d, retire: review.state == "commented"}');
    const merge = anEvent('vcs.change-merged', 1, { change: 'c', repository: 'r', branch: 'm', author: 'a', mergedBy: 'a', head: 'h' });
    const comment = anEvent('vcs.change-reviewed', 2, { change: 'c', repository: 'r', reviewer: 'b', state: 'commented', commit: 'h' });
    expect(told(merges, [merge, comment], 'c')).toEqual(['1..2 fail (nothing-valid-before)', '2.. not-applicable (retired)']);
    const totals = control('{sent: ledger.batch-sent, booked: ledger.batch-booked}', '{kind: control-total, from: sent, to: booked, key: {sent: sent.batch, booked: booked.batch}, equal: [count], within: 2h, retire: booked.count == 0}');
    const sent = anEvent('ledger.batch-sent', 0, { batch: 'b', count: 1, amountMinor: 1, currency: 'EUR' });
    const none = anEvent('ledger.batch-booked', 1, { batch: 'b', count: 0, amountMinor: 0, currency: 'EUR' });
    expect(told(totals, [sent, none], 'b').at(-1)).toBe('1.. not-applicable (retired)');
  });

  test('a leaver who did not leave after all has no obligation any longer', () => {
    const yaml = control('{leaver: hr.worker-left, account: identity.account}', '{kind: followed-by, when: leaver, then: account, key: {leaver: leaver.worker, account: account.worker}, each: account.account, where: account.status == "disabled", within: 24h, retire: leaver.lastDay > timestamp("2099-01-01T00:00:00Z")}');
    const left = (at: number, lastDay: string): JudgedEvent => anEvent('hr.worker-left', at, { worker: 'w', lastDay });
    const events = [account(-1, 'active', { worker: 'w' }), left(0, '2026-03-02T00:00:00Z'), left(5, '2100-01-01T00:00:00Z')];
    const judged = timelineOf(judgeAt(controlOf(yaml).check, events, { group: 'w', watermark: 400 }), 'w/a');
    expect(inShort(judged.segments)).toEqual(['-1..0 no-occurrence', '0..5 no-occurrence (pending)', '5.. no-occurrence']);
    expect(judged).toMatchObject({ failures: [], observations: [{ outcome: 'not-applicable', reason: 'retired' }] });
  });
});

describe('expectations by events', () => {
  const yaml = control('{account: identity.account}', '{kind: attestation, role: boss, expects: {from: account, key: account.account, while: account.status == "active"}, validFor: 50h}');
  const given = (at: number): JudgedEvent => anEvent('attestation.given', at, { control: 'ending', per: 'a', by: 'bea', role: 'boss', conclusion: 'accepted' });

  test('what is expected no longer is judged no more, and what was not expected yet not at all', () => {
    expect(told(yaml, [given(-2), account(0, 'active'), given(5), account(20, 'disabled'), account(30, 'active')], 'a')).toEqual([
      '-2..0 not-applicable (not-expected)',
      '0..5 unknown (never-reported)',
      '5..20 pass',
      '20..30 not-applicable (not-expected)',
      '30.. unknown (never-reported)',
    ]);
  });

  test('that cannot be read are an error of the key', () => {
    const broken = yaml.replace('account.status == "active"', "'account.factors[0] == account.account'");
    const judged = judgeAt(controlOf(broken).check, [account(0, 'active')], { group: 'a', watermark: 1 });
    expect(judged.errors).toMatchObject([{ key: 'a', fromMs: hours(0) }]);
  });
});

describe('expressions that fail while events are joined', () => {
  test('are an error of the value until it can be evaluated again', () => {
    const yaml = control('{leaver: hr.worker-left, account: identity.account}', '{kind: followed-by, when: leaver, then: account, key: {leaver: leaver.worker, account: account.worker}, each: account.account, where: "has(account.worker) && account.worker == leaver.worker && account.factors[0] == \'off\'", within: 24h}');
    const left = anEvent('hr.worker-left', 0, { worker: 'w', lastDay: '2026-03-02T00:00:00Z' });
    const events = [account(-1, 'active', { worker: 'w' }), left, account(5, 'active', { worker: 'w', factors: ['off'] })];
    const judged = judgeAt(controlOf(yaml).check, events, { group: 'w', watermark: 10 });
    expect(judged.errors).toMatchObject([{ key: 'w/a', fromMs: hours(0), toMs: hours(5) }]);
    expect(inShort(timelineOf(judged, 'w/a').segments)).toEqual(['-1..0 no-occurrence', '0..5 no-occurrence (pending)', '5.. pass']);
  });

  test('make no approval of what they are about', () => {
    const yaml = control('{merge: vcs.change-merged, account: identity.account}', '{kind: preceded-by, when: merge, needs: account, key: {merge: merge.change, account: account.account}, where: "account.factors[0] == merge.author", notBefore: 1d}');
    const merge = anEvent('vcs.change-merged', 1, { change: 'a', repository: 'r', branch: 'm', author: 'x', mergedBy: 'a', head: 'h' });
    const judged = judgeAt(controlOf(yaml).check, [account(0, 'active'), merge], { group: 'a', watermark: 10 });
    expect(judged.errors).toMatchObject([{ key: 'a', fromMs: hours(1) }]);
    expect(inShort(timelineOf(judged, 'a').segments).at(-1)).toBe('1.. fail (nothing-valid-before)');
  });

  test('and assertions over a window that fail are no verdict', () => {
    const yaml = control('{capacity: capacity.measured}', '{kind: threshold, input: capacity, key: capacity.resource, window: 10h, aggregate: count, assert: "params.names[int(result)] == \'b\'"}', '{names: [a, b]}');
    const measured = (at: number): JudgedEvent => anEvent('capacity.measured', at, { resource: 'r', utilisation: 1 });
    const judged = judgeAt(controlOf(yaml).check, [measured(0), measured(1)], { group: 'r', watermark: 2 });
    expect(inShort(timelineOf(judged, 'r').segments)).toEqual(['0..1 pass', '1.. unknown (unreadable)']);
    expect(judged.errors).toMatchObject([{ key: 'r', fromMs: hours(1) }]);
  });

  test('a window with more events than can be kept is unknown, and told again when it has emptied', () => {
    const yaml = control('{capacity: capacity.measured}', '{kind: threshold, input: capacity, key: capacity.resource, window: 1h, aggregate: count, assert: result >= 0.0}');
    const events = Array.from({ length: 10_002 }, () => anEvent('capacity.measured', 0, { resource: 'r', utilisation: 1 }));
    expect(told(yaml, events, 'r', 3)).toEqual(['0..1 unknown (too-many-events)', '1.. pass']);
  });
});

describe('what is more than can be kept', () => {
  test('puts a group with too many values in error, so that nothing of it passes', () => {
    const yaml = control('{leaver: hr.worker-left, account: identity.account}', '{kind: followed-by, when: leaver, then: account, key: {leaver: leaver.worker, account: account.worker}, each: account.account, where: account.status == "disabled", within: 24h}');
    const accounts = Array.from({ length: 5_001 }, (_, index) => account(0, 'disabled', { account: `a${index}`, worker: 'w' }));
    const judged = judgeAt(controlOf(yaml).check, accounts, { group: 'w', watermark: 1 });
    expect(judged.keys).toHaveLength(5_000);
    expect(judged.errors).toMatchObject([{ key: 'w', message: 'more than 5000 values' }]);
  });

  test('puts a batch with too many bookings in error', () => {
    const yaml = control('{sent: ledger.batch-sent, booked: ledger.batch-booked}', '{kind: control-total, from: sent, to: booked, key: {sent: sent.batch, booked: booked.batch}, equal: [count], sum: true, within: 2h}');
    const bookings = Array.from({ length: 1_001 }, () => anEvent('ledger.batch-booked', 1, { batch: 'b', count: 1, amountMinor: 1, currency: 'EUR' }));
    const judged = judgeAt(controlOf(yaml).check, bookings, { group: 'b', watermark: 1 });
    expect(judged.errors).toMatchObject([{ key: 'b', message: 'more than 1000 bookings of one batch' }]);
  });
});
