import { describe, expect, it } from '@jest/globals';
import { anAccount, evaluated, VARIABLES } from './compile.testkit.js';
import { compileExpression } from './compile.js';

describe('evaluating', () => {
  it.each<[string, unknown, Parameters<typeof evaluated>[2]]>([
    ['account.factors.exists(f, f == "webauthn" || f == "totp")', true, {}],
    ['account.factors.all(f, f == "sms")', false, {}],
    ['account.grants.filter(g, g.days > 1).size() == 0', true, {}],
    ['account.balanceMinor + 1', 2_000, { result: 'int' }],
    ['account.balanceMinor / 100', 19, { result: 'int' }],
    ['double(account.balanceMinor) / 100.0', 19.99, { result: 'double' }],
    ['account.load <= params.share', false, {}],
    ['account.load < 1', true, {}],
    ['account.createdAt', Date.UTC(2026, 2, 2, 9), { result: 'timestamp' }],
    ['account.createdAt + params.limit', Date.UTC(2026, 2, 3, 9), { result: 'timestamp' }],
    ['account.createdAt - timestamp("2026-03-01T09:00:00Z")', 86_400_000, { result: 'duration' }],
    ['account.createdAt - timestamp("2026-03-01T09:00:00Z") <= params.limit', true, {}],
    ['params.limit + duration("1m")', 86_460_000, { result: 'duration' }],
    ['account.createdAt.getHours()', 9, { result: 'int' }],
    ['account.account.matches("^a[0-9]$")', true, {}],
    ['account.account + "/" + string(account.balanceMinor)', 'a1/1999', { result: 'string' }],
    ['account.account in params.systems', false, {}],
    ['params.systems', ['erp', 'crm'], { result: 'any' }],
    ['has(account.worker)', false, {}],
  ])('%s', (source, value, options) => {
    expect(evaluated(source, anAccount(), options)).toEqual({ ok: true, value });
  });

  it('reads objects in lists and nested optional fields', () => {
    const account = anAccount({
      grants: [{ role: 'dba', days: 3 }, { role: 'root', days: 400, until: '2027-01-01T00:00:00Z' }],
      manager: { id: 'm1', mail: 'm@example.com' },
    });
    expect(evaluated('account.grants.exists(g, g.days > 90 && has(g.until))', account)).toEqual({ ok: true, value: true });
    expect(evaluated('account.grants.map(g, g.role)', account, { result: 'any' })).toEqual({ ok: true, value: ['dba', 'root'] });
    expect(evaluated('account.grants[1].days', account, { result: 'int' })).toEqual({ ok: true, value: 400 });
    expect(evaluated('has(account.manager) && has(account.manager.mail)', account)).toEqual({ ok: true, value: true });
  });

  it('computes whole numbers exactly where a double could not', () => {
    const account = anAccount({ balanceMinor: 9_007_199_254_740_991 });
    expect(evaluated('account.balanceMinor + 1 > account.balanceMinor', account)).toEqual({ ok: true, value: true });
    expect(evaluated('account.balanceMinor * 3', account, { result: 'int' })).toEqual({ ok: true, value: 27_021_597_764_222_973n });
  });

  it('says that a key is absent, so that the event is not selected', () => {
    const key = { result: 'string', mayBeAbsent: true } as const;
    expect(evaluated('account.worker', anAccount(), key)).toEqual({ ok: false, absent: true, message: 'No such key: worker' });
    expect(evaluated('account.status + "/" + account.worker', anAccount({ worker: null }), key)).toMatchObject({ absent: true });
    expect(evaluated('account.status + "/" + account.worker', anAccount({ worker: 'w1' }), key)).toEqual({ ok: true, value: 'active/w1' });
  });

  it('does not call a required field absent: data that does not follow its type is an error', () => {
    const { status: _, ...broken } = anAccount();
    expect(evaluated('account.status', broken, { result: 'string', mayBeAbsent: true })).toEqual({
      ok: false,
      absent: false,
      message: 'No such key: status',
    });
  });

  it.each([
    ['division by zero', '1 / (account.balanceMinor - account.balanceMinor) == 1', anAccount(), 'division by zero'],
    ['an overflow', 'account.balanceMinor * account.balanceMinor > 0', anAccount({ balanceMinor: 9e15 }), /^integer overflow/],
    ['a place outside a list', 'account.factors[3] == "a"', anAccount(), /index out of bounds/],
    ['a value of another type', 'account.mfa', anAccount({ mfa: 'yes' }), /not of type 'bool'/],
    ['a fraction for a whole number', 'account.balanceMinor > 1', anAccount({ balanceMinor: 1.5 }), /not of type 'int'/],
    ['text that is no time', 'account.createdAt > timestamp("2026-01-01T00:00:00Z")', anAccount({ createdAt: 'soon' }), /not of type 'time'/],
  ])('gives an error as a value for %s', (_, source, account, message) => {
    expect(evaluated(source, account)).toEqual({ ok: false, absent: false, message: expect.stringMatching(message) as unknown });
  });

  it('gives an error as a value when a variable was not handed over', () => {
    const compiled = compileExpression('account.mfa', { variables: VARIABLES, result: 'bool' });
    expect(compiled.ok && compiled.value.evaluate({})).toEqual({ ok: false, absent: false, message: 'Unknown variable: account' });
  });

  it('absorbs an error on the side of && and || that does not decide, as CEL says', () => {
    expect(evaluated('1 / 0 == 1 || account.admin')).toEqual({ ok: true, value: true });
    expect(evaluated('1 / 0 == 1 && account.mfa')).toEqual({ ok: true, value: false });
  });
});

describe('what is known of an expression before it is evaluated', () => {
  const untyped = (source: string) => {
    const compiled = compileExpression(source, { variables: { row: { kind: 'dynamic' } }, result: 'any' });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    return compiled.value;
  };

  it('is what it gives and which fields it reads, by steps', () => {
    const { type, reads } = untyped('has(row.a) ? string(row["Last day"]) + row.b["c.d"] : "none"');
    expect([type.kind, reads]).toEqual(['string', [['row', 'Last day'], ['row', 'b'], ['row', 'b', 'c.d']]]);
    expect(untyped('row.list.map(one, one.name)')).toMatchObject({ type: { kind: 'list' }, reads: [['row', 'list']] });
  });

  it('is what it costs: a list of no known length counts as one of a thousand', () => {
    expect(untyped('"a" in row.list').steps).toBeGreaterThan(1_000);
    const nested = compileExpression('row.a.exists(one, one in row.b)', { variables: { row: { kind: 'dynamic' } }, result: 'bool' });
    expect(nested.ok ? undefined : nested.error[0]?.message).toMatch(/^could take \d+ steps, at most 200000 are allowed$/);
  });
});
