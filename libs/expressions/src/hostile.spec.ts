import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anAccount, faultsOf, PARAMS, VARIABLES } from './compile.testkit.js';
import { compileExpression } from './compile.js';
import type { ResultKind } from './model.js';

/** Of the processor, best of ten: what else the machine does is not the expression's cost. */
function fastestMs(run: () => unknown): number {
  const once = (): number => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(...Array.from({ length: 10 }, once));
}

const history = Array.from({ length: 10_000 }, (_, index) => `${'ab'.repeat(500)}${index}`);
const worst = anAccount({
  note: 'a'.repeat(65_536),
  history,
  factors: Array.from({ length: 20 }, () => 'a'.repeat(32)),
  grants: Array.from({ length: 50 }, (_, days) => ({ role: 'a'.repeat(64), days })),
  account: 'a'.repeat(256),
});

const HOSTILE = [
  'has(account.history) && account.history.exists(h, h.endsWith("x"))',
  'has(account.history) && account.history.all(h, h != "x")',
  'has(account.history) && "x" in account.history',
  'has(account.note) && account.note.matches("(a|aa)+$")',
  'has(account.note) && account.note.matches("(.*)(.*)(.*)[x]")',
  'has(account.note) && account.note.contains("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")',
  'account.account.matches("(a?){200}a{200}")',
  'account.account.matches("(a?){50}a{50}b?")',
  'account.account.matches("([a-c]*a){50}$")',
  'account.factors.exists(f, f.matches("(a?){30}a{30}b"))',
  'account.grants.map(g, g.role + g.role + g.role).filter(r, r.contains("b")).size() > 0',
  `account.factors.exists(f, ${Array(40).fill('f == "x"').join(' || ')})`,
  `account.grants.exists(g, ${Array(30).fill('g.days > 100').join(' || ')})`,
  Array(15).fill('account.factors.exists(f, f.contains("b"))').join(' || '),
  'account.account.matches("\\\\pL{500}")',
];

describe('a hostile expression', () => {
  it.each(HOSTILE)('is refused at load or takes at most 50 ms: %s', (source) => {
    const compiled = compileExpression(source, { variables: VARIABLES, result: 'bool' });
    if (!compiled.ok) return;
    expect(fastestMs(() => compiled.value.evaluate({ account: worst, params: PARAMS }))).toBeLessThan(50);
  });

  it('is not refused merely for being one: most of these load', () => {
    expect(HOSTILE.filter((source) => faultsOf(source).length === 0).length).toBeGreaterThanOrEqual(6);
  });

  it.each(['!', '-', '(', '[', 'a.', 'x ? y : ', '"', '{', 'a[', 'f('])('made of %s only is refused in no time', (piece) => {
    expect(fastestMs(() => faultsOf(piece.repeat(200_000)))).toBeLessThan(50);
    expect(fastestMs(() => faultsOf(piece.repeat(2_000).slice(0, 4_000)))).toBeLessThan(50);
    expect(faultsOf(piece.repeat(2_000).slice(0, 4_000)).length).toBeGreaterThan(0);
  });
});

const PIECES = [
  ...['account', '.', 'worker', 'status', 'mfa', 'factors', 'grants', 'history', 'note', 'manager', 'params', 'limit'],
  ...['has(', '(', ')', '[', ']', '"a"', "'", '1', '1.5', 'true', 'null', '==', '!=', '<', '&&', '||', '!', '-', '+', '/', '?', ':'],
  ...['.exists(', '.all(', '.map(', '.filter(', 'f', ',', '.matches(', '.contains(', 'size(', ' in ', 'timestamp(', 'duration(', '{', '}'],
  ...['\\', '\n', '\u0000', '\ud800', 'é', '//', 'r"', 'b"', '0x', '9999999999999999999999', '1e999', 'constructor', '__proto__'],
];
const anyText = fc.oneof(
  fc.string({ maxLength: 300, unit: 'binary' }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(' ')),
);
const anyResult = fc.constantFrom<ResultKind>('bool', 'string', 'int', 'number', 'timestamp', 'duration', 'any');

it('any text as an expression gives faults or an expression, and never throws, neither then nor when it is evaluated', () => {
  fc.assert(
    fc.property(anyText, anyResult, fc.boolean(), fc.anything(), (source, result, mayBeAbsent, account) => {
      const compiled = compileExpression(source, { variables: VARIABLES, result, mayBeAbsent });
      if (!compiled.ok) {
        expect(compiled.error.length).toBeGreaterThan(0);
        for (const { message } of compiled.error) expect(message).not.toBe('');
        return;
      }
      for (const value of [anAccount(), worst, account]) compiled.value.evaluate({ account: value, params: PARAMS });
    }),
    { numRuns: 1_500 },
  );
});
