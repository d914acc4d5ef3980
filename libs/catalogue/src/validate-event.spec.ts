import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '@tickmark/expressions';
import fc from 'fast-check';
import { ACCOUNT_TYPE, KINDS } from './catalogue.testkit.js';
import { loadCatalogue } from './load-catalogue.js';
import { validateEvent } from './validate-event.js';

const type = loadCatalogue([ACCOUNT_TYPE], KINDS).catalogue?.eventTypes.get('identity.account');
const good = { account: 'a1', status: 'active', mfa: true, factors: ['totp'] };
const faultsOf = (change: { readonly [field: string]: unknown }): unknown => validateEvent(type, { ...good, ...change });

describe('data of an event', () => {
  it('that follows its type is taken, and of a type that is not known anything', () => {
    expect([faultsOf({}), faultsOf({ seats: 3, seenAt: '2026-03-02T10:00:00.5+01:00' }), validateEvent(undefined, 'x')]).toEqual([[], [], []]);
  });

  it.each<[string, { [field: string]: unknown }, string, string]>([
    ['a missing field', { account: undefined }, '/account', '"account" is required'],
    ['a misspelt field', { wroker: 'w1' }, '/wroker', 'is a field that this type does not have; did you mean "worker"?'],
    ['a wrong type', { mfa: 'yes' }, '/mfa', 'must be true or false'],
    ['a number in text', { seats: '3' }, '/seats', 'must be a whole number'],
    ['a fraction', { seats: 1.5 }, '/seats', 'must be a whole number'],
    ['a number that has lost digits', { seats: 2 ** 53 }, '/seats', 'must be at most 9007199254740991'],
    ['an unknown choice', { status: 'gone' }, '/status', 'must be one of active, disabled'],
    ['text that is too long', { worker: 'x'.repeat(257) }, '/worker', 'must be at most 256 characters'],
    ['a list that is too long', { factors: Array(21).fill('a') }, '/factors', 'must have at most 20 items'],
    ['an item of a wrong type', { factors: ['a', 1] }, '/factors/1', 'must be text'],
    ['a time without a zone', { seenAt: '2026-03-02T10:00:00' }, '/seenAt', 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z'],
    ['a day that does not exist', { seenAt: '2026-02-30T10:00:00Z' }, '/seenAt', 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z'],
    ['null', { worker: null }, '/worker', 'must be text'],
  ])('is refused for %s, with the path of the fault', (_, change, pointer, message) => {
    const data = JSON.parse(JSON.stringify({ ...good, ...change })) as unknown;
    expect(validateEvent(type, data)).toEqual([{ pointer, message }]);
  });

  it.each([null, [], 'x', 1])('is refused when it is %j', (data) => {
    expect(validateEvent(type, data)).toEqual([{ pointer: '', message: 'must be an object' }]);
  });

  it('names at most 20 faults, and escapes names in pointers', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x/${index}~`, index]));
    const faults = validateEvent(type, { ...good, ...many });
    expect([faults.length, faults[0]?.pointer]).toEqual([20, '/x~10~0']);
  });

  it('never throws, and takes no time that expressions cannot read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ ...Object.fromEntries(Object.entries(good).map(([name, value]) => [name, fc.constant(value)])), seenAt: fc.string() })), (data) => {
        const faults = validateEvent(type, data);
        const seenAt = (data as { seenAt?: unknown } | null | undefined)?.seenAt;
        if (faults.length === 0 && typeof seenAt === 'string') expect(parseInstant(seenAt)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});
