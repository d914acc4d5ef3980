import type { Deviation, Engagement, Segment } from './answers.ts';
import type { Probe, ProbeLoad } from './probe-load.ts';
import type { RunningSystem } from './running-system.ts';

/** A stretch as people read it: `fail 2026-…Z`. */
type Line = string;

const DAY_MS = 86_400_000;
const at = (ms: number): string => new Date(ms).toISOString();
const byService = (probes: readonly Probe[]): Map<string, Probe[]> => Map.groupBy([...probes].sort((one, other) => one.atMs - other.atMs), ({ service }) => service);

/** The timeline of one service, evaluated from scratch from its sorted probes: where each stretch begins. */
function stretches(probes: readonly Probe[]): Probe[] {
  return probes.filter((probe, index) => index === 0 || probes[index - 1]?.up !== probe.up);
}

export function expectedTimelines({ sent }: ProbeLoad): Record<string, Line[]> {
  const entries = [...byService(sent)].map(([service, probes]) => [service, stretches(probes).map(({ up, atMs }) => `${up ? 'pass' : 'fail'} ${at(atMs)}`)] as const);
  return Object.fromEntries(entries);
}

export function expectedDeviations({ sent }: ProbeLoad): Line[] {
  return [...byService(sent)]
    .flatMap(([service, probes]) => {
      const all = stretches(probes);
      return all.flatMap(({ up, atMs }, index) => (up ? [] : [lineOf(service, at(atMs), all[index + 1] === undefined ? null : at(all[index + 1]?.atMs ?? 0))]));
    })
    .sort();
}

const lineOf = (key: string, from: string, to: string | null): Line => `${key} ${from} ${to ?? 'open'}`;

const isOf = ({ sent }: ProbeLoad): ((one: { readonly key: string }) => boolean) => {
  const ours = new Set(sent.map(({ service }) => service));
  return ({ key }) => ours.has(key);
};

/** What the console says of the same services. */
export async function seenTimelines(system: RunningSystem, control: string, load: ProbeLoad): Promise<Record<string, Line[]>> {
  const seen: Record<string, Line[]> = {};
  for (const [service, probes] of byService(load.sent)) {
    const segments: readonly Segment[] = await system.timeline(control, { key: service, from: at(probes[0]?.atMs ?? 0), to: at(Date.now()) });
    seen[service] = segments.filter(({ state }, index) => segments[index - 1]?.state !== state).map(({ state, from }) => `${state} ${from}`);
  }
  return seen;
}

export async function deviationsOf(system: RunningSystem, control: string, load: ProbeLoad): Promise<readonly Deviation[]> {
  return (await system.deviations({ control })).filter(isOf(load));
}

type Told = Pick<Deviation, 'key' | 'status' | 'occurredAt' | 'remediatedAt'>;

export const linesOf = (deviations: readonly Told[]): Line[] =>
  deviations
    .filter(({ status }) => status === 'open' || status === 'closed')
    .map(({ key, status, occurredAt, remediatedAt }) => lineOf(key, occurredAt, status === 'open' ? null : (remediatedAt ?? 'closed, nobody knows when')))
    .sort();

/** The same deviations, as an auditor reads them in the summary of a period. */
export async function summaryLines(system: RunningSystem, control: string, load: ProbeLoad): Promise<Line[]> {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const period = { from: at(today - DAY_MS), to: at(today + DAY_MS) };
  const { id } = await system.console().post<Engagement>('/v1/engagements', { name: `faults ${load.name}`, reports: ['soc2'], type: 'II', ...period, categories: ['security', 'availability'] });
  const { deviations } = await system.console('auditor').get<{ readonly deviations: readonly Deviation[] }>(`/v1/engagements/${id}/summary.json`);
  return linesOf(deviations.filter((one) => one.control === control).filter(isOf(load)));
}

interface Telling {
  readonly id: string;
  readonly what: string;
  readonly isLost: boolean;
}

/** What is wrong with how deviations were told: each opened once and closed once, or once combined. */
export function faultsOfTelling(system: RunningSystem, deviations: readonly Deviation[]): Telling[] {
  const told = new Map<string, string[]>();
  for (const { kind, deviations: about } of system.sink.notices) {
    for (const { id } of about) told.set(id, [...(told.get(id) ?? []), kind]);
  }
  return deviations.flatMap(({ id, key, status }) => {
    const kinds = [...(told.get(id) ?? [])].sort();
    const wanted = status === 'open' ? [['opened']] : [['closed', 'opened'], ['combined']];
    if (wanted.some((one) => one.join() === kinds.join())) return [];
    const isLost = !wanted.some((one) => one.every((kind) => kinds.includes(kind)));
    return [{ id, what: `${key} is ${status} and was told as ${kinds.length === 0 ? 'nothing' : kinds.join('+')}`, isLost }];
  });
}
