import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { codeOf, commandClient } from './redis.js';
import type { JobSettings } from './redis.js';

/** A turn of one row: the job carries the row's id, everything else stands in the row. */
export interface Turn {
  readonly rowId: string;
  /** With the id it names the job: the same turn is queued once, however often it is asked for. */
  readonly turn: number;
  readonly delayMs?: number;
  /** Names the job anew: a turn that was asked for and never came, since Redis kept the job's name and lost its place. */
  readonly again?: number;
}

/** What a worker is given. */
export interface TurnData {
  readonly rowId: string;
}

const AT_ONCE_MOST = 500;
/** For faults around the work (the database away); how often the work itself is tried stands in the row. */
const RETRIES = { attempts: 3, backoff: { type: 'fixed', delay: 1_000 } } as const;

export class JobQueue {
  readonly #client: Redis;
  /** Made when Redis is there; thrown away after a fault, since one that failed to begin never recovers. */
  #queue: Queue<TurnData> | undefined;

  constructor(private readonly settings: JobSettings) {
    this.#client = commandClient(settings);
  }

  /** Rejects at once while Redis is away; the rows stay, whoever reconciles asks again. */
  async enqueue(turns: readonly Turn[]): Promise<void> {
    if (this.#client.status !== 'ready') throw new Error('Redis is not connected');
    this.#queue ??= this.#open();
    const queue = this.#queue;
    try {
      for (let from = 0; from < turns.length; from += AT_ONCE_MOST) {
        await queue.addBulk(turns.slice(from, from + AT_ONCE_MOST).map(asJob));
      }
    } catch (error) {
      if (this.#queue === queue) this.#queue = undefined;
      void queue.close().catch(() => undefined);
      throw error;
    }
  }

  /** For /readyz. */
  async check(): Promise<undefined> {
    if (this.#client.status !== 'ready') throw new Error('not connected');
    await this.#client.ping();
    return undefined;
  }

  async close(): Promise<void> {
    await this.#queue?.close();
    this.#client.disconnect();
  }

  #open(): Queue<TurnData> {
    const queue = new Queue<TurnData>(this.settings.name, {
      connection: this.#client,
      prefix: this.settings.prefix,
      skipMetasUpdate: true,
      defaultJobOptions: { ...RETRIES, removeOnComplete: true, removeOnFail: true },
    });
    queue.on('error', (error) => this.settings.logger.debug({ queue: this.settings.name, code: codeOf(error) }, 'job queue'));
    return queue;
  }
}

const asJob = ({ rowId, turn, delayMs = 0, again }: Turn) => ({
  name: 'turn',
  data: { rowId },
  opts: { jobId: again === undefined ? `${rowId}-${turn}` : `${rowId}-${turn}-${again}`, delay: delayMs },
});
