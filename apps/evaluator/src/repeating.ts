import type { Logger } from '@tickmark/platform';

interface RepeatingOptions {
  readonly what: string;
  readonly everyMs: number;
  readonly logger: Logger;
  readonly work: () => Promise<unknown>;
}

const LONGEST_PAUSE_MS = 5_000;

/** Work that is done again and again, one after the other; after a failure it waits longer, and says so once. */
export class Repeating {
  #running: Promise<void> | undefined;
  #ending = false;
  #wake: (() => void) | undefined;

  constructor(private readonly options: RepeatingOptions) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Now, if it waits. */
  poke(): void {
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#ending = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { what, everyMs, logger, work } = this.options;
    for (let failures = 0; !this.#ending; ) {
      try {
        await work();
        if (failures > 0) logger.info({ what }, 'works again');
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) logger.warn({ err: error, what }, 'cannot be done now, it is tried again');
      }
      await this.#pause(Math.min(everyMs * 2 ** Math.min(failures, 10), Math.max(LONGEST_PAUSE_MS, everyMs)));
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#ending) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
