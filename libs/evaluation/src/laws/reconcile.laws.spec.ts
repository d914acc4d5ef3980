import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kindById } from '../kinds/registry.js';
import type { CompiledCheck, JudgedEvent, Judgement, Point } from '../model.js';
import { anEvent, controlOf, HOUR, hours, START } from '../evaluation.testkit.js';
import { historyOf, pointsBy, RUNS } from './laws.testkit.js';

const FROM = START - 10 * HOUR;
const { control, catalogue } = controlOf(`
id: law
title: Law
maps: {tsc: [CC4.1]}
inputs: {account: identity.account, count: population.snapshot}
checks:
  complete: {kind: reconcile, input: count, count: count.count, asOf: count.asOf, population: known}
  known: {kind: state, input: account, key: account.account, assert: account.mfa, validFor: 7d}
`);
const check = compiled();

function compiled(): CompiledCheck {
  const definition = control.checks.find(({ kind }) => kind === 'reconcile');
  const found = definition === undefined ? undefined : kindById.get('reconcile')?.compile(control, definition, catalogue.eventTypes);
  if (found === undefined) throw new Error('no check');
  return found;
}

const snapshot = fc
  .record({ at: fc.integer({ min: 0, max: 20 }), delay: fc.constantFrom(0, 0, 3, 40), ago: fc.integer({ min: 0, max: 12 }), count: fc.integer({ min: 0, max: 3 }) })
  .map(({ at, delay, ago, count }): JudgedEvent => anEvent('population.snapshot', at, { population: 'accounts', count, asOf: new Date(hours(at - ago)).toISOString() }, { receivedAt: at + delay }));

/** When members came and went. */
const members = fc.array(fc.record({ from: fc.integer({ min: -12, max: 20 }), length: fc.integer({ min: 1, max: 30 }) }), { maxLength: 4 });
type Members = typeof members extends fc.Arbitrary<infer M> ? M : never;
const liveAt = (of: Members) => (ms: number): number => of.filter(({ from, length }) => hours(from) <= ms && ms < hours(from + length)).length;

const judged = (points: readonly Point[], of: Members): Judgement =>
  check.judge('known', undefined, points, { watermarkMs: hours(500), effectiveFromMs: FROM, population: { liveAt: liveAt(of) } });

test('a population counted in any order, with doubles and late counts, is unproven exactly while the last count before is not ours', () => {
  fc.assert(
    fc.property(historyOf(fc.array(snapshot, { minLength: 1, maxLength: 9 })), members, (history, of) => {
      const delivered = history.deliveries.flatMap(({ events }) => events);
      const seen = judged(pointsBy(check, delivered, 'known'), of);
      expect(seen).toEqual(judged(pointsBy(check, history.events, 'known'), of));
      const counts = history.events.map(({ timeMs, data }) => ({ timeMs, asOfMs: Math.max(FROM, Date.parse(data['asOf'] as string)), count: Number(data['count']) }));
      const wrong: unknown[] = [];
      for (let ms = FROM; ms < hours(30); ms += HOUR / 2) {
        const before = counts.filter(({ asOfMs }) => asOfMs <= ms);
        const asOfMs = Math.max(...before.map((one) => one.asOfMs));
        const latest = before.filter((one) => one.asOfMs === asOfMs);
        // Of several counts of one instant the latest holds; of several of one time the worse.
        const timeMs = Math.max(...latest.map((one) => one.timeMs));
        const unproven = latest.some((one) => one.timeMs === timeMs && one.count !== liveAt(of)(asOfMs));
        if (seen.incomplete.some(({ fromMs, toMs = Infinity }) => fromMs <= ms && ms < toMs) !== unproven) wrong.push({ hour: (ms - START) / HOUR, unproven });
      }
      expect(wrong).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
