import type { Deviation, Segment } from './answers.ts';
import type { Probe, ProbeLoad } from './probe-load.ts';
import type { RunningSystem } from './running-system.ts';

/** A stretch as people read it: `fail 2026-…Z`. */
type Line = string;

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
  const ours = new Set(load.sent.map(({ service }) => service));
  return (await system.deviations({ control })).filter(({ key }) => ours.has(key));
}

export const linesOf = (deviations: readonly Deviation[]): Line[] =>
  deviations.filter(({ status }) => status === 'open' || status === 'closed').map(({ key, occurredAt, remediatedAt }) => lineOf(key, occurredAt, remediatedAt)).sort();

/** What is wrong with how deviations were told: each opened once and closed once, or once combined. */
export function faultsOfTelling(system: RunningSystem, deviations: readonly Deviation[]): string[] {
  const told = new Map<string, string[]>();
  for (const { kind, deviations: about } of system.sink.notices) {
    for (const { id } of about) told.set(id, [...(told.get(id) ?? []), kind]);
  }
  return deviations.flatMap(({ id, key, status }) => {
    const kinds = [...(told.get(id) ?? [])].sort().join('+');
    const wanted = status === 'open' ? ['opened'] : ['closed+opened', 'combined'];
    return wanted.includes(kinds) ? [] : [`${key} is ${status} and was told as ${kinds === '' ? 'nothing' : kinds}`];
  });
}
