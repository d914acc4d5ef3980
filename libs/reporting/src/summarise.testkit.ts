import type { Catalogue, ControlDefinition, Criterion, Objective } from '@tickmark/catalogue';
import type { EngagementDefinition } from './engagement.js';
import { noKeyTime } from './key-time.js';
import { noOccurrences } from './occurrences.js';
import type { CheckResult, ControlResult } from './results.js';
import type { SummaryFacts } from './summarise.js';

export const FROM_MS = Date.parse('2026-01-01T00:00:00Z');
export const TO_MS = Date.parse('2026-04-01T00:00:00Z');
export const QUARTER = { fromMs: FROM_MS, toMs: TO_MS };

export const aControl = (changes: Partial<ControlDefinition> = {}): ControlDefinition => ({
  id: 'admin-mfa',
  title: 'Administrators sign in with a second factor',
  description: 'Each administrator account has a second factor.',
  owner: 'it-operations',
  severity: 'critical',
  execution: 'automated',
  timing: 'detective',
  frequency: 'continuous',
  keyControl: true,
  effectiveFrom: '2026-01-01',
  maps: { tsc: ['CC6.1'], soc1: ['ICFR-LA-1'] },
  params: {},
  inputs: [],
  checks: [],
  tests: [],
  file: 'admin-mfa.yaml',
  yaml: 'id: admin-mfa',
  definitionHash: 'd1',
  logicHash: 'l1',
  ...changes,
});

export const aCheck = (changes: Partial<CheckResult> = {}): CheckResult => ({
  name: 'second-factor',
  kind: 'state',
  timing: 'time-based',
  logicHash: 'l1',
  inForce: QUARTER,
  time: { ...noKeyTime(), effectiveMs: TO_MS - FROM_MS },
  occurrences: noOccurrences(),
  blindMs: 0,
  livenessMonitored: true,
  keys: 1,
  keysAsOf: {},
  ...changes,
});

export const aResult = (changes: Partial<ControlResult> = {}): ControlResult => ({
  definition: aControl(),
  versions: [
    { definitionHash: 'd1', logicHash: 'l1', title: 'Administrators sign in with a second factor', effectiveFromMs: FROM_MS },
  ],
  checks: [aCheck()],
  timeline: [{ state: 'pass', ...QUARTER }],
  inForce: [QUARTER],
  deviations: [],
  ...changes,
});

const criterion = (id: string, changes: Partial<Criterion> = {}): Criterion => ({
  id,
  category: 'security',
  series: 'CC6 Access',
  title: `Title of ${id}`,
  machineEvidence: 'strong',
  evidence: [],
  ...changes,
});

const objective = (id: string): Objective => ({
  id,
  family: 'access',
  title: `Title of ${id}`,
  assertions: [],
  tsc: [],
  mapping: 'shared',
  evidence: [],
});

const CRITERIA = [
  criterion('CC1.1', { machineEvidence: 'weak' }),
  criterion('CC6.1'),
  criterion('A1.1', { category: 'availability' }),
];

export const aCatalogue = (): Catalogue => ({
  categories: [],
  criteria: new Map(CRITERIA.map((each) => [each.id, each])),
  objectives: new Map(['ICFR-LA-1', 'ICFR-LA-2'].map((id) => [id, objective(id)])),
  eventTypes: new Map(),
  controls: new Map(),
  hash: 'c0ffee',
});

export const anEngagement = (changes: Partial<EngagementDefinition> = {}): EngagementDefinition => ({
  name: 'First quarter',
  reports: ['soc1', 'soc2'],
  time: { type: 'II', from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
  categories: ['security'],
  objectives: ['ICFR-LA-1', 'ICFR-LA-2'],
  systems: [],
  coverageThreshold: 0.95,
  ...changes,
});

export const theFacts = (changes: Partial<SummaryFacts> = {}): SummaryFacts => ({
  engagement: anEngagement(),
  catalogue: aCatalogue(),
  elapsed: QUARTER,
  controls: [aResult()],
  gaps: [],
  header: {
    engagementId: 'e1',
    revision: null,
    entity: 'Larkspur Payroll',
    nowMs: TO_MS + 1_000,
    elapsedToMs: TO_MS,
    watermarkMs: TO_MS,
    cutOffLeafIndex: '41',
    cutOffClockMs: TO_MS,
    catalogueHash: 'c0ffee',
    feedsWithoutLiveness: ['local'],
  },
  ...changes,
});
