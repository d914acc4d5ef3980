import type { Database } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { Catalogues } from '../judged/catalogues.js';
import { Views } from '../judged/view.js';
import type { BacktestRunner } from './backtest-runner.js';
import { BACKTEST_BOUNDS, runBacktest } from './run-backtest.js';
import type { BacktestBounds } from './run-backtest.js';

/** The same work without a thread, which needs what was built; and within other bounds. */
export const inProcess = (database: Database, clock: Clock, bounds: BacktestBounds = BACKTEST_BOUNDS): BacktestRunner => ({
  run: (request, progress) => runBacktest(new Views(database, new Catalogues(), clock), request, progress, bounds),
});
