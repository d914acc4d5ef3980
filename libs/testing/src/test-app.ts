import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { inheritedEnvironment } from './test-environment.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OUTPUT_CHARS_MAX = 20_000;
const READY_MS_MAX = 30_000;
const STOP_MS_MAX = 12_000;

export type AppName = 'ingestion' | 'evaluator' | 'notifier' | 'sealer' | 'console';

const PORTS: Record<AppName, string> = {
  ingestion: 'INGESTION_PORT',
  evaluator: 'EVALUATOR_PORT',
  notifier: 'NOTIFIER_PORT',
  sealer: 'SEALER_PORT',
  console: 'CONSOLE_PORT',
};

export interface AppOptions {
  readonly app: AppName;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** False: do not wait for /readyz. */
  readonly waits?: boolean;
  /** Where all that it writes is kept, for whoever has to find out why a test failed. */
  readonly logFile?: string;
}

/** An app ends with the process that started it, also when that was killed. */
const ENDS_WITH_PARENT = `data:text/javascript,const parent = process.ppid;
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500).unref();`;
/** As `npm start` runs them (scripts/start/apps.mjs). */
const FLAGS = ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning', '--heap-growing-percent=20', '--max-semi-space-size=4', `--import=${ENDS_WITH_PARENT}`];
const FRUGAL = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '65536' };

const live = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL');
});

function keepLog(child: ChildProcess, logFile: string): void {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => log.write(chunk));
  child.once('close', () => log.end());
}

/** A built app as a process of its own. */
export class TestApp implements AsyncDisposable {
  #output = '';

  private constructor(
    readonly app: AppName,
    readonly port: number,
    private readonly child: ChildProcess,
  ) {
    live.add(child);
    child.once('exit', () => live.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
      });
    }
  }

  static async start({ app, env = {}, port, waits = true, logFile }: AppOptions): Promise<TestApp> {
    const taken = port ?? (await freePort());
    const main = fileURLToPath(new URL(`../../../apps/${app}/dist/main.js`, import.meta.url));
    const child = spawn(process.execPath, [...FLAGS, main], {
      cwd: ROOT,
      env: { ...inheritedEnvironment(), ...FRUGAL, NODE_ENV: 'test', ...env, [PORTS[app]]: String(taken) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new TestApp(app, taken, child);
    if (logFile !== undefined) keepLog(child, logFile);
    if (waits) await started.waitReady();
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#output;
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async waitReady(limitMs = READY_MS_MAX): Promise<void> {
    const ready = async () => {
      if (this.ended) return;
      const { status } = await fetch(`${this.url}/readyz`);
      if (status !== 200) throw new Error(`${this.app} answers ${status} at /readyz\n${this.output}`);
    };
    await eventually(ready, { limitMs, everyMs: 50 });
    if (this.ended) throw new Error(`${this.app} ended while it started\n${this.output}`);
  }

  /** Ends as in production: SIGTERM, then its own shutdown. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, 'exit');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS_MAX);
    this.child.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
