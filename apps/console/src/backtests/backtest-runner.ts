import { Worker } from 'node:worker_threads';
import type { BacktestRequest } from './backtest-request.js';
import type { BacktestOutcome } from './run-backtest.js';

/** Runs one backtest; `signal` ends it early, with whatever rejection that gives. */
export interface BacktestRunner {
  run(request: BacktestRequest, progress: (share: number) => void, signal: AbortSignal): Promise<BacktestOutcome>;
}

export interface BacktestWorkerData {
  readonly databaseUrl: string;
  readonly request: BacktestRequest;
}

export type BacktestMessage = { readonly progress: number } | { readonly outcome: BacktestOutcome };

const MEMORY_MB = 384;

/** In a thread of its own: it takes as much as it needs of a processor and none of the API's turns, and its memory is bounded. */
export class ThreadedRunner implements BacktestRunner {
  constructor(private readonly databaseUrl: string) {}

  run(request: BacktestRequest, progress: (share: number) => void, signal: AbortSignal): Promise<BacktestOutcome> {
    const data: BacktestWorkerData = { databaseUrl: this.databaseUrl, request };
    const worker = new Worker(new URL('./backtest-worker.js', import.meta.url), { workerData: data, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
    return new Promise((resolve, reject) => {
      const end = (): void => void worker.terminate();
      signal.addEventListener('abort', end, { once: true });
      worker.on('message', (message: BacktestMessage) => {
        if ('outcome' in message) resolve(message.outcome);
        else progress(message.progress);
      });
      worker.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') resolve({ kind: 'failed', detail: `it needs more than ${MEMORY_MB} MiB of memory` });
        else reject(error);
      });
      // After an outcome this changes nothing.
      worker.on('exit', () => {
        signal.removeEventListener('abort', end);
        reject(new Error('the thread ended before it had an outcome'));
      });
    });
  }
}
