import { describe, expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { JudgedEvent } from '../model.js';
import { anEvent, controlOf, HOUR, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, RUNS } from './laws.testkit.js';

const yaml = (more: string): string => `
id: law
title: Law
maps: {tsc: [PI1.3]}
inputs: {sent: ledger.batch-sent, booked: ledger.batch-booked}
checks:
  it:
    kind: control-total
    from: sent
    to: booked
    key: {sent: sent.batch, booked: booked.batch}
    equal: [count, amountMinor, currency]
    within: 20h
    ${more}
`;

const time = { at: fc.integer({ min: 0, max: 60 }), delay: fc.constantFrom(0, 0, 3, 40) };
const total = { batch: 'b', currency: 'EUR' };
const booking = fc
  .record({ ...time, count: fc.constantFrom(1, 2, -1), currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD') })
  .map(({ at, delay, count, currency }): JudgedEvent => anEvent('ledger.batch-booked', at, { ...total, currency, count, amountMinor: count * 100 }, { receivedAt: at + delay }));
const sending = fc
  .record(time)
  .map(({ at, delay }): JudgedEvent => anEvent('ledger.batch-sent', at, { ...total, count: 2, amountMinor: 200 }, { receivedAt: at + delay }));
const events = fc
  .tuple(fc.array(sending, { maxLength: 1 }), fc.array(booking, { maxLength: 4 }))
  .map(([sent, booked]) => [...sent, ...booked])
  .filter((all) => all.length > 0);

/** By the table alone, at one instant. */
function stateBy(all: readonly JudgedEvent[], ms: number, summing: boolean): State | undefined {
  const known = all.filter(({ timeMs }) => timeMs <= ms);
  if (known.length === 0) return undefined;
  const sent = known.find(({ type }) => type === 'ledger.batch-sent');
  const booked = known.filter(({ type }) => type === 'ledger.batch-booked').map(({ data }) => data);
  if (sent === undefined) return 'fail';
  const missing = unequal(ms >= sent.timeMs + 20 * HOUR, 'no-occurrence');
  if (booked.length === 0) return missing;
  if (booked.some(({ currency }) => currency !== 'EUR')) return 'fail';
  const sum = booked.reduce((count, data) => count + Number(data['count']), 0);
  if (!summing) return booked.length === 1 && sum === 2 ? 'pass' : 'fail';
  return sum === 2 ? 'pass' : unequal(sum > 2 || failedSince(known, sent), missing);
}

const unequal = (failed: boolean, missing: State): State => (failed ? 'fail' : missing);

/** Too much was booked, and no total since then was equal. */
function failedSince(known: readonly JudgedEvent[], sent: JudgedEvent): boolean {
  const instants = [...new Set(known.map(({ timeMs }) => timeMs))].filter((ms) => ms >= sent.timeMs).sort((a, b) => a - b);
  const sums = instants.map((ms) => known.filter(({ type, timeMs }) => type === 'ledger.batch-booked' && timeMs <= ms).reduce((count, { data }) => count + Number(data['count']), 0));
  return sums.findLastIndex((sum) => sum > 2) > sums.lastIndexOf(2);
}

describe.each(['once: true', 'sum: true'])('control-total, %s', (more) => {
  const { check } = controlOf(yaml(more));
  test('judged step by step, in any order, is that of the whole history and of the reference', () => {
    fc.assert(
      fc.property(historyOf(events), (history) => {
        const [key] = livedThrough(check, 'b', { history, effectiveFromMs: START - 1_000 * HOUR }).keys;
        const summing = more.startsWith('sum');
        expectStates(key?.segments ?? [], (ms) => stateBy(history.events, ms, summing));
        // What fails has a failure, and what has one fails.
        expectStates(key?.segments ?? [], (ms) => {
          const failing = key?.failures.some(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs);
          const state = stateBy(history.events, ms, summing);
          return failing === (state === 'fail') ? state : undefined;
        });
        expect(new Set(key?.failures.map(({ occurrence }) => occurrence)).size).toBe(key?.failures.length);
      }),
      { numRuns: RUNS },
    );
  });

  test('what was sent before the check came into force, and sendings that differ, are judged alike in every order', () => {
    const different = sending.map((event): JudgedEvent => ({ ...event, data: { ...event.data, count: 3, amountMinor: 300 } }));
    const all = fc.tuple(events, fc.array(different, { maxLength: 2 })).map(([some, others]) => [...some, ...others]);
    fc.assert(
      fc.property(historyOf(all), (history) => {
        livedThrough(check, 'b', { history, effectiveFromMs: START + 20 * HOUR });
      }),
      { numRuns: RUNS },
    );
  });
});
