import { describe, expect, test } from '@jest/globals';
import { runControlTests, kindById } from '@tickmark/evaluation';
import { textOf } from '../architecture/repository.js';
import { acceptedAs, readAccepted, staleIn } from '../mutation/accepted.js';
import { judgeMappings } from '../mutation/mapping-mutants.js';
import type { Judged } from '../mutation/model.js';
import { mutantsOf } from '../mutation/mutants-of.js';
import { filesFor, play } from '../mutation/play.js';
import { shippedCatalogue, shippedExpectation } from './shipped.js';

/** `npm run test:mutate-controls` plays all; here every so-manieth, spread over all controls, and all that are accepted. */
const EVERY = 20;

const catalogue = shippedCatalogue();
const accepted = readAccepted(textOf('catalogue/mutation-accepted.yaml'));
const controls = [...catalogue.controls.values()];

function sample(): readonly Judged[] {
  let nth = 0;
  return controls.flatMap((control) => {
    const others = filesFor(control, catalogue);
    const chosen = mutantsOf(control, catalogue).filter((mutant) => {
      nth += 1;
      return nth % EVERY === 0 || acceptedAs(accepted, { ...mutant, fate: 'survived' }) !== undefined;
    });
    return chosen.map(({ text, ...mutant }) => ({ ...mutant, ...play(control.file, text, others) }));
  });
}

describe('changes of the shipped controls', () => {
  test('are noticed by a test of the control, or a reason says why not', () => {
    const judged = sample();
    const survivors = judged.filter((one) => one.fate === 'survived' && acceptedAs(accepted, one) === undefined);
    expect(survivors.map(({ file, line, place, to }) => `${file}:${line} ${place} → ${to}`)).toEqual([]);
    expect(judged.length).toBeGreaterThan(200);
    const left = judged.map(({ control }) => control);
    expect(staleIn(accepted, judged).map(({ control, place, to }) => `${control} ${place} → ${to}`)).toEqual([]);
    expect(accepted.filter(({ control }) => !left.includes(control)).map(({ control }) => control)).toEqual([]);
  }, 120_000);

  test('of what a control is mapped to are noticed by what criteria and objectives expect', () => {
    const expected = shippedExpectation();
    const judged = controls.flatMap((control) => judgeMappings(control, catalogue, expected));
    expect(judged.filter(({ fate }) => fate !== 'caught')).toEqual([]);
    expect(judged.length).toBeGreaterThan(300);
  });
});

describe('a mutant', () => {
  const control = controls.find(({ id }) => id === 'leaver-access-removed');
  if (control === undefined) throw new Error('the control leaver-access-removed is not shipped any more');
  const mutants = mutantsOf(control, catalogue);

  test('changes one place, which it names with its line', () => {
    expect(mutants.map(({ place, mutator, to }) => `${place} ${mutator} ${to}`)).toEqual([
      'params.limit parameter 25h',
      'params.limit parameter 23h',
      'params.limit parameter 48h',
      'params.limit parameter 12h',
      'checks.removed-in-time.key.account field account.account',
      'checks.removed-in-time.key.account field account.system',
      'checks.removed-in-time.each field account.status + "/" + account.account',
      'checks.removed-in-time.each field account.system + "/" + account.status',
      'checks.removed-in-time.each drop (left out)',
      'checks.removed-in-time.where negate !(account.status == "disabled")',
      'checks.removed-in-time.where comparison account.status != "disabled"',
      'checks.removed-in-time.where text account.status == "active"',
      'checks.removed-in-time.from drop (left out)',
    ]);
    const lines = control.yaml.split('\n');
    for (const { line, place } of mutants) expect(lines[line - 1]).toContain(`${place.split('.').at(-1) ?? ''}:`);
  });

  test('is caught by a test that does not hold any more, survives where all hold, and is refused with the reason', () => {
    const others = filesFor(control, catalogue);
    const fate = (from: string, to: string): unknown => {
      expect(control.yaml).toContain(from);
      return play(control.file, control.yaml.replace(from, to), others);
    };
    expect(fate('limit: 24h', 'limit: 25h')).toEqual({ fate: 'caught' });
    expect(fate('owner: it-operations', 'owner: security')).toEqual({ fate: 'survived' });
    expect(fate('account.status == "disabled"', 'account.state == "disabled"')).toMatchObject({ fate: 'refused', reason: expect.stringContaining('account has no field "state"') });
    expect(runControlTests(control, catalogue.eventTypes, kindById).holds).toBe(true);
  });
});
