import { describe, expect, test } from '@jest/globals';
import type { Extraction, JudgedEvent } from '../model.js';
import { anEvent, controlOf, faultsOf, hours } from '../evaluation.testkit.js';

const yaml = ({ head = '', where = '', key = 'account.account', more = '', assert = 'account.mfa' } = {}): string => `
id: reading
title: Reading
maps: {tsc: [CC6.1]}
params: {names: [a, b]}
${head}
inputs: {account: ${where === '' ? 'identity.account' : `{type: identity.account, where: '${where}'}`}}
checks:
  it:
    kind: state
    input: account
    key: '${key}'
    assert: '${assert}'
    validFor: 26h
    ${more}
`;
const event = (data: object = {}, rest: Partial<JudgedEvent> = {}): JudgedEvent =>
  anEvent('identity.account', 1, { account: 'a', system: 'okta', status: 'active', admin: true, mfa: true, factors: [], ...data }, rest);
const extract = (control: string, one = event()): readonly Extraction[] => controlOf(control).check.extract(one);
const facts = (control: string, one = event()): unknown => extract(control, one).map((extraction) => (extraction.kind === 'point' ? extraction.point.facts : extraction));

describe('what a check takes from an event', () => {
  test('is a point of its group, with both times and who sent it', () => {
    const one = event({}, { feedId: 9, settleMs: 5_000, sequence: '7' });
    expect(extract(yaml(), one)).toMatchObject([
      { kind: 'point', group: 'a', point: { atMs: hours(1), receivedAtMs: hours(1), role: 'input', evidenceId: one.evidenceId, feedId: 9, settleMs: 5_000, facts: { outcome: 'pass', system: 'spec' } } },
    ]);
    expect(extract(yaml(), anEvent('identity.signin', 1, { account: 'a', system: 's', outcome: 'success' }))).toEqual([]);
  });

  test('waits as long as the check says', () => {
    expect(extract(yaml({ more: 'settle: 10m' }))).toMatchObject([{ point: { settleMs: 600_000 } }]);
  });

  test('is nothing when the input’s where does not select it, or its key is absent or empty', () => {
    expect(extract(yaml({ where: 'account.status == "disabled"' }))).toEqual([{ kind: 'skipped', reason: 'not-selected' }]);
    expect(extract(yaml({ key: 'account.worker' }))).toEqual([{ kind: 'skipped', reason: 'key-absent' }]);
    expect(extract(yaml({ key: 'account.worker' }), event({ worker: '' }))).toEqual([{ kind: 'skipped', reason: 'key-absent' }]);
  });

  test('is not applicable outside the control’s scope and the check’s own', () => {
    expect(facts(yaml({ head: 'scope: event.system == "other"' }))).toMatchObject([{ outcome: 'not-applicable' }]);
    expect(facts(yaml({ more: 'scope: account.status == "disabled"' }))).toMatchObject([{ outcome: 'not-applicable' }]);
    expect(facts(yaml({ more: 'scope: event.feed == "spec" && event.source == "spec" && event.time > timestamp("2026-01-01T00:00:00Z")' }))).toMatchObject([{ outcome: 'pass' }]);
  });

  test('is an error of the key when an expression fails, and of the whole check when the key itself does', () => {
    const broken = 'account.factors[3] == "x"';
    expect(facts(yaml({ where: broken }))).toMatchObject([{ error: expect.stringContaining(broken) }]);
    expect(facts(yaml({ more: `scope: '${broken}'` }))).toMatchObject([{ error: expect.stringContaining(broken) }]);
    expect(facts(yaml({ assert: broken }))).toMatchObject([{ error: expect.stringContaining(broken) }]);
    expect(facts(yaml({ more: `unknownWhen: '${broken}'` }))).toMatchObject([{ error: expect.stringContaining(broken) }]);
    expect(facts(yaml({ more: `retire: '${broken}'` }))).toMatchObject([{ error: expect.stringContaining(broken) }]);
    expect(facts(yaml({ more: "system: 'account.factors[3]'" }))).toMatchObject([{ error: expect.stringContaining('factors[3]') }]);
    expect(extract(yaml({ key: 'account.factors[3]' }))).toMatchObject([{ kind: 'error', atMs: hours(1) }]);
    expect(extract(yaml({ where: broken, key: 'account.factors[3]' }))).toMatchObject([{ kind: 'error' }]);
  });

  test('is an error when the key is longer than a key may be', () => {
    const parts = Array.from({ length: 3 }, () => 'account.account').join(' + ');
    expect(extract(yaml({ key: parts }), event({ account: 'x'.repeat(200) }))).toMatchObject([{ kind: 'error', message: expect.stringContaining('longer than 500') }]);
  });

  test('of one event in two parts is two points, in one order everywhere', () => {
    const { check } = controlOf(`
id: twice
title: Twice
maps: {tsc: [CC7.1]}
inputs:
  open: {type: vuln.finding, where: open.status == "open"}
  any: vuln.finding
checks:
  fixed: {kind: followed-by, when: open, then: any, key: {open: open.finding, any: any.finding}, where: any.status == "fixed", within: 30d}
`);
    const finding = anEvent('vuln.finding', 1, { finding: 'f', asset: 'a', severity: 'high', status: 'open', firstSeenAt: '2026-03-01T00:00:00Z' });
    const orders = check.extract(finding).map((one) => (one.kind === 'point' ? [one.point.role, one.point.order] : []));
    expect(orders.map(([role]) => role)).toEqual(['when', 'then']);
    expect(orders[0]?.[1]).not.toBe(orders[1]?.[1]);
    expect(check.extract({ ...finding, evidenceId: 'other', receivedAtMs: hours(99) }).map((one) => (one.kind === 'point' ? one.point.order : ''))).toEqual(orders.map(([, order]) => order));
  });

  test.each([
    ['a scope that joins events', 'id: x\ntitle: X\nmaps: {tsc: [CC6.2]}\ninputs: {leaver: hr.worker-left, account: identity.account}\nchecks:\n  it:\n    kind: followed-by\n    when: leaver\n    then: account\n    key: {leaver: leaver.worker, account: account.worker}\n    where: account.mfa\n    within: 1h\n    scope: has(account.worker) && account.worker == leaver.worker\n', /reads .* and /],
    ['a settle that is no length', yaml({ more: 'settle: account.mfa' }), /settle|account/],
    ['a length that depends on an event', yaml().replace('validFor: 26h', 'validFor: duration("1h") + (event.time - event.time)'), /must not depend on an event|event/],
    ['keys that are no list', yaml({ more: 'expects: {keys: \'"a"\'}' }), /list of names/],
    ['a parameter that is no length', yaml().replace('validFor: 26h', 'validFor: params.names'), /duration|length/],
  ])('refuses %s at load', (_name, control, message) => {
    expect(faultsOf(control).map((fault) => `${fault.message} ${fault.hint ?? ''}`).join('\n')).toMatch(message);
  });
});
