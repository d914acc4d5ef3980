// npm run test:large: an ACH file of 500,000 entries and 100 MB of CloudEvents in lines, pushed by the command line through
// the whole system on this machine. Ends with 1 when an item is lost or a process needs 300 MB or more.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '../support/answers.ts';
import { achLines, eventLines } from '../support/large-content.ts';
import { PROBED, servicesUp } from '../support/own-controls.ts';
import { forgetPeak, peakMemory, residentMemory, whyNoPeakMemory } from '../support/peak-memory.ts';
import { ROOT, scratchBase } from '../support/run-node.ts';
import { RunningSystem } from '../support/running-system.ts';

const argument = (name: string, preset: number): number => Number(process.argv.find((one) => one.startsWith(`--${name}=`))?.split('=')[1] ?? preset);

const ENTRIES = argument('entries', 500_000);
const BATCHES = argument('batches', 100);
const MEGABYTES = argument('megabytes', 100);
const MB = 1_000_000;
const MOST_MB = 300;
const JUDGED_MS_MAX = 900_000;
const WATCH_MS = 50;
/** A start takes more than it leaves behind; the engine gives it back when nothing happens for some seconds. */
const SETTLES_MS = 30_000;

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const mb = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;

interface Pushed {
  readonly code: number;
  readonly seconds: number;
  readonly peak: number;
  readonly deliveryId: string;
  readonly answers: number;
}

/** The command line as a process of its own, its answer in a file. */
async function push(system: RunningSystem, file: string, format: string): Promise<Pushed> {
  const answer = `${file}.answer.json`;
  const args = [path.join(ROOT, 'apps', 'cli', 'dist', 'main.js'), 'push', file, '--format', format, '--json', '--url', system.apps.ingestion.url];
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { env: { ...process.env, TICKMARK_API_KEY: system.credentials.apiKeys.integration }, stdio: ['ignore', openSync(answer, 'w'), 'inherit'] });
  let peak = 0;
  const watch = setInterval(() => {
    try {
      peak = Math.max(peak, peakMemory(child.pid ?? 0) || 0);
    } catch {
      // It has just ended.
    }
  }, WATCH_MS);
  const code = await new Promise<number>((resolve) => child.on('close', (ended) => resolve(ended ?? -1)));
  clearInterval(watch);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { answers, deliveries } = JSON.parse(readFileSync(answer, 'utf8')) as { answers: unknown[]; deliveries: string[] };
  return { code, seconds, peak, deliveryId: deliveries[0] ?? '', answers: answers.length };
}

function writePeak({ app, peak, was }: { readonly app: string; readonly peak: number; readonly was: number }): void {
  write(`  ${app.padEnd(14)} at most ${mb(peak).padStart(7)}${was === 0 ? '' : ` (before ${mb(was)})`}`);
}

const APPS = ['ingestion', 'evaluator', 'notifier', 'sealer', 'console'] as const;

async function measure(system: RunningSystem, folder: string, { name, format, lines, items }: { name: string; format: string; lines: Iterable<string>; items: number }): Promise<boolean> {
  const file = path.join(folder, name);
  await pipeline(Readable.from(lines), createWriteStream(file));
  const pids = APPS.map((app) => ({ app, pid: system.apps[app].pid ?? 0 }));
  for (const { pid } of pids) forgetPeak(pid);
  const before = new Map(pids.map(({ app, pid }) => [app, residentMemory(pid)]));
  const pushed = await push(system, file, format);
  if (pushed.deliveryId === '') throw new Error(`nothing of ${name} was kept; push ended with code ${pushed.code}`);
  const judgedFromMs = performance.now();
  const delivery: Delivery = await system.judged(pushed.deliveryId, { limitMs: JUDGED_MS_MAX, everyMs: 500 });
  const judgedSeconds = (performance.now() - judgedFromMs) / 1_000;
  write(`\n${name}: ${mb(statSync(file).size)}; pushed in ${pushed.seconds.toFixed(1)} s, all of it judged ${judgedSeconds.toFixed(1)} s later`);
  write(`  accepted ${delivery.accepted}, judged ${delivery.judged}, rejected ${delivery.rejected}, answers ${pushed.answers}; exit code ${pushed.code}`);
  const peaks = [...pids.map(({ app, pid }) => ({ app, peak: peakMemory(pid), was: before.get(app) ?? 0 })), { app: 'command line', peak: pushed.peak, was: 0 }];
  peaks.forEach(writePeak);
  const again = await push(system, file, format);
  const counted = await system.console().get<Delivery>(`/v1/deliveries/${pushed.deliveryId}`);
  write(`  sent again in ${again.seconds.toFixed(1)} s, answers ${again.answers}; ingestion at most ${mb(peakMemory(system.apps.ingestion.pid ?? 0))}`);
  const isWhole = pushed.code === 0 && [pushed.answers, delivery.accepted, again.answers, counted.accepted].every((count) => count === items);
  const isBounded = peaks.every(({ peak }) => peak < MOST_MB * MB);
  write(`  ${isWhole ? 'every item once' : 'ITEMS ARE LOST'}; ${isBounded ? `each process below ${MOST_MB} MB` : `A PROCESS NEEDS ${MOST_MB} MB OR MORE`}`);
  rmSync(file);
  return isWhole && isBounded;
}

const missing = whyNoPeakMemory();
if (missing !== undefined) throw new Error(missing);
const folder = mkdtempSync(path.join(scratchBase(), 'tickmark-large-'));
try {
  await using system = await RunningSystem.start({ name: 'large-files', controls: { [PROBED]: servicesUp() } });
  await pause(SETTLES_MS);
  // Totals of the file and of each batch, twice, and what the batch sent.
  const ach = { name: 'payroll.ach', format: 'ach', lines: achLines(BATCHES, Math.ceil(ENTRIES / BATCHES)), items: 2 + BATCHES * 3 };
  const events = eventLines(MEGABYTES * MB);
  const ndjson = { name: 'events.ndjson', format: 'cloudevents', lines: events.lines, items: events.count };
  const results = [await measure(system, folder, ach), await measure(system, folder, ndjson)];
  process.exitCode = results.every((good) => good) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
