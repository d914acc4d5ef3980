import { existsSync } from 'node:fs';
import { portFrom } from '../infra/ports.mjs';
import { pause } from '../infra/local-server.mjs';
import { Fault, say } from '../setup/fault.mjs';
import { inRoot, inState, root } from '../setup/paths.mjs';

/**
 * On a machine with much memory the engine takes much before it tidies up, and the C library keeps what was given back to
 * it, for each thread. With these a service stays below 300 MB, also while it reads a large file (npm run test:large).
 */
const FLAGS = ['--enable-source-maps', '--disable-warning=TimeoutNegativeWarning', '--heap-growing-percent=20', '--max-semi-space-size=4'];
const FRUGAL = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '65536' };

const READY_MS_MAX = 60_000;
const BACKOFF_MS_MIN = 500;
const BACKOFF_MS_MAX = 10_000;
const STEADY_MS = 30_000;

const APPS = [
  { name: 'ingestion', variable: 'INGESTION_PORT', fallback: 3001 },
  { name: 'evaluator', variable: 'EVALUATOR_PORT', fallback: 3002 },
  { name: 'notifier', variable: 'NOTIFIER_PORT', fallback: 3003 },
  // It refuses to sign a ledger that does not go on from what it signed; everything else works on.
  { name: 'sealer', variable: 'SEALER_PORT', fallback: 3004, mayMiss: 'ledger' },
  { name: 'console', variable: 'CONSOLE_PORT', fallback: 3000 },
];

export function appPorts() {
  return APPS.map(({ name, variable, fallback, mayMiss }) => ({ name, what: name, variable, mayMiss, port: portFrom(variable, fallback) }));
}

/** One app that is started again whenever it ends by itself. */
class App {
  #warden;
  #env;
  #restarting = false;
  #mayMiss;

  constructor(warden, { name, port, env, mayMiss }) {
    this.#warden = warden;
    this.#env = env;
    this.#mayMiss = mayMiss;
    this.name = name;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.logFile = inState('logs', `${name}.log`);
  }

  /** Goes on until the warden ends. */
  async keepRunning() {
    let backoffMs = BACKOFF_MS_MIN;
    while (!this.#warden.ending) {
      const startedMs = Date.now();
      const { exited } = await this.#warden.start(this.#spec());
      const exit = await exited;
      if (this.#warden.ending) return;
      if (this.#restarting) {
        this.#restarting = false;
        continue;
      }
      if (Date.now() - startedMs > STEADY_MS) backoffMs = BACKOFF_MS_MIN;
      const how = exit.signal === null ? `exit code ${exit.code}` : exit.signal;
      say(`${this.name} ended by itself (${how}); starting it again in ${backoffMs / 1000} s`);
      await pause(backoffMs);
      backoffMs = Math.min(backoffMs * 2, BACKOFF_MS_MAX);
    }
  }

  restart() {
    this.#restarting = true;
    this.#warden.stop(this.name);
  }

  async waitReady(limitMs = READY_MS_MAX) {
    const endMs = Date.now() + limitMs;
    let last = 'no answer';
    while (Date.now() < endMs && !this.#warden.ending) {
      try {
        const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
        if (response.ok) return;
        last = await response.text();
        if (this.#runsOn(last)) return;
      } catch (error) {
        last = error.cause?.code ?? error.message;
      }
      await pause(200);
    }
    throw new Fault(`${this.name} is not ready after ${limitMs / 1000} s (${last}); see ${this.logFile}`);
  }

  /** Not ready for a reason that a person has to settle: said, and nothing else is held up. */
  #runsOn(answer) {
    if (this.#mayMiss === undefined) return false;
    const { missing = [] } = JSON.parse(answer);
    if (missing.length === 0 || missing.some(({ name }) => name !== this.#mayMiss)) return false;
    say(`${this.name} | ${missing[0].reason}`);
    return true;
  }

  #spec() {
    return {
      name: this.name,
      command: process.execPath,
      args: [...FLAGS, inRoot('apps', this.name, 'dist', 'main.js')],
      env: { ...FRUGAL, ...this.#env },
      cwd: root,
      logFile: this.logFile,
      watched: true,
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      tier: 1,
    };
  }
}

export function makeApps(warden, env) {
  return appPorts()
    .filter(({ name }) => existsSync(inRoot('apps', name, 'dist', 'main.js')))
    .map(({ name, port, mayMiss }) => new App(warden, { name, port, env, mayMiss }));
}
