// npm run bench:catalogue: what the shipped controls cost. Loading and compiling them; each app's start with them; and the
// evaluator's work for an event that many checks read against one that few read. CPU seconds count, since the
// machine may do other things as well. Ends with 1 only when an event is lost.
import { loadavg } from 'node:os';
import { loadCatalogue } from '@tickmark/catalogue';
import { kindById } from '@tickmark/evaluation';
import { readCatalogue } from '@tickmark/platform';
import { RunningSystem } from '../support/running-system.ts';
import type { CloudEvent } from '../support/events.ts';
import { cpuSeconds } from './cpu-seconds.ts';

const argument = (name: string, preset: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? preset);

const EVENTS = argument('events', 4_000);
const KEYS = argument('keys', 1_000);
const BATCH = 500;
const APPS = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'] as const;

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const seconds = (from: NodeJS.CpuUsage): string => {
  const { user, system } = process.cpuUsage(from);
  return `${((user + system) / 1e6).toFixed(2)} s`;
};

/** How many checks read each event type. */
async function loading(): Promise<ReadonlyMap<string, number>> {
  const files = await readCatalogue();
  const before = process.cpuUsage();
  const { catalogue } = loadCatalogue(files, kindById);
  if (catalogue === undefined) throw new Error('the catalogue does not load');
  const loaded = seconds(before);
  const between = process.cpuUsage();
  const controls = [...catalogue.controls.values()];
  const checks = controls.flatMap((control) => control.checks.map((check) => kindById.get(check.kind)?.compile(control, check, catalogue.eventTypes)));
  write(`${controls.length} controls, ${checks.length} checks, ${catalogue.eventTypes.size} event types: loaded in ${loaded} CPU, compiled in ${seconds(between)} CPU`);
  const readers = new Map<string, number>();
  for (const check of checks) for (const type of new Set(check?.inputTypes.values())) readers.set(type, (readers.get(type) ?? 0) + 1);
  return readers;
}

/** An account that is in order in every way, and a service that answers: no deviations, only judging. */
const DATA: { readonly [type: string]: (name: string) => Record<string, unknown> } = {
  'identity.account': (name) => ({ account: name, system: 'okta', worker: `w-${name}`, status: 'active', admin: true, mfa: true, factors: ['webauthn'], lastSignInAt: new Date().toISOString() }),
  'service.probed': (name) => ({ service: name, up: true }),
};

/** Pushes events and waits until all are judged; gives the CPU seconds that the evaluator took for them. */
async function judged(system: RunningSystem, type: string, { name, count }: { readonly name: string; readonly count: number }): Promise<number> {
  const evaluator = system.apps.evaluator.pid ?? 0;
  const before = cpuSeconds(evaluator);
  const deliveries: string[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, count - from) }, (_, index): CloudEvent => {
      const subject = `${type.slice(0, 3)}${(from + index) % KEYS}`;
      return { specversion: '1.0', id: `${name}-${type}-${from + index}`, source: '/bench', type, subject, time: new Date().toISOString(), data: DATA[type]?.(subject) ?? {} };
    });
    deliveries.push((await system.push(events)).deliveryId);
  }
  for (const id of deliveries) await system.judged(id, { limitMs: 300_000 });
  return cpuSeconds(evaluator) - before;
}

const readers = await loading();
const startedMs = Date.now();
await using system = await RunningSystem.start({ name: 'bench-catalogue' });
write(`all apps ready after ${((Date.now() - startedMs) / 1_000).toFixed(1)} s; CPU until then: ${APPS.map((app) => `${app} ${cpuSeconds(system.apps[app].pid ?? 0).toFixed(1)} s`).join(', ')}`);
for (const type of ['service.probed', 'identity.account']) {
  await judged(system, type, { name: 'warm', count: KEYS });
  const cpuS = await judged(system, type, { name: 'measured', count: EVENTS });
  write(`${type}, read by ${readers.get(type) ?? 0} checks: ${((cpuS * 1e6) / EVENTS).toFixed(0)} µs CPU of the evaluator an event (${EVENTS} events over ${KEYS} keys)`);
}
write(`load of the machine meanwhile: ${loadavg().map((load) => load.toFixed(1)).join(', ')}`);
