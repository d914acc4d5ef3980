import { Fault } from '../setup/fault.mjs';

const POLL_MS = 100;
const READY_MS_MAX = 60_000;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * One server that runs as a local process, as `{ name, url, port, pid, running, start, stop, kill, waitReady }`.
 * `recipe` is `{ name, url, port, spec, answers }`: how to start it, and whether it answers yet.
 */
export class LocalServer {
  #warden;
  #recipe;
  #current;

  constructor(warden, recipe) {
    this.#warden = warden;
    this.#recipe = recipe;
  }

  get name() {
    return this.#recipe.name;
  }

  get url() {
    return this.#recipe.url;
  }

  get port() {
    return this.#recipe.port;
  }

  get pid() {
    return this.#current?.pid;
  }

  get running() {
    return this.#current !== undefined;
  }

  async start() {
    if (this.running) return;
    const current = await this.#warden.start(this.#recipe.spec());
    this.#current = current;
    current.exited.then((exit) => {
      if (this.#current === current) this.#current = undefined;
      current.exit = exit;
    });
  }

  async stop() {
    const current = this.#current;
    if (current === undefined) return;
    this.#warden.stop(this.name);
    await current.exited;
  }

  /** Sends a signal; after SIGKILL it waits until the process is gone. */
  async kill(signal = 'SIGKILL') {
    const current = this.#current;
    if (current === undefined) return;
    process.kill(current.pid, signal);
    if (signal === 'SIGKILL') await current.exited;
  }

  async waitReady(limitMs = READY_MS_MAX) {
    const endMs = Date.now() + limitMs;
    const current = this.#current;
    while (Date.now() < endMs) {
      if (current?.exit !== undefined) throw new Fault(`${this.name} ended while it started; see ${this.#recipe.logFile}`);
      if (await this.#recipe.answers().catch(() => false)) return;
      await pause(POLL_MS);
    }
    throw new Fault(`${this.name} did not answer within ${limitMs / 1000} s; see ${this.#recipe.logFile}`);
  }
}
