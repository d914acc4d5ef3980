import { describe, expect, test } from '@jest/globals';
import { controlOf } from '../evaluation.testkit.js';
import { kindById } from '../kinds/registry.js';
import { runControlTests, type ControlTestReport } from './run-control-tests.js';

const active = '{account: a, system: okta, status: active, admin: true, mfa: true, factors: []}';
const weak = active.replace('mfa: true', 'mfa: false');
const run = (given: string, expected: string, extra = '', check = ''): ControlTestReport => {
  const { control, catalogue } = controlOf(`
id: mfa
title: Second factor
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  it: {kind: state, input: account, key: account.account, assert: account.mfa, validFor: 26h${check}}
${extra}
tests:
  - name: it
    given: [${given}]
    expect: [${expected}]
`);
  return runControlTests(control, catalogue.eventTypes, kindById);
};
const got = (report: ControlTestReport): unknown => report.results[0]?.expectations.map((one) => [one.holds, one.got]);

describe('tests in a control’s own file', () => {
  test('say what was got where that is not what was expected', () => {
    const report = run(`{at: 0h, account: ${weak}}`, '{at: 1h, key: a, state: pass}, {at: 1h, key: a, state: fail, deviation: none}');
    expect(report.holds).toBe(false);
    expect(got(report)).toEqual([[false, { state: 'fail' }], [false, { state: 'fail', deviation: 'open' }]]);
  });

  test('know deviations that are open, of a length, withdrawn, or none', () => {
    const given = `{at: 0h, account: ${weak}}, {at: 6h, account: ${active}}, {at: 50h, account: ${active}}`;
    const all = run(given, '{at: 5h, key: a, state: fail, deviation: open}, {at: 6h, key: a, state: pass, deviation: 6h}, {at: 6h, key: a, state: pass, deviation: 360m}, {at: 9h, key: a, state: pass, deviation: none}, {at: 9h, key: a, state: pass, deviation: 6h}, {at: 5h, key: a, state: fail, deviation: 5h}');
    expect(all.results[0]?.expectations.map(({ holds }) => holds)).toEqual([true, true, true, true, true, false]);
    const late = run(`{at: 2h, account: ${weak}}, {at: 2h, receivedAt: 9h, sequence: "2", account: ${active}}`, '{at: 3h, key: a, state: pass, deviation: 0s}, {at: 3h, knownAt: 8h, key: a, state: fail, deviation: open}');
    expect(got(late)).toEqual([[true, { state: 'pass', deviation: '0s' }], [true, { state: 'fail', deviation: 'open' }]]);
  });

  test('a double counts once, and by its first receipt', () => {
    const given = `{at: 0h, id: x, account: ${active}}, {at: 0h, id: x, receivedAt: 5h, account: ${active}}`;
    expect(got(run(given, '{at: 0h, knownAt: 1h, key: a, state: pass}'))).toEqual([[true, { state: 'pass' }]]);
  });

  test('without a key the check’s keys are rolled up; a key without a segment is unknown', () => {
    const given = `{at: 0h, account: ${active}}, {at: 1h, account: ${weak.replace('account: a', 'account: b')}}`;
    expect(run(given, '{at: 0h, state: pass}, {at: 1h, state: fail}, {at: -1h, state: unknown}, {at: 0h, key: z, state: unknown}').holds).toBe(true);
  });

  test('a control that comes into force after its tests play is tested all the same', () => {
    expect(run(`{at: 0h, account: ${weak}}`, '{at: 1h, key: a, state: fail}', 'effectiveFrom: 2027-01-01').holds).toBe(true);
  });

  test('the script is given back in order of receipt, and the states that no test shows are named', () => {
    const report = run(`{at: 5h, account: ${weak}}, {at: 0h, receivedAt: 9h, account: ${active}}, {from: 1h, to: 3h, silent: account}`, '{at: 5h, key: a, state: fail}');
    expect(report.results[0]?.script.map(({ alias, text }) => [alias, text === 'silent' ? text : 'event'])).toEqual([['account', 'silent'], ['account', 'event'], ['account', 'event']]);
    expect(report.coverage).toEqual([{ check: 'it', reached: ['fail'], unreached: ['pass', 'unknown'] }]);
  });

  test('only what a check can show is missed: what leaves keys out can show that they are not applicable', () => {
    const unreached = (extra: string, check = ''): unknown => run(`{at: 0h, account: ${active}}`, '{at: 0h, key: a, state: pass}', extra, check).coverage[0]?.unreached;
    expect(unreached('')).toEqual(['fail', 'unknown']);
    expect(unreached('', ', scope: account.admin')).toEqual(['fail', 'unknown', 'not-applicable']);
    expect(unreached('', ', retire: account.status == "disabled"')).toEqual(['fail', 'unknown', 'not-applicable']);
    expect(unreached('scope: event.system == "test"')).toEqual(['fail', 'unknown', 'not-applicable']);
    expect(unreached('', ', expects: {keys: \'["a"]\'}')).toEqual(['fail', 'unknown']);
    expect(unreached('', ', expects: {from: account, key: account.account, while: account.admin}')).toEqual(['fail', 'unknown', 'not-applicable']);
  });
});
