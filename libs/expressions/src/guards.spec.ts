import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anAccount, evaluated, faultsOf } from './compile.testkit.js';

const OPTIONAL = {
  worker: 'w1',
  lastSignInAt: '2026-03-01T00:00:00Z',
  note: 'a',
  manager: { id: 'm1', mail: 'm@example.com' },
} as const;

const READS = [
  'account.worker == "w1"',
  'account.lastSignInAt < account.createdAt',
  'account.note.startsWith("a")',
  'account.manager.id == "m1"',
  'account.manager.mail == "m"',
  'account.grants.exists(g, g.until > account.createdAt)',
  'account.grants.exists(g, has(g.until) && g.until > account.createdAt)',
  'account.mfa',
];
const GUARDS = ['has(account.worker)', 'has(account.lastSignInAt)', 'has(account.note)', 'has(account.manager)', 'has(account.manager.mail)'];

/** Conditions that read and guard optional fields in any way that the grammar allows. */
const condition = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...GUARDS, ...GUARDS, ...READS),
    fc.tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any')).map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('any').map((inner) => `!(${inner})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([asked, then, otherwise]) => `(${asked} ? ${then} : ${otherwise})`),
  ),
})).any;

const presence = fc.record({
  fields: fc.subarray(Object.keys(OPTIONAL) as (keyof typeof OPTIONAL)[]),
  mail: fc.boolean(),
  until: fc.boolean(),
});

it('what loads never meets an absent field, whatever is absent', () => {
  let loaded = 0;
  fc.assert(
    fc.property(condition, fc.array(presence, { minLength: 3, maxLength: 8 }), (source, worlds) => {
      if (faultsOf(source).length > 0) return;
      loaded += 1;
      for (const { fields, mail, until } of worlds) {
        const there = Object.fromEntries(fields.map((name) => [name, name === 'manager' && !mail ? { id: 'm1' } : OPTIONAL[name]]));
        const grants = [{ role: 'r', days: 1, ...(until ? { until: '2027-01-01T00:00:00Z' } : {}) }];
        expect(evaluated(source, anAccount({ ...there, grants }))).toMatchObject({ ok: true });
      }
    }),
    { numRuns: 3_000 },
  );
  expect(loaded).toBeGreaterThan(300);
});
