import type { Logger } from './logger.js';

interface Round {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => Promise<void>;
}

/** Work that is done again and again, one round of it at a time. A round that fails is logged; the next one comes. */
export class Rounds {
  #ending = false;
  readonly #running: Promise<void>[] = [];
  readonly #wakers = new Set<() => void>();

  constructor(private readonly logger: Logger) {}

  start(round: Round): void {
    this.#running.push(this.#run(round));
  }

  /** No new round; resolves after those under way. */
  async stop(): Promise<void> {
    this.#ending = true;
    for (const wake of this.#wakers) wake();
    await Promise.all(this.#running);
  }

  async #run({ name, everyMs, work }: Round): Promise<void> {
    let failing = false;
    while (!this.#ending) {
      try {
        await work();
        failing = false;
      } catch (error) {
        // Once for each stretch: a database that is away for an hour is one line.
        if (!failing) this.logger.warn({ err: error, round: name }, 'a round of work failed and is tried again');
        failing = true;
      }
      await this.#pause(everyMs);
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#ending) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }
}
