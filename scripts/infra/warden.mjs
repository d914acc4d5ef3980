import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';

const PROCESS = fileURLToPath(new URL('./warden-process.mjs', import.meta.url));

/**
 * Starts and ends processes that never outlive us; `scratch` is a folder that goes with them. A spec is
 * `{ name, command, args, env, cwd, uid?, gid?, logFile, watched, stopSignal, graceMs, tier }`.
 */
export class Warden {
  #process;
  #nextId = 1;
  #waiting = new Map(); // id -> called with the answer to `start`
  #running = new Map(); // id -> called with the exit
  #pids = new Map(); // id -> pid
  #onLine;
  #gone;
  #ending = false;

  /** Resolves when the warden's process was killed; what it had started is then ended too. */
  lost;

  constructor({ onLine = () => {}, scratch } = {}) {
    this.#onLine = onLine;
    this.#process = fork(PROCESS, scratch === undefined ? [] : [scratch], { detached: true, stdio: 'ignore', execArgv: [] });
    this.#process.on('message', (message) => this.#hear(message));
    this.#gone = new Promise((resolve) => this.#process.on('exit', resolve));
    this.lost = new Promise((resolve) => {
      this.#gone.then(() => {
        if (this.#ending) return;
        this.#killWhatIsLeft();
        resolve();
      });
    });
  }

  get ending() {
    return this.#ending;
  }

  /** Starts one process: `{ pid, exited }`, where `exited` gives `{ code, signal }`. */
  async start(spec) {
    const id = this.#nextId++;
    const exited = new Promise((resolve) => this.#running.set(id, resolve));
    const answer = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.send({ order: 'start', id, spec });
    });
    if (answer.error !== undefined) throw new Fault(`${spec.name} could not be started: ${answer.error}`);
    return { pid: answer.pid, exited };
  }

  /** Asks one process to end: its stop signal, and SIGKILL after its grace. */
  stop(name) {
    if (this.#process.connected) this.#process.send({ order: 'stop', name });
  }

  /** Ends everything, and the warden. */
  async end() {
    this.#ending = true;
    if (this.#process.connected) this.#process.send({ order: 'end' });
    await this.#gone;
  }

  #killWhatIsLeft() {
    for (const pid of this.#pids.values()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended with its warden.
      }
    }
    for (const tell of this.#running.values()) tell({ code: null, signal: 'SIGKILL' });
    this.#running.clear();
  }

  #hear(message) {
    if (message.event === 'line') this.#onLine(message.name, message.line);
    if (message.event === 'started') {
      if (message.pid !== undefined) this.#pids.set(message.id, message.pid);
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
    if (message.event === 'exit') {
      this.#running.get(message.id)?.({ code: message.code, signal: message.signal });
      this.#running.delete(message.id);
      this.#pids.delete(message.id);
    }
  }
}
