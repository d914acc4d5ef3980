import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue, type Catalogue, type CatalogueFault, type CatalogueFile, type ControlDefinition } from '@tickmark/catalogue';
import type { JsonObject } from '@tickmark/contracts';
import { kindById } from './kinds/registry.js';
import type { CompiledCheck, JudgedEvent, Judgement, JudgingClock, Point, Segment } from './model.js';
import { compareKeyOrder } from './order.js';
import { judgeFromPoints } from './judge-from-points.js';

const root = join(import.meta.dirname, '../../..');
const read = (folder: string, role: CatalogueFile['role']): CatalogueFile[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ role, path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), 'utf8') }));

const shipped: readonly CatalogueFile[] = [
  ...(['criteria', 'objectives'] as const).map((role): CatalogueFile => {
    const path = `catalogue/${role}.yaml`;
    return { role, path, text: readFileSync(join(root, path), 'utf8') };
  }),
  ...read('catalogue/event-types', 'event-type'),
];

export const fixtureControls = (): readonly CatalogueFile[] => read('libs/evaluation/fixtures/controls', 'control');

/** Loads controls beside the shipped criteria, objectives and event types. */
export function loadControls(files: readonly CatalogueFile[]): { readonly catalogue: Catalogue | undefined; readonly faults: readonly CatalogueFault[] } {
  const { catalogue, faults } = loadCatalogue([...shipped, ...files], kindById);
  return { catalogue, faults };
}

/** Kinds that ask for no tests. */
const untested = new Map([...kindById].map(([id, kind]) => [id, { ...kind, reachable: [] }]));

export interface Loaded {
  readonly control: ControlDefinition;
  readonly catalogue: Catalogue;
  readonly check: CompiledCheck;
}

const idIn = (yaml: string): string => /^id: (\S+)/m.exec(yaml)?.[1] ?? 'control';
const ofControl = (yaml: string): CatalogueFile => ({ role: 'control', path: `controls/${idIn(yaml)}.yaml`, text: yaml });

/** Of the shipped types only those that the control names, and attestations: reading all of them takes its time. */
const named = (yaml: string): readonly CatalogueFile[] =>
  shipped.filter(({ role, path }) => role !== 'event-type' || yaml.includes(path.slice('catalogue/event-types/'.length, -'.yaml'.length)) || path.includes('attestation.given'));

/** A control made ready from YAML without its tests; throws with the faults when it does not load. The first check is the one. */
export function controlOf(yaml: string): Loaded {
  const { catalogue, faults } = loadCatalogue([...named(yaml), ofControl(yaml)], untested);
  const control = catalogue?.controls.get(idIn(yaml));
  const [first] = control?.checks ?? [];
  const kind = kindById.get(first?.kind ?? '');
  if (catalogue === undefined || control === undefined || first === undefined || kind === undefined) {
    throw new Error(faults.map(({ line, message, hint }) => `${line}: ${message} (${hint ?? ''})`).join('\n'));
  }
  return { control, catalogue, check: kind.compile(control, first, catalogue.eventTypes) };
}

/** The faults of a control, those about missing tests left out. */
export function faultsOf(yaml: string): readonly CatalogueFault[] {
  return loadCatalogue([...named(yaml), ofControl(yaml)], untested).faults.filter(({ severity }) => severity === 'error');
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Where hours in specs count from: 2 March 2026, midnight. */
export const START = Date.parse('2026-03-02T00:00:00Z');
export const hours = (count: number): number => START + count * HOUR;

let serial = 0;

/** An event with defaults: a test states only what matters to it. Hours count from the start. */
export function anEvent(type: string, atHours: number, data: JsonObject, rest: Partial<JudgedEvent> & { readonly receivedAt?: number } = {}): JudgedEvent {
  serial += 1;
  const { receivedAt = atHours, ...given } = rest;
  return {
    evidenceId: `e${serial}`,
    type,
    source: 'spec',
    eventId: `e${serial}`,
    timeMs: hours(atHours),
    receivedAtMs: hours(receivedAt),
    feedId: 1,
    feedName: 'spec',
    system: 'spec',
    settleMs: 2_000,
    data,
    ...given,
  };
}

/** The points of one group that a check takes from events. */
export function pointsOf(check: CompiledCheck, events: readonly JudgedEvent[], group: string): readonly Point[] {
  return events
    .flatMap((event) => check.extract(event))
    .flatMap((extraction) => (extraction.kind === 'point' && extraction.group === group ? [extraction.point] : []))
    .sort(compareKeyOrder);
}

/** Judges a group from what was received by the watermark (hours). */
export function judgeAt(check: CompiledCheck, events: readonly JudgedEvent[], { group, watermark, effectiveFromMs = START - 365 * DAY }: { readonly group: string; readonly watermark: number; readonly effectiveFromMs?: number }): Judgement {
  const points = pointsOf(check, events, group).filter(({ receivedAtMs }) => receivedAtMs <= hours(watermark));
  const clock: JudgingClock = { watermarkMs: hours(watermark), effectiveFromMs };
  return judgeFromPoints(check, group, points, clock);
}

/** Segments in short: `0..24 no-occurrence (pending)`, in hours from the start. */
export function inShort(segments: readonly Segment[] | undefined): readonly string[] {
  const hour = (ms: number): string => String(Math.round(((ms - START) / HOUR) * 1e6) / 1e6);
  return (segments ?? []).map(({ state, fromMs, toMs, reason }) => `${hour(fromMs)}..${toMs === undefined ? '' : hour(toMs)} ${state}${reason === undefined ? '' : ` (${reason})`}`);
}

export function timelineOf(judgement: Judgement, key: string): Judgement['keys'][number] {
  const found = judgement.keys.find((one) => one.key === key);
  if (found === undefined) throw new Error(`no timeline of ${key}; there are: ${judgement.keys.map((one) => one.key).join(', ')}`);
  return found;
}
