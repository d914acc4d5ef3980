import { describe, expect, it } from '@jest/globals';
import { ALIVE_KIND, CONTROL, controlFile, faultsAfter, load } from './catalogue.testkit.js';

type Row = readonly [name: string, written: string, instead: string, line: number, message: string, hint: string | undefined];

const PART = 'assert: account.mfa';
const GIVEN = '{at: 0h, account: {account: a1, status: active, mfa: true, factors: []}}';
const EXPECTED = '{at: 0h, key: a1, state: pass}';

const REFUSED: readonly Row[] = [
  ['a misspelt field in an expression', PART, 'assert: account.mfaa', 13, 'checks.second-factor.assert: account has no field "mfaa"', 'did you mean "mfa"?'],
  ['an unguarded optional field', PART, 'assert: account.worker == "w"', 13, 'checks.second-factor.assert: account.worker may be absent', 'guard it: has(account.worker) && …'],
  ['an expression of a wrong type', PART, 'assert: account.status', 13, 'checks.second-factor.assert: it gives text, its place wants true or false', 'compare it with something: … == "active"'],
  ['a key of a wrong type', 'key: account.account', 'key: account.mfa', 12, 'checks.second-factor.key: it gives true or false, its place wants text', 'write string(…) around it'],
  ['nested list macros', PART, 'assert: account.factors.all(f, account.factors.exists(g, f == g))', 13, 'checks.second-factor.assert: exists inside another list macro', 'split it into two checks, or use "in" for the inner list'],
  ['a runaway regular expression', PART, `assert: 'account.account.matches("((a{100}){100}){100}")'`, 13, 'checks.second-factor.assert: the pattern cannot be read: invalid repeat count: `{100}`', 'patterns are RE2: no look-around, no back-references, repeat counts up to 1000 altogether'],
  ['an expression of 201 parts', PART, `assert: ${'account.mfa && '.repeat(50)}${'true && '.repeat(26)}account.mfa`, 13, 'checks.second-factor.assert: more than 200 parts', 'split it into two checks'],
  ['an unknown criterion', 'tsc: [CC6.1]', 'tsc: [CC6.9]', 4, 'there is no criterion "CC6.9"', 'did you mean "CC6.1"?'],
  ['an unknown objective', 'soc1: [ICFR-LA-1]', 'soc1: [ICFR-LA-11]', 4, 'there is no objective "ICFR-LA-11"', 'did you mean "ICFR-LA-1"?'],
  ['a control that serves nothing', 'maps: {tsc: [CC6.1], soc1: [ICFR-LA-1]}', 'maps: {}', 4, 'it serves no criterion and no objective', 'write "maps: {tsc: [CC6.1], soc1: []}"'],
  ['an unknown event type', 'account: identity.account', 'account: identity.acount', 7, 'there is no event type "identity.acount"', 'did you mean "identity.account"?'],
  ['an unknown kind', 'kind: state', 'kind: stat', 10, 'there is no kind "stat"', 'did you mean "state"?'],
  ['a misspelt key of the file', 'owner: it', 'ownr: it', 3, 'there is no "ownr" here', 'did you mean "owner"?'],
  ['a misspelt key of a check', 'assert: account.mfa', 'asert: account.mfa', 13, 'there is no "asert" here', 'did you mean "assert"?'],
  ['a missing title', 'title: Administrators sign in with a second factor\n', '', 1, 'title is missing', 'it is text'],
  ['a title that is too long', 'title: Administrators', `title: ${'x'.repeat(120)}`, 2, 'title is longer or more than 120', undefined],
  ['an unknown severity', 'owner: it', 'severity: hihg', 3, 'severity is not one of critical, high, medium, low', 'did you mean "high"?'],
  ['a date that does not exist', 'owner: it', 'effectiveFrom: 2026-02-30', 3, 'effectiveFrom: a date is written 2026-01-31', undefined],
  ['an id that is not the file’s name', 'id: admin-mfa', 'id: admins-mfa', 1, 'the id "admins-mfa" is not the file\'s name', 'name the file admins-mfa.yaml, or change the id'],
  ['an alias with a meaning of its own', 'inputs:\n', 'inputs:\n  list: identity.account\n', 7, '"list" has a meaning of its own in expressions', 'choose another alias'],
  ['a condition of an input that does not fit', 'account: identity.account', 'account: {type: identity.account, where: account.statsu == "active"}', 7, 'inputs.account.where: account has no field "statsu"', 'did you mean "status"?'],
  ['a scope that knows no input', 'owner: it', 'scope: account.mfa', 3, 'scope: there is no "account" here', 'known here: event, params; text stands in quotes: "account"'],
  ['a parameter that is no plain value', 'params: {limit: 24h}', 'params: {limit: {hours: 24}}', 5, 'the parameter limit is no plain value', 'write text, a number, true or false, a duration such as 24h, or a list of one sort of them'],
  ['a key that stands there twice', 'owner: it', 'owner: it\nowner: hr', 4, 'this key stands here twice', 'keep one of the two'],
  ['text that is no YAML', 'owner: it', 'owner: [it', 4, 'no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]', undefined],
  ['no pass test', 'state: pass', 'state: not-applicable', 14, 'no test expects "pass"', 'add a test with an expected line of "state: pass"'],
  ['no fail test', 'state: fail', 'state: pass', 14, 'no test expects "fail"', 'add a test with an expected line of "state: fail"'],
  ['no unknown test', 'state: unknown', 'state: pass', 14, 'no test expects "unknown"', 'add a test with an expected line of "state: unknown"'],
  ['a state that does not exist', 'state: fail', 'state: failed', 22, 'tests.0.expect.1.state is not one of pass, fail, error, unknown, not-applicable, no-occurrence', 'did you mean "fail"?'],
  ['a misspelt field in test data', GIVEN, '{at: 0h, account: {account: a1, status: active, mfaa: true, factors: []}}', 17, 'account.mfa "mfa" is required', undefined],
  ['a value in test data that its type does not have', GIVEN, '{at: 0h, account: {account: a1, status: actve, mfa: true, factors: []}}', 17, 'account.status must be one of active, disabled', undefined],
  ['an unknown alias in a test', GIVEN, '{at: 0h, acount: {account: a1}}', 17, 'there is no "acount" here', 'did you mean "account"?'],
  ['a given line without an event', GIVEN, '{at: 0h}', 17, 'a given line has one event', 'write "{at: 0h, account: {…}}"'],
  ['a time that is none', GIVEN, '{at: soon, account: {account: a1, status: active, mfa: true, factors: []}}', 17, '"at" is no time of the test', 'write "at: 5h", or a time'],
  ['a silence of an unknown input', '{from: 2h, to: 3h, silent: account}', '{from: 2h, to: 3h, silent: acount}', 19, 'there is no input "acount"', 'did you mean "account"?'],
  ['a silence that ends before it begins', '{from: 2h, to: 3h, silent: account}', '{from: 3h, to: 2h, silent: account}', 19, 'the silence ends before it begins', 'write from before to'],
  ['an expected line of an unknown check', EXPECTED, '{at: 0h, check: secnd-factor, key: a1, state: pass}', 21, 'there is no check "secnd-factor"', 'did you mean "second-factor"?'],
  ['a misspelt key of an input', 'account: identity.account', 'account: {typ: identity.account}', 7, 'inputs.account: there is no "typ" here', 'missing: type'],
  ['an input of another form', 'account: identity.account', 'account: [identity.account]', 7, 'inputs.account: an input is an event type, or {type, where}', undefined],
  ['text where a list is wanted', 'tsc: [CC6.1]', 'tsc: CC6.1', 4, 'maps.tsc is not a list', 'write [a, b]'],
  ['text without quotes', PART, 'assert: account.status == active', 13, 'checks.second-factor.assert: there is no "active" here', 'known here: account, event, params; text stands in quotes: "active"'],
  ['an expected line without a state', EXPECTED, '{at: 0h, key: a1}', 21, 'tests.0.expect.0.state is missing', 'it is one of pass, fail, error, unknown, not-applicable, no-occurrence'],
  ['a misspelt key of an expected line', EXPECTED, '{at: 0h, ky: a1, state: pass}', 21, 'there is no "ky" here', 'did you mean "key"?'],
];

describe('a control is refused at load, with file, line and hint', () => {
  it.each(REFUSED)('for %s', (...[, written, instead, line, message, hint]) => {
    const expected = hint === undefined ? { message } : { message, hint };
    expect(faultsAfter(written, instead)).toContainEqual({ file: 'controls/admin-mfa.yaml', line, severity: 'error', ...expected });
  });

  it.each(REFUSED)('so that there is no catalogue: %s', (_, written, instead) => {
    expect(load(controlFile(CONTROL.replace(written, instead))).catalogue).toBeUndefined();
  });

  it('for aliases, which could make a small file huge', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b]\n`;
    expect(load(controlFile(bomb)).faults).toEqual([
      { file: 'controls/admin-mfa.yaml', line: 1, message: 'anchors and aliases are not used here', hint: 'write the value out', severity: 'error' },
    ]);
  });

  it('for a file of brackets only, and for one that is too long', () => {
    expect(load(controlFile('['.repeat(100_000))).faults[0]?.message).toMatch(/^(nested too deep to be read|no valid YAML: .*)$/);
    expect(load(controlFile(`x: ${'y'.repeat(300_000)}`)).faults).toEqual([
      { file: 'controls/admin-mfa.yaml', line: 1, message: 'longer than 262144 characters', hint: 'split it', severity: 'error' },
    ]);
  });

  it('for an id that another file has already', () => {
    expect(load(controlFile(), controlFile(CONTROL, 'own/controls/admin-mfa.yaml')).faults).toEqual([
      {
        file: 'own/controls/admin-mfa.yaml',
        line: 1,
        message: '"admin-mfa" is already defined in controls/admin-mfa.yaml',
        hint: 'choose another id; to change parameters write a file under overrides/',
        severity: 'error',
      },
    ]);
  });

  it('with everything wrong said at once, in the order of its lines', () => {
    const text = CONTROL.replace('CC6.1', 'CC9.9').replace(PART, 'assert: account.mfaa').replace('silent: account', 'silent: acount');
    expect(load(controlFile(text)).faults.map(({ line }) => line)).toEqual([4, 13, 19]);
  });

  it.each(['', '[]', 'a', '1', '- a\n- b', 'null', '{__proto__: {id: x}}', '\u0000', '%YAML 3.0\n---\na: b', '? [a]\n: b', '!!js/function "x"'])(
    'when it is %j',
    (text) => {
      const { catalogue, faults } = load(controlFile(text));
      expect(catalogue).toBeUndefined();
      expect(faults.length).toBeGreaterThan(0);
    },
  );
});

describe('a kind that cannot fail', () => {
  const alive = CONTROL.replace(/checks:[\s\S]*$/, 'checks:\n  alive: {kind: heartbeat, input: account}\ntests:\n  - name: x\n    expect: [{at: 0h, state: pass}]\n');

  it('needs no fail test, and an unknown one all the same', () => {
    expect(ALIVE_KIND.reachable).not.toContain('fail');
    expect(load(controlFile(alive)).faults.map(({ message }) => message)).toEqual(['no test expects "unknown"']);
  });

  it('beside another check needs its own lines, each saying of which check it is', () => {
    const two = CONTROL.replace('checks:\n', 'checks:\n  alive: {kind: heartbeat, input: account}\n');
    expect(load(controlFile(two)).faults.map(({ line, message }) => [line, message])).toEqual([
      [15, 'no test expects "pass" of the check alive'],
      [15, 'no test expects "unknown" of the check alive'],
      [15, 'no test expects "pass" of the check second-factor'],
      [15, 'no test expects "fail" of the check second-factor'],
      [15, 'no test expects "unknown" of the check second-factor'],
      [22, 'this line does not say of which check'],
      [23, 'this line does not say of which check'],
      [24, 'this line does not say of which check'],
    ]);
  });
});
