import { describe, expect, test } from '@jest/globals';
import type { JudgedEvent, Judgement } from '../model.js';
import { anEvent, controlOf, faultsOf, hours, pointsOf } from '../evaluation.testkit.js';
import { kindById } from '../kinds/registry.js';

const yaml = (more = ''): string => `
id: complete
title: The account feed carries the whole population
maps: {tsc: [CC4.1]}
inputs:
  account: identity.account
  count: {type: population.snapshot, where: count.population == "accounts"}
checks:
  complete: {kind: reconcile, input: count, count: count.count, asOf: count.asOf, population: known${more}}
  known: {kind: state, input: account, key: account.account, assert: account.mfa, validFor: 7d}
`;
const count = (at: number, counted: number, asOf = at, population = 'accounts'): JudgedEvent =>
  anEvent('population.snapshot', at, { population, count: counted, asOf: new Date(hours(asOf)).toISOString() });

function of(events: readonly JudgedEvent[], live: (ms: number) => number, { watermark = 100, more = '' } = {}): Judgement {
  const { control, catalogue } = controlOf(yaml(more));
  const definition = control.checks.find(({ kind }) => kind === 'reconcile');
  const check = definition === undefined ? undefined : kindById.get('reconcile')?.compile(control, definition, catalogue.eventTypes);
  if (check === undefined) throw new Error('no check');
  return check.judge('known', undefined, pointsOf(check, events, 'known'), { watermarkMs: hours(watermark), effectiveFromMs: hours(-100), population: { liveAt: live } });
}

describe('kind reconcile', () => {
  test('from a count that is not reached to the next one that is, the population is not proven', () => {
    expect(of([count(2, 3), count(5, 3), count(9, 4)], (ms) => (ms < hours(4) ? 2 : 3)).incomplete).toEqual([{ fromMs: hours(2), toMs: hours(5) }, { fromMs: hours(9) }]);
  });

  test('too many are as unproven as too few, unless within the tolerance', () => {
    expect(of([count(2, 3)], () => 4).incomplete).toEqual([{ fromMs: hours(2) }]);
    expect(of([count(2, 3)], () => 4, { more: ', tolerance: 1' }).incomplete).toEqual([]);
  });

  test('it counts as of the time that the source names', () => {
    const asked: number[] = [];
    of([count(6, 3, 2)], (ms) => asked.push(ms));
    expect(asked).toEqual([hours(2)]);
  });

  test('members that come late prove it after all', () => {
    expect(of([count(2, 3)], () => 3).incomplete).toEqual([]);
  });

  test('it waits for settle, and counts other populations not at all', () => {
    expect(of([count(2, 3)], () => 2, { watermark: 2 })).toMatchObject({ incomplete: [], due: { readyMs: hours(2) + 2_000 } });
    expect(of([count(2, 3, 2, 'devices')], () => 2).incomplete).toEqual([]);
  });

  test('refuses a population that is no other check', () => {
    expect(faultsOf(yaml().replace('population: known', 'population: complete')).map(({ message }) => message).join()).toMatch(/no other check/);
  });
});
