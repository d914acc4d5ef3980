import { describe, expect, it } from '@jest/globals';
import { isJudgedByPerson, rollUpWord } from './roll-up-words.js';
import type { ControlStanding } from './roll-up-words.js';

const good: ControlStanding = { control: 'a', keyControl: true, deviations: false, coverage: 0.99, byPerson: false };
const rule = { machineEvidence: 'strong', coverageThreshold: 0.95 } as const;

describe('roll-up words', () => {
  it('says no deviations noted by monitoring only when every key control was looked at enough and none deviated', () => {
    expect(rollUpWord([good, { ...good, control: 'b' }], rule)).toEqual({
      state: 'no deviations noted by monitoring',
      reasons: [],
    });
  });

  it('says deviations noted as soon as one control deviated, even one that is no key control', () => {
    const bad = { ...good, control: 'b', keyControl: false, deviations: true };
    expect(rollUpWord([good, bad], rule)).toEqual({ state: 'deviations noted', reasons: ['b'] });
  });

  it('says insufficient evidence below the threshold, and names figure and threshold', () => {
    expect(rollUpWord([{ ...good, coverage: 0.9 }], rule)).toEqual({
      state: 'insufficient evidence',
      reasons: ['a: coverage 90.00 % is below 95.00 %'],
    });
  });

  it('says insufficient evidence when a key control was not evaluated or none is mapped', () => {
    const none = { ...good, coverage: null, shortfall: 'removed-in-time did not occur (N = 0)' };
    expect(rollUpWord([good, none], rule).reasons).toEqual(['a: removed-in-time did not occur (N = 0)']);
    expect(rollUpWord([{ ...good, keyControl: false }], rule)).toEqual({
      state: 'insufficient evidence',
      reasons: ['no key control is mapped to it'],
    });
  });

  it('never lets telemetry alone speak for a weak criterion', () => {
    expect(rollUpWord([good], { ...rule, machineEvidence: 'weak' }).state).toBe('manual evidence needed');
    expect(rollUpWord([{ ...good, deviations: true }], { ...rule, machineEvidence: 'weak' }).state).toBe('deviations noted');
  });

  it('asks for manual evidence of a weak criterion until a person has judged for long enough', () => {
    const weak = { ...rule, machineEvidence: 'weak' } as const;
    const person = { ...good, control: 'p', keyControl: false, byPerson: true };
    expect(rollUpWord([good, person], weak).state).toBe('no deviations noted by monitoring');
    expect(rollUpWord([good, { ...person, coverage: 0.5 }], weak)).toEqual({
      state: 'manual evidence needed',
      reasons: ['telemetry shows records or metadata only', 'p: coverage 50.00 % is below 95.00 %'],
    });
    expect(rollUpWord([good, { ...person, coverage: null, shortfall: 'never given' }], weak).reasons).toContain('p: never given');
    expect(rollUpWord([{ ...good, coverage: 0.5 }, person], weak).state).toBe('insufficient evidence');
  });

  it('takes an attestation, or a cadence that people carry out, as the judgement of a person', () => {
    const check = (kind: string) => ({ name: kind, kind, spec: {} });
    const judged = (execution: 'automated' | 'manual' | 'it-dependent-manual', ...kinds: readonly string[]) => isJudgedByPerson({ execution, checks: kinds.map(check) });
    expect([judged('manual', 'state', 'attestation'), judged('it-dependent-manual', 'cadence'), judged('automated', 'attestation')]).toEqual([true, true, true]);
    expect([judged('automated', 'cadence'), judged('manual', 'state'), judged('automated', 'state')]).toEqual([false, false, false]);
  });

  it('says not covered where no control is mapped', () => {
    expect(rollUpWord([], rule).state).toBe('not covered');
  });
});
