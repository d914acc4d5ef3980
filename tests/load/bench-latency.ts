// npm run bench:latency: 200 events a second for a minute against the whole system on this machine. The sender keeps to
// its schedule whatever the answers do (no coordinated omission). Ends with 1 only when an accepted event is lost.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { followTopic, testServers } from '@tickmark/testing';
import { TOPICS } from '@tickmark/contracts';
import { anEvent } from '../support/events.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { RunningSystem } from '../support/running-system.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import { Histogram } from './histogram.ts';

const argument = (name: string, preset: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? preset);

const RATE = argument('rate', 200);
const SECONDS = argument('seconds', 60);
const WARM_UP_S = 5;
/** Every tenth event opens a deviation, and with it a notice. */
const DOWN_EVERY = 10;
const LAST_MS_MAX = 60_000;
const GOALS = { state: 1_000, webhook: 2_000 };

interface Sent {
  readonly dueMs: number;
  readonly counts: boolean;
  readonly up: boolean;
  acceptedMs?: number;
  stateMs?: number;
  webhookMs?: number;
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);

class Bench {
  readonly sent = new Map<string, Sent>();
  readonly refusals = new Map<string, number>();
  readonly #system: RunningSystem;
  readonly #open = new Set<Promise<void>>();

  constructor(system: RunningSystem) {
    this.#system = system;
  }

  async send(): Promise<void> {
    const startMs = Date.now() + 200;
    const total = (WARM_UP_S + SECONDS) * RATE;
    for (let index = 0; index < total; index += 1) {
      const dueMs = startMs + (index * 1_000) / RATE;
      if (dueMs > Date.now()) await pause(dueMs - Date.now());
      const request = this.#sendOne(index, dueMs).finally(() => this.#open.delete(request));
      this.#open.add(request);
    }
    await Promise.all(this.#open);
  }

  async #sendOne(index: number, dueMs: number): Promise<void> {
    const service = `s${index}`;
    const up = index % DOWN_EVERY !== 0;
    const sent: Sent = { dueMs, counts: index >= WARM_UP_S * RATE, up };
    this.sent.set(service, sent);
    const event = anEvent('service.probed', { service, up }, { subject: service, atMs: Math.round(dueMs) });
    const answer = await this.#system.post([event]).catch((error: unknown) => ({ status: 0, text: String(error) }));
    if (answer.status === 202) sent.acceptedMs = Date.now();
    else this.refusals.set(`${answer.status} ${answer.text.slice(0, 100)}`, (this.refusals.get(`${answer.status} ${answer.text.slice(0, 100)}`) ?? 0) + 1);
  }

  sawState(value: string): void {
    const nowMs = Date.now();
    const { kind, control, key } = JSON.parse(value) as { kind: string; control?: string; key?: string };
    const sent = this.sent.get(key ?? '');
    if (kind === 'state-changed' && control === PROBED && sent !== undefined) sent.stateMs ??= nowMs;
  }

  readWebhooks(): void {
    for (const { atMs, notice } of this.#system.sink.taken) {
      for (const { key } of notice.deviations) {
        const sent = this.sent.get(key);
        if (sent !== undefined) sent.webhookMs ??= atMs;
      }
    }
  }

  lost(): { states: number; notices: number } {
    this.readWebhooks();
    const accepted = [...this.sent.values()].filter((one) => one.acceptedMs !== undefined);
    return {
      states: accepted.filter((one) => one.stateMs === undefined).length,
      notices: accepted.filter((one) => !one.up && one.webhookMs === undefined).length,
    };
  }

  async waitForAll(): Promise<void> {
    const endMs = Date.now() + LAST_MS_MAX;
    while (Date.now() < endMs) {
      const { states, notices } = this.lost();
      if (states + notices === 0) return;
      await pause(100);
    }
  }
}

function report(bench: Bench): number {
  const answered = new Histogram('due to be sent -> 202');
  const toState = new Histogram('202 -> state visible (state-changes topic, after the commit)');
  const toWebhook = new Histogram('202 -> webhook received');
  for (const { counts, dueMs, acceptedMs, stateMs, webhookMs } of bench.sent.values()) {
    if (!counts || acceptedMs === undefined) continue;
    answered.add(acceptedMs - dueMs);
    if (stateMs !== undefined) toState.add(stateMs - acceptedMs);
    if (webhookMs !== undefined) toWebhook.add(webhookMs - acceptedMs);
  }
  write(`\n${RATE} events a second for ${SECONDS} s (after ${WARM_UP_S} s of warm-up), one event a request, one in ${DOWN_EVERY} opens a deviation\n`);
  for (const histogram of [answered, toState, toWebhook]) histogram.print(write);
  const against = (name: string, histogram: Histogram, goalMs: number): string =>
    `${name}: p95 ${histogram.quantile(0.95).toFixed(0)} ms, goal below ${goalMs} ms: ${histogram.quantile(0.95) < goalMs ? 'reached' : 'MISSED'}`;
  write(against('202 -> state', toState, GOALS.state));
  write(against('202 -> webhook', toWebhook, GOALS.webhook));
  for (const [what, count] of bench.refusals) write(`not accepted: ${count} times ${what}`);
  const { states, notices } = bench.lost();
  write(`lost: ${states} states, ${notices} notices`);
  return states + notices === 0 ? 0 : 1;
}

type CpuUse = Map<string, number>;

/** What each part has used so far; a machine that is busy with other things shows in the difference to its time. */
async function cpuUse(system: RunningSystem): Promise<CpuUse> {
  const servers = (await testServers.list()).map(({ name, pid }) => [name, pid ?? 0] as const);
  const apps = Object.entries(system.apps).map(([name, app]) => [name, app.pid ?? 0] as const);
  const parts = [...apps, ...servers].map(([name, pid]) => [name, cpuSeconds(pid)] as const);
  return new Map([...parts, ['this sender', process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6] as const]);
}

function reportCpu(before: CpuUse, after: CpuUse, seconds: number): void {
  const used = [...after].map(([name, now]) => [name, now - (before.get(name) ?? 0)] as const);
  const sum = used.reduce((total, [, one]) => total + one, 0);
  const cores = availableParallelism();
  write(`CPU seconds in ${seconds.toFixed(0)} s on ${cores} cores: ${used.map(([name, one]) => `${name} ${one.toFixed(1)}`).join(', ')}; together ${sum.toFixed(1)} of ${(seconds * cores).toFixed(0)}`);
  const [load = 0] = loadavg();
  if (load > 2 * cores) write(`The machine was busy with other things too (load ${load.toFixed(1)}): the figures say less than they could.`);
}

const system = await RunningSystem.start({ name: 'bench-latency', controls: { [PROBED]: servicesUp() } });
try {
  const bench = new Bench(system);
  const topic = await followTopic(`${system.env['TICKMARK_TOPIC_PREFIX'] ?? ''}${TOPICS.stateChanges}`, ({ value }) => bench.sawState(value));
  const [before, startMs] = [await cpuUse(system), Date.now()];
  await bench.send();
  await bench.waitForAll();
  const [after, seconds] = [await cpuUse(system), (Date.now() - startMs) / 1_000];
  await topic[Symbol.asyncDispose]();
  process.exitCode = report(bench);
  reportCpu(before, after, seconds);
} finally {
  await system[Symbol.asyncDispose]();
}
