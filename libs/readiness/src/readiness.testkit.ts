import type { Catalogue, ControlDefinition, Criterion, EventType, Objective } from '@tickmark/catalogue';
import type { ControlOnFile, OnFile, TypeOnFile } from './facts.js';
import { gapsOf } from './gaps.js';
import type { Gaps } from './gaps.js';
import type { ControlGap } from './control-gap.js';
import { scopeOf } from './scope.js';
import type { Scope } from './scope.js';

/** A catalogue of a few criteria, objectives and controls, and what is on file about them. */

const check = (name: string, kind = 'state') => ({ name, kind, spec: {} });

export const aControl = (id: string, changes: Partial<ControlDefinition> = {}): ControlDefinition => ({
  ...{ id, title: `The control ${id}`, description: '', owner: 'security', severity: 'medium', execution: 'automated', timing: 'detective' },
  ...{ frequency: 'daily', keyControl: true, effectiveFrom: '2026-01-01', maps: { tsc: [], soc1: [] }, params: {} },
  ...{ inputs: [{ alias: 'account', type: 'identity.account' }], checks: [check('one')], tests: [] },
  ...{ file: `${id}.yaml`, yaml: '', definitionHash: 'd', logicHash: 'l' },
  ...changes,
});

export const anAttestation = (id: string, changes: Partial<ControlDefinition> = {}): ControlDefinition =>
  aControl(id, { inputs: [], checks: [check('confirmed', 'attestation')], frequency: 'annual', execution: 'manual', ...changes });

const criterion = (id: string, category: string, machineEvidence: Criterion['machineEvidence']): Criterion => ({
  id, category, machineEvidence, series: id, title: `The aim of ${id}`, evidence: [`what shows ${id}`],
});
const objective = (id: string, mapping: Objective['mapping']): Objective => ({
  id, mapping, family: 'access', title: `The aim of ${id}`, assertions: [], tsc: [], evidence: [`what shows ${id}`],
});
const eventType = (id: string, reserved = false): EventType => ({
  id, reserved, title: id, subject: '', schema: {}, examples: [], valueType: { kind: 'object' } as never,
});

export const aCatalogue = (controls: readonly ControlDefinition[]): Catalogue => ({
  categories: [],
  criteria: byId([criterion('CC1.2', 'security', 'weak'), criterion('CC6.1', 'security', 'strong'), criterion('CC6.2', 'security', 'strong'), criterion('A1.2', 'availability', 'strong')]),
  objectives: byId([objective('LA-1', 'shared'), objective('LA-2', 'partial'), objective('PAY-4', 'soc1-only')]),
  eventTypes: byId([eventType('identity.account'), eventType('hr.worker-left'), eventType('attestation.given', true), eventType('population.snapshot', true), eventType('feed.heartbeat', true)]),
  controls: byId(controls),
  hash: 'h',
});

const byId = <T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> => new Map(all.map((one) => [one.id, one]));

export const ms = (instant: string): number => Date.parse(instant);

/** A control that has judged since `since` and stands well. */
export const flowing = (since = '2026-02-01T08:00:00Z', changes: Partial<ControlOnFile> = {}): ControlOnFile => ({
  checks: [{ name: 'one', kind: 'state', monitor: false, firstEvidenceAtMs: ms(since) }],
  ...{ state: 'pass', fail: 0, openDeviations: 0, unproven: 0 },
  ...changes,
});
export const delivering: TypeOnFile = { namedBy: ['okta'], openTo: [], firstAtMs: ms('2026-02-01T08:00:00Z'), lastAtMs: ms('2026-03-01T00:00:00Z') };

export const onFile = (
  controls: Readonly<Record<string, ControlOnFile>>,
  types: Readonly<Record<string, TypeOnFile>> = { 'identity.account': delivering },
): OnFile => ({ controls: new Map(Object.entries(controls)), types: new Map(Object.entries(types)) });

interface InScope {
  readonly reports?: readonly ('soc1' | 'soc2')[];
  readonly categories?: Scope['categories'];
}

export const aScope = (catalogue: Catalogue, { reports = ['soc1', 'soc2'], categories = ['security'] }: InScope = {}): Scope =>
  scopeOf(
    {
      ...{ name: 'spec', reports, categories: (reports.includes('soc2') ? categories : []) as never, systems: [], coverageThreshold: 0.95 },
      objectives: reports.includes('soc1') ? [...catalogue.objectives.keys()] : [],
      time: { type: 'I', asOf: '2026-01-01T00:00:00.000Z' },
    },
    catalogue,
  );

export function gapsWith(controls: readonly ControlDefinition[], file: OnFile, scope: InScope = {}): Gaps {
  const catalogue = aCatalogue(controls);
  return gapsOf(aScope(catalogue, scope), catalogue, file);
}

export const aGap = (id: string, changes: Partial<ControlGap> = {}): ControlGap => ({
  ...{ id, title: `The control ${id}`, owner: 'security', keyControl: true, execution: 'automated', frequency: 'daily' },
  ...{ verdict: 'evidence-flowing', reasons: [], state: 'pass', eventTypes: [], byPerson: false, attestation: 'none' },
  ...{ firstEvidenceAt: '2026-02-01T08:00:00.000Z', lastEvidenceAt: '2026-03-01T00:00:00.000Z' },
  ...changes,
});
