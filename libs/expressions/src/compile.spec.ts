import { describe, expect, it } from '@jest/globals';
import { compileExpression } from './compile.js';
import { faultsOf, VARIABLES } from './compile.testkit.js';
import type { ResultKind } from './model.js';

type Row = readonly [name: string, source: string, message: string, hint: string | undefined];

const REFUSED: readonly Row[] = [
  ['a misspelt field', 'account.statsu == "active"', 'account has no field "statsu"', 'did you mean "status"?'],
  ['a misspelt field inside has()', 'has(account.wroker)', 'account has no field "wroker"', 'did you mean "worker"?'],
  ['a misspelt name', 'acount.mfa', 'there is no "acount" here', 'did you mean "account"?'],
  ['text without quotes', 'account.status == active', 'there is no "active" here', 'known here: account, params; text stands in quotes: "active"'],
  ['a misspelt parameter', 'params.systms.size() > 0', 'params has no field "systms"', 'did you mean "systems"?'],
  ['a misspelt function', 'account.status.startWith("a")', 'there is no function "startWith"', 'did you mean "startsWith"?'],
  ['an unguarded optional field', 'account.worker == "w1"', 'account.worker may be absent', 'guard it: has(account.worker) && …'],
  ['a guard on the other side of ||', 'has(account.worker) || account.worker == "w1"', 'account.worker may be absent', 'guard it: has(account.worker) && …'],
  ['a guard that comes too late', 'account.worker == "w1" && has(account.worker)', 'account.worker may be absent', 'guard it: has(account.worker) && …'],
  ['a guard of the parent only', 'has(account.manager) && account.manager.mail == "m"', 'account.manager.mail may be absent', 'guard it: has(account.manager.mail) && …'],
  ['has() below an unguarded parent', 'has(account.manager.mail)', 'account.manager may be absent', 'guard it: has(account.manager) && …'],
  ['an optional field of an item', 'account.grants.all(g, g.until > account.createdAt)', 'g.until may be absent', 'guard it: has(g.until) && …'],
  ['text against a number', 'account.status == 5', '"==" does not go between text and a whole number', 'write string(x) for the number, or put it into quotes'],
  ['a whole against a decimal number', 'account.balanceMinor == 1.0', '"==" does not go between a whole number and a decimal number', 'write double(x) for the whole number, or a literal such as 1.0'],
  ['a time against text', 'account.createdAt > "2026-01-01T00:00:00Z"', '">" does not go between a time and text', 'write timestamp("2026-01-31T00:00:00Z") for the text'],
  ['a duration against text', 'params.limit < "2h"', '"<" does not go between a duration and text', 'write duration("24h") for the text'],
  ['text where a condition is wanted', 'account.status', 'it gives text, its place wants true or false', 'compare it with something: … == "active"'],
  ['text beside &&', 'account.status && account.mfa', '"&&" and "||" want conditions, this is text', undefined],
  ['a field of text', 'account.status.name == "x"', 'account.status is text: it has no field "name"', undefined],
  ['a field of a list', 'account.grants.role == "x"', 'account.grants is a list of an object: it has no field "role"', 'walk the list: account.grants.exists(item, item.role == …)'],
  ['null', 'account.status == null', 'nothing is null here', 'ask has(account.worker) instead'],
  ['a nested list macro', 'account.factors.exists(f, account.factors.exists(g, f == g))', 'exists inside another list macro', 'split it into two checks, or use "in" for the inner list'],
  ['an item that hides an input', 'account.factors.exists(account, account == "x")', '"account" already means something here', 'use another name for the item'],
  ['a pattern that is no literal', 'account.status.matches(account.account)', 'the pattern of matches() must be written out', 'write x.matches("^a.*z$")'],
  ['a pattern that cannot be read', 'account.status.matches("(a")', 'the pattern cannot be read: missing closing ): `(a`', 'patterns are RE2: no look-around, no back-references, repeat counts up to 1000 altogether'],
  ['a runaway repeat', 'account.status.matches("((a{100}){100}){100}")', 'the pattern cannot be read: invalid repeat count: `{100}`', 'patterns are RE2: no look-around, no back-references, repeat counts up to 1000 altogether'],
  ['a back-reference', 'account.status.matches(r"(a+)\\1")', 'the pattern cannot be read: invalid escape sequence: `\\1`', 'patterns are RE2: no look-around, no back-references, repeat counts up to 1000 altogether'],
  ['a duration that is none', 'params.limit > duration("1w")', '"1w" is no duration', 'write a whole number with ms, s, m, h or d: "24h"'],
  ['a time that is none', 'account.createdAt > timestamp("2026-02-30T00:00:00Z")', '"2026-02-30T00:00:00Z" is no time', 'write "2026-01-31T00:00:00Z"'],
  ['dyn(), which would switch the types off', 'dyn(account.status) == 5', 'there is no function "dyn"', 'known here: double, duration, has, int, size, string, timestamp'],
  ['our own name of a replaced function', 'account.status.matchesRe2("a")', 'there is no function "matchesRe2"', 'did you mean "matches"?'],
  ['a map', '{"a": true}["a"]', 'a map cannot be used here', undefined],
  ['a mixed list', 'account.status in ["a", 1]', 'a list of text and a whole number', 'all items must be of one type'],
  ['one equals sign', 'account.status = "a"', 'it cannot be read: Unexpected character: =', 'compare with "=="'],
  ['three equals signs', 'account.status === "a"', 'it cannot be read: Unexpected character: =', 'compare with "==" or "!="'],
  ['words for operators', 'account.mfa and account.admin', "it cannot be read: Unexpected character: 'd'", 'write "&&", "||", "!"'],
  ['nothing at all', '', 'it cannot be read: Unexpected token: EOF', undefined],
  ['201 parts', `${'true && '.repeat(100)}true`, 'more than 200 parts', 'split it into two checks'],
  ['a nest 21 deep', `${'!('.repeat(20)}account.mfa${')'.repeat(20)}`, 'nested 22 deep, at most 20 are allowed', 'split it into two checks'],
  ['a deep pile of brackets', `${'('.repeat(40)}account.mfa${')'.repeat(40)}`, 'nested more than 20 deep', 'split it into two checks'],
  ['4,001 characters', `"${'a'.repeat(4_000)}" == account.status`, 'longer than 4000 characters', 'split it into two checks'],
];

describe('an expression is refused at load', () => {
  it.each(REFUSED)('for %s', (_, source, message, hint) => {
    const [first] = faultsOf(source);
    expect({ message: first?.message, hint: first?.hint }).toEqual({ message, hint });
  });

  it('with everything wrong said at once, each with its offset', () => {
    expect(faultsOf('account.statsu == "a" && account.worker == "w" && acount.mfa')).toEqual([
      { message: 'account has no field "statsu"', hint: 'did you mean "status"?', offset: 8 },
      { message: 'account.worker may be absent', hint: 'guard it: has(account.worker) && …', offset: 33 },
      { message: 'there is no "acount" here', hint: 'did you mean "account"?', offset: 50 },
    ]);
  });

  it('when a long text is searched for a long text, for that could take too long', () => {
    expect(faultsOf('has(account.note) && account.note.contains(account.note)').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^could take \d+ steps, at most 200000 are allowed$/),
    ]);
  });

  it('when a macro walks a long list of long texts', () => {
    expect(faultsOf('has(account.history) && account.history.exists(h, h.matches("(a|b)*c{100}"))').map(({ hint }) => hint)).toEqual([
      'walk a shorter list, compare shorter text, or use a smaller pattern',
    ]);
  });

  it('when a variable has a name that means something else', () => {
    const compiled = compileExpression('list.size() > 0', { variables: { list: { kind: 'dynamic' } }, result: 'bool' });
    expect(compiled).toEqual({
      ok: false,
      error: [{ message: '"list" has a meaning of its own in expressions', hint: 'choose another name' }],
    });
  });
});

const PLACES: readonly (readonly [ResultKind, string, string | undefined])[] = [
  ['bool', 'account.mfa', undefined],
  ['string', 'account.account + "/" + account.status', undefined],
  ['string', 'account.balanceMinor', 'it gives a whole number, its place wants text'],
  ['int', 'account.balanceMinor * 2', undefined],
  ['int', 'account.load', 'it gives a decimal number, its place wants a whole number'],
  ['number', 'account.load', undefined],
  ['number', 'account.balanceMinor', undefined],
  ['number', 'account.status', 'it gives text, its place wants a number'],
  ['timestamp', 'account.createdAt + params.limit', undefined],
  ['timestamp', 'account.status', 'it gives text, its place wants a time'],
  ['duration', 'params.limit', undefined],
  ['duration', 'account.createdAt - timestamp("2026-01-01T00:00:00Z")', undefined],
  ['duration', 'params.most', 'it gives a whole number, its place wants a duration'],
  ['any', 'params.systems', undefined],
];

describe('the type of an expression is that of its place', () => {
  it.each(PLACES)('%s: %s', (result, source, message) => {
    expect(faultsOf(source, result)[0]?.message).toBe(message);
  });
});

describe('a guard', () => {
  it.each([
    'has(account.worker) && account.worker == "w1"',
    'account.mfa && has(account.worker) && account.mfa && account.worker == "w1"',
    '!has(account.worker) || account.worker == "w1"',
    'has(account.worker) ? account.worker == "w1" : account.mfa',
    '!(has(account.worker) && account.mfa) || account.worker == "w1"',
    'has(account.manager) && has(account.manager.mail) && account.manager.mail == "m"',
    'account.grants.exists(g, has(g.until) && g.until > account.createdAt)',
    'account["status"] == "active"',
  ])('makes an optional field readable: %s', (source) => {
    expect(faultsOf(source)).toEqual([]);
  });

  it('is not needed in the whole of a key, where absent means not selected', () => {
    expect(faultsOf('account.status + "/" + account.worker', 'string', { mayBeAbsent: true })).toEqual([]);
  });

  it('is needed in a list macro also within a key', () => {
    const faults = faultsOf('account.grants.exists(g, g.until > account.createdAt) ? "a" : "b"', 'string', { mayBeAbsent: true });
    expect(faults.map(({ message }) => message)).toEqual(['g.until may be absent']);
  });
});

it('an expression names the variables that it uses, items of lists left out', () => {
  const compiled = compileExpression('account.factors.exists(f, f in params.systems)', { variables: VARIABLES, result: 'bool' });
  expect(compiled.ok && compiled.value.uses).toEqual(['account', 'params']);
});
