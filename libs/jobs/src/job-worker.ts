import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { TurnData } from './job-queue.js';
import { codeOf, waitingClient } from './redis.js';
import type { JobSettings } from './redis.js';

export interface WorkerSettings extends JobSettings {
  /** Rows worked on at once. */
  readonly concurrency: number;
}

/** A worker that died is noticed after the lock; what it had begun is the row's business. */
const LOCK_MS = 30_000;
const STALLED_EVERY_MS = 15_000;
const STALLED_MOST = 3;

export class JobWorker {
  readonly #client: Redis;
  readonly #worker: Worker<TurnData>;

  constructor(settings: WorkerSettings, work: (rowId: string) => Promise<void>) {
    this.#client = waitingClient(settings);
    this.#worker = new Worker<TurnData>(settings.name, ({ data }) => work(data.rowId), {
      connection: this.#client,
      prefix: settings.prefix,
      concurrency: settings.concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_EVERY_MS,
      maxStalledCount: STALLED_MOST,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    this.#worker.on('error', (error) => {
      settings.logger.debug({ queue: settings.name, code: codeOf(error) }, 'job worker');
    });
    this.#worker.on('failed', (_job, error) => {
      settings.logger.warn({ queue: settings.name, err: error }, 'a job failed and is tried again');
    });
  }

  /** Takes no more, waits for what is under way. */
  async close(): Promise<void> {
    await this.#worker.close();
    this.#client.disconnect();
  }
}
