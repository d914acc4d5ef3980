import { compileExpression } from '@tickmark/expressions';
import { z } from 'zod';
import { variablesOf } from './expression-scope.js';
import { loadCatalogue } from './load-catalogue.js';
import type { CatalogueFault, CatalogueFile, CheckFault, KindDescriptor } from './model.js';

/** A kind as small as one can be: it types one key and one condition over one input. */
const SIMPLE_KIND: KindDescriptor = {
  id: 'state',
  schema: z.strictObject({ input: z.string(), key: z.string(), assert: z.string(), validFor: z.string().optional() }),
  reachable: ['pass', 'fail', 'unknown'],
  validate(control, { spec }, types) {
    const input = control.inputs.find(({ alias }) => alias === spec['input']);
    if (input === undefined) return [{ path: ['input'], message: `there is no input "${String(spec['input'])}"` }];
    const variables = variablesOf(input, control.params, types);
    const faults = (field: string, result: 'string' | 'bool', mayBeAbsent: boolean): CheckFault[] => {
      const compiled = compileExpression(String(spec[field]), { variables, result, mayBeAbsent });
      return compiled.ok ? [] : compiled.error.map(({ message, hint }) => ({ path: [field], message, ...(hint === undefined ? {} : { hint }) }));
    };
    return [...faults('key', 'string', true), ...faults('assert', 'bool', false)];
  },
};

/** A kind of feeds: it cannot fail. */
export const ALIVE_KIND: KindDescriptor = {
  id: 'heartbeat',
  schema: z.strictObject({ input: z.string() }),
  reachable: ['pass', 'unknown'],
  validate: () => [],
};

export const KINDS: ReadonlyMap<string, KindDescriptor> = new Map([SIMPLE_KIND, ALIVE_KIND].map((kind) => [kind.id, kind]));

export const CRITERIA: CatalogueFile = {
  role: 'criteria',
  path: 'criteria.yaml',
  text: `edition: test
categories: [{id: security, name: Security, series: [CC6, CC7]}]
criteria:
  - {id: CC6.1, category: security, series: CC6 Access, title: Access is limited, machineEvidence: strong, evidence: []}
  - {id: CC7.2, category: security, series: CC7 Operations, title: Feeds are watched, machineEvidence: strong, evidence: []}
`,
};

export const OBJECTIVES: CatalogueFile = {
  role: 'objectives',
  path: 'objectives.yaml',
  text: `objectives:
  - {id: ICFR-LA-1, family: access, title: Sign-in is limited, assertions: [authorisation], tsc: [CC6.1], mapping: shared, evidence: []}
`,
};

export const ACCOUNT_TYPE: CatalogueFile = {
  role: 'event-type',
  path: 'event-types/identity.account.yaml',
  text: `id: identity.account
title: State of an account
subject: account
schema:
  type: object
  additionalProperties: false
  required: [account, status, mfa, factors]
  properties:
    account: {type: string, maxLength: 256}
    status: {type: string, enum: [active, disabled]}
    worker: {type: string, maxLength: 256}
    mfa: {type: boolean}
    factors: {type: array, maxItems: 20, items: {type: string, maxLength: 32}}
    seats: {type: integer}
    seenAt: {type: string, format: date-time}
examples:
  - {account: a1, status: active, mfa: true, factors: [totp]}
`,
};

/** Line numbers in the specs count from here: change them together. */
export const CONTROL = `id: admin-mfa
title: Administrators sign in with a second factor
owner: it
maps: {tsc: [CC6.1], soc1: [ICFR-LA-1]}
params: {limit: 24h}
inputs:
  account: identity.account
checks:
  second-factor:
    kind: state
    input: account
    key: account.account
    assert: account.mfa
tests:
  - name: with, without, and nothing known
    given:
      - {at: 0h, account: {account: a1, status: active, mfa: true, factors: []}}
      - {at: 1h, account: {account: a1, status: active, mfa: false, factors: [], seenAt: {at: 1h}}}
      - {from: 2h, to: 3h, silent: account}
    expect:
      - {at: 0h, key: a1, state: pass}
      - {at: 1h, key: a1, state: fail}
      - {at: 2h, key: a2, state: unknown}
`;

export const controlFile = (text = CONTROL, path = 'controls/admin-mfa.yaml'): CatalogueFile => ({ role: 'control', path, text });

export const load = (...files: readonly CatalogueFile[]): ReturnType<typeof loadCatalogue> =>
  loadCatalogue([CRITERIA, OBJECTIVES, ACCOUNT_TYPE, ...files], KINDS);

/** What is wrong with the control after one text was put in place of another. */
export function faultsAfter(written: string, instead: string): readonly CatalogueFault[] {
  if (!CONTROL.includes(written)) throw new Error(`the control of the testkit does not contain: ${written}`);
  return load(controlFile(CONTROL.replace(written, instead))).faults;
}
