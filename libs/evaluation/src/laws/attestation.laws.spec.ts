import { expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, HOUR, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, RUNS } from './laws.testkit.js';

const { check } = controlOf(`
id: law
title: Law
maps: {tsc: [CC9.2]}
params: {vendors: [bank]}
checks:
  it: {kind: attestation, role: manager, expects: {keys: params.vendors}, validFor: 30h}
`);

const event = fc
  .record({ at: fc.integer({ min: 0, max: 90 }), delay: fc.constantFrom(0, 0, 3, 50), conclusion: fc.constantFrom('accepted', 'accepted', 'refused'), role: fc.constantFrom('manager', 'manager', 'intern') })
  .map(({ at, delay, ...data }): JudgedEvent => anEvent('attestation.given', at, { control: 'law', per: 'bank', by: 'bea', ...data }, { receivedAt: at + delay }));

test('an attestation judged step by step, in any order, is that of the whole history and of the reference', () => {
  fc.assert(
    fc.property(historyOf(fc.array(event, { minLength: 1, maxLength: 9 })), (history) => {
      const [key] = livedThrough(check, 'bank', { history, effectiveFromMs: START }).keys;
      const given = history.events.filter(({ data }) => data['role'] === 'manager');
      const stateAt = (ms: number): State | undefined => {
        if (ms < START) return undefined;
        const lastMs = Math.max(...given.filter(({ timeMs }) => timeMs <= ms).map(({ timeMs }) => timeMs));
        const last = given.filter(({ timeMs }) => timeMs === lastMs);
        if (last.length === 0) return 'unknown';
        return last.every(({ data }) => data['conclusion'] === 'accepted') && ms < lastMs + 30 * HOUR ? 'pass' : 'fail';
      };
      expectStates(key?.segments ?? [], stateAt);
      expectStates(key?.segments ?? [], (ms) => {
        const failing = key?.failures.some(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs);
        return failing === (stateAt(ms) === 'fail') ? stateAt(ms) : 'error';
      });
      expect(key?.failures.every(({ fromMs, toMs = Infinity }) => fromMs <= toMs)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
