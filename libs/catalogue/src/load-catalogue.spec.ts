import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_TYPE, CONTROL, controlFile, CRITERIA, KINDS, load } from './catalogue.testkit.js';
import { loadCatalogue } from './load-catalogue.js';
import type { CatalogueFile, ControlDefinition } from './model.js';

const only = (...files: readonly CatalogueFile[]): ControlDefinition => {
  const { catalogue, faults } = load(...files);
  const control = catalogue?.controls.get('admin-mfa');
  if (control === undefined) throw new Error(JSON.stringify(faults));
  return control;
};

describe('a control that leaves out what judges nothing', () => {
  it('gets the defaults, and a warning that nobody owns it', () => {
    const { catalogue, faults } = load(controlFile(CONTROL.replace('owner: it\n', '')));
    expect(catalogue?.controls.get('admin-mfa')).toMatchObject({
      owner: 'unassigned',
      severity: 'medium',
      execution: 'automated',
      timing: 'detective',
      frequency: 'per-event',
      keyControl: false,
      effectiveFrom: '2026-01-01',
      inputs: [{ alias: 'account', type: 'identity.account' }],
    });
    expect(faults).toEqual([
      { file: 'controls/admin-mfa.yaml', line: 1, message: 'nobody owns this control', hint: 'write "owner: …"', severity: 'warning' },
    ]);
  });

  it('begins its tests at midnight of 2 March 2026 unless they say otherwise', () => {
    const later = CONTROL.replace('    given:', '    start: 2026-05-01T12:00:00Z\n    given:');
    expect([only(controlFile()).tests[0]?.startMs, only(controlFile(later)).tests[0]?.startMs]).toEqual([
      Date.UTC(2026, 2, 2),
      Date.UTC(2026, 4, 1, 12),
    ]);
  });
});

describe('the two hashes', () => {
  const base = only(controlFile());
  const with_ = (written: string, instead: string): ControlDefinition => only(controlFile(CONTROL.replace(written, instead)));

  it('ignore comments, order and spaces', () => {
    const moved = CONTROL.replace('owner: it\n', '').replace('checks:', '# a comment\nowner:   it\nchecks:');
    expect(only(controlFile(moved))).toMatchObject({ definitionHash: base.definitionHash, logicHash: base.logicHash });
  });

  it.each([
    ['title', 'title: Administrators', 'title: All administrators'],
    ['owner', 'owner: it', 'owner: hr'],
    ['a test', 'name: with,', 'name: first with,'],
  ])('of the definition changes with the %s, that of the logic does not', (_, written, instead) => {
    const changed = with_(written, instead);
    expect(changed.definitionHash).not.toBe(base.definitionHash);
    expect(changed.logicHash).toBe(base.logicHash);
  });

  it.each([
    ['a parameter', 'limit: 24h', 'limit: 25h'],
    ['a check', 'assert: account.mfa', 'assert: account.mfa && true'],
    ['an input', 'account: identity.account', 'account: {type: identity.account, where: account.mfa}'],
  ])('both change with %s', (_, written, instead) => {
    const changed = with_(written, instead);
    expect([changed.definitionHash === base.definitionHash, changed.logicHash === base.logicHash]).toEqual([false, false]);
  });
});

describe('an installation’s own folder', () => {
  const override = (text: string): CatalogueFile => ({ role: 'override', path: 'own/overrides/admin-mfa.yaml', text });

  it('overrides parameters, owner, mapping and date without copying the control', () => {
    const control = only(
      controlFile(),
      override('control: admin-mfa\nparams: {limit: 8h}\nowner: sec\nmaps: {tsc: [CC7.2]}\neffectiveFrom: 2026-06-01\n'),
    );
    expect(control).toMatchObject({
      params: { limit: '8h' },
      owner: 'sec',
      maps: { tsc: ['CC7.2'], soc1: ['ICFR-LA-1'] },
      effectiveFrom: '2026-06-01',
      title: 'Administrators sign in with a second factor',
    });
    expect(control.logicHash).not.toBe(only(controlFile()).logicHash);
  });

  it.each([
    ['control: admin-mfa\nparams: {limt: 8h}', 1, 'it sets the parameter "limt", which this control does not have', 'did you mean "limit"?'],
    ['control: admins-mfa', 1, 'there is no control "admins-mfa" to override', 'did you mean "admin-mfa"?'],
    ['control: admin-mfa\nseverity: low', 2, 'there is no "severity" here', 'known here: control, effectiveFrom, maps, owner, params'],
  ])('is told what is wrong with an override: %j', (text, line, message, hint) => {
    expect(load(controlFile(), override(text)).faults).toContainEqual({ file: 'own/overrides/admin-mfa.yaml', line, message, hint, severity: 'error' });
  });

  it('adds objectives of its own', () => {
    const own: CatalogueFile = {
      role: 'objectives',
      path: 'own/objectives.yaml',
      text: 'objectives:\n  - {id: OWN-1, family: payroll, title: Pay slips leave on time, assertions: [timeliness], tsc: [], mapping: soc1-only, evidence: []}\n',
    };
    const { catalogue } = load(own, controlFile(CONTROL.replace('soc1: [ICFR-LA-1]', 'soc1: [OWN-1]')));
    expect([...(catalogue?.objectives.keys() ?? [])]).toEqual(['ICFR-LA-1', 'OWN-1']);
  });
});

it('a broken event type is said once, not again at every control that reads it', () => {
  const broken = { ...ACCOUNT_TYPE, text: ACCOUNT_TYPE.text.replace('account: {type: string, maxLength: 256}', 'account: {type: string}') };
  const { catalogue, faults } = loadCatalogue([CRITERIA, broken, controlFile(CONTROL.replace('soc1: [ICFR-LA-1]', 'soc1: []'))], KINDS);
  expect(catalogue).toBeUndefined();
  expect(faults.map(({ file, line, message }) => [file, line, message])).toEqual([
    ['event-types/identity.account.yaml', 9, 'text needs a maxLength'],
  ]);
});

it('a criterion that stands there twice and an objective of an unknown criterion are faults', () => {
  const twice = { ...CRITERIA, text: `${CRITERIA.text}  - {id: CC6.1, category: privacy, series: x, title: x, machineEvidence: weak, evidence: []}\n` };
  expect(loadCatalogue([twice], KINDS).faults.map(({ line, message }) => [line, message])).toEqual([
    [6, 'the criterion CC6.1 stands here twice'],
    [6, 'there is no category "privacy"'],
  ]);
});
