import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventually, freePort } from '@tickmark/testing';
import { blocksOf } from '../support/read-me.ts';
import type { ReadmeBlock } from '../support/read-me.ts';
import { run } from '../support/run-node.ts';
import { ScratchClone } from '../support/scratch-clone.ts';

jest.setTimeout(300_000);

/** By variable: the port that README.md names, or another that nobody types, and the one used here. */
const PORTS = ['CONSOLE_PORT', 'INGESTION_PORT', 'EVALUATOR_PORT', 'NOTIFIER_PORT', 'SEALER_PORT', 'POSTGRES_PORT', 'REDIS_PORT', 'KAFKA_PORT', 'PORT'] as const;
const WRITTEN: readonly [string, (typeof PORTS)[number]][] = [
  ['127.0.0.1:3000', 'CONSOLE_PORT'],
  ['127.0.0.1:3001', 'INGESTION_PORT'],
  ['127.0.0.1:3100', 'PORT'],
];

/** The controls that the demo's table names, beside those that show its gap. */
const FACTS = ['leaver-access-removed', 'changes-approved-by-other', 'batches-sent-equal-booked', 'batches-booked-within-two-hours', 'access-recertified-quarterly'];

let clone: ScratchClone;
let blocks: readonly ReadmeBlock[] = [];
const ports: Record<string, string> = {};
const started: Started[] = [];

/** What somebody at a fresh terminal has. */
function plainEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => /^(HOME|USER|LANG|TMPDIR|JAVA_HOME|POSTGRES_BIN|npm_config_.*|https?_proxy|no_proxy)$/i.test(name));
  const search = `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
  return { ...(Object.fromEntries(kept) as Record<string, string>), PATH: search, TICKMARK_INFRA: 'local', ...ports };
}

const elsewhere = (commands: string): string => WRITTEN.reduce((text, [place, variable]) => text.replaceAll(place, `127.0.0.1:${ports[variable] ?? ''}`), commands);
const only = (kind: ReadmeBlock['kind']): ReadmeBlock[] => blocks.filter((block) => block.kind === kind);

class Started {
  output = '';
  readonly child: ChildProcess;

  /** A terminal of its own, in which the last command goes on. */
  constructor(commands: string) {
    const script = elsewhere(commands).replace(/\n(?=[^\n]*$)/, '\nexec ');
    this.child = spawn('bash', ['-c', script], { cwd: clone.folder, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    started.push(this);
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  says(text: string | RegExp, limitMs = 60_000): Promise<void> {
    return eventually(() => {
      expect(this.output).toMatch(text);
    }, { limitMs, everyMs: 100 });
  }

  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }
}

async function look(index: number): Promise<string> {
  const [key, ...rest] = only('look');
  const block = rest[index];
  if (block === undefined) throw new Error(`README.md has no block ${index}`);
  const script = `set -euo pipefail\n${key?.commands ?? ''}\n${elsewhere(block.commands)}`;
  return eventually(async () => {
    const ran = await run('bash', ['-c', script], { cwd: clone.folder, env: plainEnvironment() });
    if (ran.code !== 0) throw new Error(`README.md, ${block.commands}\nended with ${ran.code}: ${ran.out}${ran.err}`);
    if (block.until !== undefined) expect(ran.out).toContain(block.until);
    return ran.out;
  }, { limitMs: block.until === undefined ? 0 : 15_000, everyMs: 300 });
}

const nothingRuns = () => eventually(() => expect([...clone.processes().values()]).toEqual([]), { limitMs: 10_000 });
const startAll = (): Started => new Started(only('start')[0]?.commands ?? '');

beforeAll(async () => {
  for (const variable of PORTS) ports[variable] = String(await freePort());
  clone = await ScratchClone.make();
  blocks = blocksOf(clone.read('README.md'));
});

afterAll(async () => {
  for (const one of started) await one.end('SIGTERM');
  await nothingRuns();
  clone[Symbol.dispose]();
});

test('npm start names a port that is taken, and the variable that changes it', async () => {
  const port = ports['CONSOLE_PORT'] ?? '';
  const other = createServer().listen(Number(port), '127.0.0.1');
  await once(other, 'listening');
  const refused = startAll();
  await once(refused.child, 'exit');
  other.close();
  expect(refused.child.exitCode).not.toBe(0);
  expect(refused.output).toMatch(new RegExp(`port ${port} \\(console\\) is already taken; set CONSOLE_PORT`));
  await nothingRuns();
});

test('every command of README.md does what is said there', async () => {
  const receiver = new Started(only('receiver')[0]?.commands ?? '');
  await receiver.says('Waiting for notices');
  const system = startAll();
  await system.says('Tickmark is ready', 180_000);
  expect(system.output).toContain(`http://127.0.0.1:${ports['CONSOLE_PORT'] ?? ''}`);
  expect(statSync(path.join(clone.folder, '.tickmark', 'credentials.json')).mode & 0o777).toBe(0o600);

  expect(system.output).toMatch(/^DEMO: one quarter of Larkspur Payroll \(invented\), .* loaded in /m);
  const demo = await look(0);
  expect(demo).toMatch(/^header,statement,.*DEMO: /m);
  for (const control of FACTS) expect(demo).toMatch(new RegExp(`^deviation,.*,${control},`, 'm'));
  expect(demo).toMatch(/^gap,feed-silent/m);
  expect(await look(1)).toMatch(/15873439[\s\S]*equals the record/);
  // What went wrong in the story went wrong in the past.
  expect(receiver.output).not.toMatch(/^(opened|closed|combined|digest|gap)/m);

  expect(JSON.parse(await look(2))).toMatchObject({ accepted: 1, rejected: [] });
  expect(JSON.parse(await look(3))).toMatchObject({ items: [{ key: 'ada', state: 'fail' }] });
  expect(JSON.parse(await look(4))).toMatchObject({ items: [{ key: 'ada', status: 'open', severity: 'critical' }] });
  await receiver.says(/^opened \[critical\] DEMO: Administrators sign in with a second factor: ada since \d{4}-/m, 10_000);
  expect(JSON.parse(await look(5))).toMatchObject({ accepted: 1 });
  await receiver.says(/^closed \[critical\] .*: ada since/m, 10_000);
  expect(await look(6)).toMatch(/^deviation,.*admin-mfa.*ada/m);
  expect(JSON.parse(await look(7))).toHaveProperty('judgedUntil');
  expect(await look(8)).toContain('5 accepted, 0 ignored, 0 rejected');
  expect(await look(9)).toMatch(/\d+ controls without a fault[\s\S]*1 control, \d+ tests: all hold/);
  expect(only('look')).toHaveLength(11);
});

test('a service that ends by itself is started again, with a line that says so', async () => {
  const system = started.at(-1);
  const pid = [...clone.processes()].find(([, commandLine]) => commandLine.includes('apps/evaluator/dist/main.js'))?.[0];
  process.kill(pid ?? 0, 'SIGKILL');
  await system?.says(/evaluator ended by itself \(SIGKILL\); starting it again/, 10_000);
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${ports['EVALUATOR_PORT'] ?? ''}/readyz`)).status).toBe(200), { limitMs: 30_000 });
});

test('SIGTERM leaves no process behind, and a second start keeps the data', async () => {
  const before = clone.read('.tickmark', 'credentials.json');
  for (const one of started) await one.end('SIGTERM');
  await nothingRuns();
  const system = startAll();
  await system.says('Tickmark is ready', 180_000);
  expect(clone.read('.tickmark', 'credentials.json')).toBe(before);
  expect(JSON.parse(await look(4).catch(() => '{}'))).toMatchObject({ items: [{ key: 'ada', status: 'closed' }] });
  expect(system.output).not.toContain('DEMO: one quarter');
  await system.end('SIGINT');
  await nothingRuns();
});
