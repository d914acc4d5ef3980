import { describe, expect, test } from '@jest/globals';
import { kindById, runControlTests } from '@tickmark/evaluation';
import { shippedCatalogue } from './shipped.js';

/** What a newcomer waits for `tickmark controls test`, on one core. */
const MOST_CPU_S = 20;

describe('the tests of the shipped controls', () => {
  const before = process.cpuUsage();
  const catalogue = shippedCatalogue();
  const tested = [...catalogue.controls.values()].map((control) => runControlTests(control, catalogue.eventTypes, kindById));
  const { user, system } = process.cpuUsage(before);

  test('hold', () => {
    expect(tested.filter(({ holds }) => !holds).map(({ control }) => control)).toEqual([]);
    expect(tested.length).toBeGreaterThanOrEqual(90);
  });

  test('reach every state that a check can show', () => {
    const unreached = tested.flatMap(({ control, coverage }) => coverage.filter((one) => one.unreached.length > 0).map(({ check, unreached: states }) => `${control}/${check}: ${states.join(', ')}`));
    expect(unreached).toEqual([]);
  });

  test(`load and run in less than ${MOST_CPU_S} s of one core`, () => {
    expect((user + system) / 1e6).toBeLessThan(MOST_CPU_S);
  });
});
