import { parentPort, workerData } from 'node:worker_threads';
import { Database } from '@tickmark/persistence';
import { systemClock } from '@tickmark/platform';
import { Catalogues } from '../judged/catalogues.js';
import { Views } from '../judged/view.js';
import type { BacktestMessage, BacktestWorkerData } from './backtest-runner.js';
import { runBacktest } from './run-backtest.js';

const STATEMENT_TIMEOUT_MS = 600_000;
const TELL_EVERY_MS = 250;

const { databaseUrl, request } = workerData as BacktestWorkerData;
const tell = (message: BacktestMessage): void => parentPort?.postMessage(message);

const database = new Database({ url: databaseUrl, app: 'backtest', maxConnections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
let toldAtMs = 0;
try {
  const views = new Views(database, new Catalogues(), systemClock);
  const outcome = await runBacktest(views, request, (progress) => {
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = performance.now();
    tell({ progress });
  });
  tell({ outcome });
} finally {
  await database.close();
}
