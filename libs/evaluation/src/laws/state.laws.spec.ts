import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, HOUR, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, pointsBy, RUNS } from './laws.testkit.js';
import { stateReference } from './state.reference.testkit.js';

const { check } = controlOf(`
id: law
title: Law
maps: {tsc: [CC6.1]}
inputs: {account: identity.account}
checks:
  it:
    kind: state
    input: account
    key: account.account
    scope: account.admin
    unknownWhen: account.status == "suspended"
    retire: account.status == "disabled"
    assert: account.mfa && account.factors[0] == "totp"
    validFor: 26h
`);

/** Times on a coarse grid, so that ties and ends of validity happen often; `factors: []` with mfa cannot be read. */
const event = fc
  .record({
    at: fc.integer({ min: 0, max: 80 }),
    delay: fc.constantFrom(0, 0, 1, 30),
    sequence: fc.constantFrom(undefined, undefined, '1', '2'),
    status: fc.constantFrom('active', 'active', 'active', 'suspended', 'disabled'),
    admin: fc.constantFrom(true, true, true, false),
    mfa: fc.boolean(),
    factors: fc.constantFrom(['totp'], ['sms'], ['totp'], []),
  })
  .map(({ at, delay, sequence, ...data }): JudgedEvent => {
    const rest = { receivedAt: at + delay, ...(sequence === undefined ? {} : { sequence }) };
    return anEvent('identity.account', at, { account: 'a', system: 'okta', ...data }, rest);
  });
const events = fc.array(event, { minLength: 1, maxLength: 14 });
const effectiveFrom = fc.constantFrom(START - 1_000 * HOUR, START + 20 * HOUR);

test('a state judged step by step, in any order, is that of the whole history and of the reference', () => {
  fc.assert(
    fc.property(historyOf(events), effectiveFrom, (history, effectiveFromMs) => {
      const seen = livedThrough(check, 'a', { history, effectiveFromMs });
      const points = pointsBy(check, history.events, 'a').filter(({ facts }) => facts['error'] === undefined);
      const expected = stateReference(points, { validForMs: 26 * HOUR, effectiveFromMs });
      const [key] = seen.keys;
      expect(key?.failures.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual(expected.failures);
      expectStates(key?.segments ?? [], (ms) => expected.stateAt(ms), 'unreadable');
    }),
    { numRuns: RUNS },
  );
});
