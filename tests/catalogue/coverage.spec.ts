import { describe, expect, test } from '@jest/globals';
import { isJudgedByPerson, rollUpWord, type ControlStanding } from '@tickmark/reporting';
import { coverageFaults, type ExpectedCoverage, type Mapped } from './coverage.js';
import { shippedCatalogue, shippedExpectation } from './shipped.js';

const catalogue = shippedCatalogue();
const expected = shippedExpectation();
const controls = [...catalogue.controls.values()];
const criteria = [...catalogue.criteria.values()];
const objectives = [...catalogue.objectives.values()];
const weak = criteria.filter(({ machineEvidence }) => machineEvidence === 'weak');

describe('what the shipped controls cover', () => {
  test('is what criteria and objectives expect, written from their side', () => {
    expect(coverageFaults(expected, controls, catalogue)).toEqual([]);
    expect([Object.keys(expected.criteria).length, Object.keys(expected.objectives).length]).toEqual([61, 35]);
  });

  test('is every criterion and every objective: none is without a control', () => {
    const mapped = new Set(controls.flatMap(({ maps }) => [...maps.tsc, ...maps.soc1]));
    expect([...criteria, ...objectives].filter(({ id }) => !mapped.has(id)).map(({ id }) => id)).toEqual([]);
  });

  test('is both reports by one control wherever the mapping says shared', () => {
    const servesBoth = (id: string, tsc: readonly string[]): boolean => controls.some(({ maps }) => maps.soc1.includes(id) && maps.tsc.some((one) => tsc.includes(one)));
    const shared = objectives.filter(({ mapping }) => mapping === 'shared');
    expect(shared.length).toBe(15);
    expect(shared.filter(({ id, tsc }) => !servesBoth(id, tsc)).map(({ id }) => id)).toEqual([]);
  });

  test('is no criterion by an objective that is SOC 1 only', () => {
    const only = objectives.filter(({ mapping }) => mapping === 'soc1-only').map(({ id }) => id);
    expect(only).toEqual(['ICFR-TP-7', 'ICFR-PAY-4', 'ICFR-PAY-5']);
  });

  test('has an attestation or a review by a named person for every criterion of weak machine evidence', () => {
    expect(weak.map(({ id }) => id)).toEqual(['CC1.2', 'CC1.5', 'CC3.1', 'CC3.3', 'PI1.1']);
    const judged = weak.filter(({ id }) => controls.some((control) => control.maps.tsc.includes(id) && isJudgedByPerson(control)));
    expect(judged).toEqual(weak);
  });

  test('has a key control for every criterion and objective, so that more than insufficient evidence can be said', () => {
    const key = controls.filter(({ keyControl }) => keyControl);
    const without = [...criteria.filter(({ id }) => !key.some(({ maps }) => maps.tsc.includes(id))), ...objectives.filter(({ id }) => !key.some(({ maps }) => maps.soc1.includes(id)))];
    expect(without.map(({ id }) => id)).toEqual([]);
  });
});

describe('a criterion of weak machine evidence', () => {
  const standings = (id: string, person: Partial<ControlStanding>): readonly ControlStanding[] =>
    controls
      .filter(({ maps }) => maps.tsc.includes(id))
      .map((control) => {
        const byPerson = isJudgedByPerson(control);
        return { control: control.id, keyControl: control.keyControl, deviations: false, coverage: 1, byPerson, ...(byPerson ? person : {}) };
      });
  const word = (id: string, person: Partial<ControlStanding>): string => rollUpWord(standings(id, person), { machineEvidence: 'weak', coverageThreshold: 0.95 }).state;

  test.each(weak.map(({ id }) => [id]))('%s is never without deviations from telemetry alone, however good it looks', (id) => {
    expect(word(id, { coverage: null })).toBe('manual evidence needed');
    expect(word(id, { coverage: 0.94 })).toBe('manual evidence needed');
    expect(word(id, {})).toBe('no deviations noted by monitoring');
  });
});

describe('the double entry', () => {
  const measures = { criteria: new Map(criteria.slice(0, 2).map((one) => [one.id, one])), objectives: new Map(objectives.slice(0, 1).map((one) => [one.id, one])) };
  const wanted: ExpectedCoverage = {
    criteria: { 'CC1.1': { automated: ['a'], people: ['p'] }, 'CC1.2': { automated: 'none', people: [], wanted: 'minutes of the meetings of the board' } },
    objectives: { 'ICFR-LA-1': { automated: ['a'], people: [] } },
  };
  const a: Mapped = { id: 'a', execution: 'automated', maps: { tsc: ['CC1.1'], soc1: ['ICFR-LA-1'] } };
  const p: Mapped = { id: 'p', execution: 'manual', maps: { tsc: ['CC1.1'], soc1: [] } };

  test('holds when both sides say the same', () => {
    expect(coverageFaults(wanted, [a, p], measures)).toEqual([]);
  });

  test('names what is mapped otherwise, executed otherwise, left out or unknown', () => {
    expect(coverageFaults(wanted, [{ ...a, maps: { tsc: ['CC1.2'], soc1: [] } }, p], measures)).toEqual([
      'CC1.1 automated: a is expected and not mapped',
      'CC1.2 automated: a is mapped and not expected',
      'ICFR-LA-1 automated: a is expected and not mapped',
    ]);
    expect(coverageFaults(wanted, [a, { ...p, execution: 'automated' }], measures)).toEqual([
      'CC1.1 automated: p is mapped and not expected',
      'CC1.1 by people: p is expected and not mapped',
    ]);
    const short = { criteria: { 'CC1.1': wanted.criteria['CC1.1']!, 'CC9.9': { automated: ['a'], people: [] } }, objectives: wanted.objectives };
    expect(coverageFaults(short, [a, p], measures)).toEqual(['CC1.2 is not in the expectation', 'CC9.9 is no criterion']);
    const mute = { ...wanted, criteria: { ...wanted.criteria, 'CC1.2': { automated: 'none' as const, people: [] } } };
    expect(coverageFaults(mute, [a, p], measures)).toEqual(['CC1.2: none automated, and no word of the evidence that is wanted']);
  });
});
