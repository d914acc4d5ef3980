import { toInstant } from '@tickmark/contracts';
import type { CatalogueFault } from '@tickmark/catalogue';
import { BacktestRepository, readActivation } from '@tickmark/persistence';
import type { Database, StoredBacktest } from '@tickmark/persistence';
import { HttpProblem, newId, retryAfter } from '@tickmark/platform';
import type { Clock, Logger } from '@tickmark/platform';
import type { z } from 'zod';
import type { backtestResult } from '../answers/backtest.js';
import { cursorOf, instantOrNull, smallId, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { Catalogues } from '../judged/catalogues.js';
import type { BacktestRunner } from './backtest-runner.js';
import type { listBacktestDifferences, showBacktest, startBacktest } from './backtests.routes.js';
import { readCandidate } from './candidate.js';
import { showDifference, showResult } from './show-comparison.js';
import type { ShownDifference } from './show-comparison.js';
import type { BacktestRequest } from './backtest-request.js';
import type { BacktestOutcome } from './run-backtest.js';

interface Waiting {
  readonly id: string;
  readonly request: BacktestRequest;
}

interface Running {
  readonly id: string;
  readonly stop: AbortController;
  progress: number;
}

export interface BacktestParts {
  readonly database: Database;
  readonly catalogues: Catalogues;
  readonly runner: BacktestRunner;
  readonly clock: Clock;
  readonly logger: Logger;
}

const WAITING_MOST = 5;
const TRY_AGAIN_MS = 30_000;
const TELL_EVERY_MS = 1_000;
const LONGEST_MS = 30 * 60_000;
const differencesCursor = cursorOf('backtest-differences', smallId);

/** One backtest at a time and a few that wait: judging the past must not hold up the present. */
export class Backtests {
  private readonly repository: BacktestRepository;
  private waiting: Waiting[] = [];
  private running: Running | undefined;
  private stopped = false;

  constructor(private readonly parts: BacktestParts) {
    this.repository = new BacktestRepository(parts.database);
  }

  async start({ body, principal }: Input<typeof startBacktest>) {
    const { yaml, from: fromMs, to: toMs } = body;
    const { database, catalogues, clock } = this.parts;
    const { version } = await catalogues.active(database);
    const read = readCandidate((await readActivation(database, version))?.files ?? [], yaml);
    if (!read.ok) throw doesNotLoad(read.error);
    if (this.stopped || this.waiting.length >= WAITING_MOST) {
      throw new HttpProblem(429, `One backtest runs and ${WAITING_MOST} wait; try again when one is done.`, { headers: retryAfter(TRY_AGAIN_MS) });
    }
    const request: BacktestRequest = { yaml, fromMs, toMs };
    const one: Waiting = { id: newId(clock.now()), request };
    this.waiting.push(one);
    try {
      await this.repository.add({ id: one.id, control: read.value.control.id, ...request, createdBy: principal.actor });
    } catch (error) {
      this.waiting = this.waiting.filter(({ id }) => id !== one.id);
      throw error;
    }
    this.next();
    return { id: one.id };
  }

  async show({ params }: Input<typeof showBacktest>) {
    const found = await this.find(params.id);
    const { id, control, fromMs, toMs, status, createdAtMs, createdBy, finishedAtMs, detail = null } = found;
    const progress = this.running?.id === id ? Math.max(this.running.progress, found.progress) : found.progress;
    return {
      ...{ id, control, from: toInstant(fromMs), to: toInstant(toMs), status, progress, detail },
      ...{ createdAt: toInstant(createdAtMs), createdBy, finishedAt: instantOrNull(finishedAtMs) },
      result: (found.result as z.output<typeof backtestResult> | undefined) ?? null,
    };
  }

  async differences({ params, query }: Input<typeof listBacktestDifferences>) {
    await this.find(params.id);
    const rows = await this.repository.differences(params.id, differencesCursor.read(query.cursor) ?? -1, query.limit + 1);
    return toPage(rows, query.limit, ({ difference }) => difference as ShownDifference, ({ ordinal }) => differencesCursor.write(ordinal));
  }

  /** What runs and what waits is not finished by anybody: it is said so. */
  async stop(): Promise<void> {
    this.stopped = true;
    const ids = [...(this.running === undefined ? [] : [this.running.id]), ...this.waiting.map(({ id }) => id)];
    this.waiting = [];
    this.running?.stop.abort();
    if (ids.length > 0) await this.repository.end(ids, 'interrupted', 'the console was stopped');
  }

  private async find(id: string): Promise<StoredBacktest> {
    const found = await this.repository.find(id);
    if (found === undefined) throw new HttpProblem(404, 'There is no backtest with this id; the last hundred are kept.');
    return found;
  }

  private next(): void {
    if (this.running !== undefined || this.stopped) return;
    const one = this.waiting.shift();
    if (one === undefined) return;
    const running: Running = { id: one.id, stop: new AbortController(), progress: 0 };
    this.running = running;
    void this.run(running, one.request).finally(() => {
      this.running = undefined;
      this.next();
    });
  }

  private async run(running: Running, request: BacktestRequest): Promise<void> {
    const { runner, logger } = this.parts;
    const { id, stop } = running;
    const tell = setInterval(() => this.tell(running), TELL_EVERY_MS);
    const tooLong = setTimeout(() => stop.abort(new Error('too long')), LONGEST_MS);
    try {
      await this.repository.begin(id);
      const outcome = await runner.run(request, (share) => (running.progress = share), stop.signal);
      await this.keep(id, outcome);
    } catch (error) {
      if (this.stopped) return;
      logger.error({ err: error, backtest: id }, 'a backtest failed');
      const detail = stop.signal.aborted ? `it took longer than ${LONGEST_MS / 60_000} minutes` : 'something went wrong on our side; the log has the details';
      await this.repository.end([id], 'failed', detail).catch((ending: unknown) => logger.error({ err: ending, backtest: id }, 'the end of a backtest was not recorded'));
    } finally {
      clearInterval(tell);
      clearTimeout(tooLong);
    }
  }

  private async keep(id: string, outcome: BacktestOutcome): Promise<void> {
    if (outcome.kind === 'failed') {
      await this.repository.end([id], 'failed', outcome.detail);
      return;
    }
    const { comparison, found } = outcome;
    await this.repository.finish(id, showResult(found, comparison), comparison.keys.map(showDifference));
  }

  private tell({ id, progress }: Running): void {
    const waiting = this.waiting.map((one) => one.id);
    void this.repository.alive({ id, progress }, waiting).catch((error: unknown) => this.parts.logger.warn({ err: error }, 'the progress of a backtest was not recorded'));
  }
}

const doesNotLoad = (faults: readonly CatalogueFault[]): HttpProblem =>
  new HttpProblem(422, 'The control does not load; errors says where and what to write instead.', {
    title: 'Not a control',
    errors: faults.map(({ file, line, message, hint }) => ({ pointer: '/yaml', message: `${file}:${line}: ${message}${hint === undefined ? '' : ` (${hint})`}` })),
    extra: { faults: faults.map(({ file, line, message, hint }) => ({ file, line, message, ...(hint === undefined ? {} : { hint }) })) },
  });
