import { describe, expect, test } from '@jest/globals';
import type { State } from '@tickmark/contracts';
import fc from 'fast-check';
import type { JudgedEvent, Point } from '../model.js';
import { anEvent, controlOf, HOUR, START } from '../evaluation.testkit.js';
import { expectStates, historyOf, livedThrough, pointsBy, RUNS } from './laws.testkit.js';

const yaml = (aggregate: string, assert: string, minimumCount: number): string => `
id: law
title: Law
maps: {tsc: [CC7.2]}
inputs: {capacity: capacity.measured}
checks:
  it:
    kind: threshold
    input: capacity
    key: capacity.resource
    window: 10h
    aggregate: ${aggregate}
    value: ${aggregate === 'ratio' ? 'capacity.utilisation > 0.5' : 'capacity.utilisation'}
    minimumCount: ${minimumCount}
    assert: ${assert}
`;

const event = fc
  .record({ at: fc.integer({ min: 0, max: 50 }), delay: fc.constantFrom(0, 0, 3, 30), utilisation: fc.constantFrom(0, 0.25, 0.5, 0.75, 1) })
  .map(({ at, delay, utilisation }): JudgedEvent => anEvent('capacity.measured', at, { resource: 'r', utilisation }, { receivedAt: at + delay }));
const events = fc.array(event, { minLength: 1, maxLength: 12 });

type Verdict = (values: readonly number[]) => State;
const cases: readonly (readonly [aggregate: string, assert: string, minimumCount: number, verdict: Verdict])[] = [
  ['count', 'result <= 2.0', 0, (values) => (values.length <= 2 ? 'pass' : 'fail')],
  ['count', 'result >= 2.0', 0, (values) => (values.length >= 2 ? 'pass' : 'fail')],
  ['sum', 'result < 1.5', 1, (values) => (values.length < 1 ? 'unknown' : values.reduce((a, b) => a + b, 0) < 1.5 ? 'pass' : 'fail')],
  ['average', 'result <= 0.5', 2, (values) => (values.length < 2 ? 'unknown' : values.reduce((a, b) => a + b, 0) <= 0.5 * values.length ? 'pass' : 'fail')],
  ['maximum', 'result < 0.75', 1, (values) => (values.length < 1 ? 'unknown' : Math.max(...values) < 0.75 ? 'pass' : 'fail')],
  ['ratio', 'result < 0.5', 3, (values) => (values.length < 3 ? 'unknown' : values.filter((value) => value > 0.5).length < 0.5 * values.length ? 'pass' : 'fail')],
];

/** What each instant is by its own window alone. */
function reference(events: readonly JudgedEvent[], effectiveFromMs: number, verdict: Verdict): (ms: number) => State | undefined {
  const first = Math.min(...events.map(({ timeMs }) => timeMs));
  return (ms) => {
    if (ms < Math.max(first, effectiveFromMs)) return undefined;
    return verdict(events.filter(({ timeMs }) => timeMs <= ms && timeMs > ms - 10 * HOUR).map(({ data }) => Number(data['utilisation'])));
  };
}

/** A failure begins with a fail and ends with the next pass; too few events end nothing. */
function failuresBy(stateAt: (ms: number) => State | undefined): readonly (readonly [number, number | undefined])[] {
  const failures: [number, number | undefined][] = [];
  for (let ms = START - 40 * HOUR; ms < START + 160 * HOUR; ms += HOUR) {
    const state = stateAt(ms);
    const last = failures.at(-1);
    const open = last !== undefined && last[1] === undefined;
    if (state === 'fail' && !open) failures.push([ms, undefined]);
    if (state === 'pass' && open) last[1] = ms;
  }
  return failures;
}

describe.each(cases)('threshold, %s %s', (aggregate, assert, minimumCount, verdict) => {
  const { check } = controlOf(yaml(aggregate, assert, minimumCount));
  test('judged step by step, in any order, is that of the whole history and of each instant alone', () => {
    fc.assert(
      fc.property(historyOf(events), fc.constantFrom(START - 1_000 * HOUR, START + 20 * HOUR), (history, effectiveFromMs) => {
        const [key] = livedThrough(check, 'r', { history, effectiveFromMs }).keys;
        const stateAt = reference(history.events, effectiveFromMs, verdict);
        expectStates(key?.segments ?? [], stateAt);
        expect(key?.failures.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual(failuresBy(stateAt));
        expect(pointsBy(check, history.events, 'r').every((point: Point) => point.atMs >= START)).toBe(true);
      }),
      { numRuns: Math.ceil(RUNS / cases.length) },
    );
  });
});
