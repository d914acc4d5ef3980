import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { destinationsOf } from '@tickmark/alerting';
import { JobWorker } from '@tickmark/jobs';
import { ProblemFilter, Rounds, createLogger, createRegistry, nestLogger, runSteps } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import { DeliverNotice } from './deliver/deliver-notice.js';
import { ReconcileNotices } from './deliver/reconcile-notices.js';
import type { NotifierConfig } from './notifier.config.js';
import { NotifierModule, openServers, queueSettings } from './notifier.module.js';
import type { NotifierParts, NotifierServers } from './notifier.module.js';
import { ReplayDeadLetters } from './plan/replay-dead-letters.js';
import { ReleaseWaiting } from './plan/release-waiting.js';
import { readRouting } from './read-routing.js';
import { TUNING } from './tuning.js';
import type { NotifierTuning } from './tuning.js';
import { WatchSealing } from './watch/watch-sealing.js';
import { WatchWatermark } from './watch/watch-watermark.js';

interface Notifier {
  readonly app: NestFastifyApplication;
  /** Listens for HTTP and gives the port. */
  listen(port: number, host: string): Promise<number>;
  /** In order: takes nothing more, lets attempts under way end, closes. */
  close(): Promise<void>;
}

interface NotifierChoices {
  readonly logger?: Logger;
  readonly tuning?: Partial<NotifierTuning>;
  /** The Kafka consumer is dead; by default the process ends, so that a supervisor starts it again. */
  readonly onDead?: (reason: string) => void;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** The whole app in this process, at work but not yet listening for HTTP. */
export async function createNotifier(config: NotifierConfig, choices: NotifierChoices = {}): Promise<Notifier> {
  const { logger = createLogger('notifier', config.LOG_LEVEL) } = choices;
  const parts: NotifierParts = {
    config,
    logger,
    routing: await readRouting(config),
    tuning: { ...TUNING, ...choices.tuning },
    registry: createRegistry('notifier'),
    onDead: choices.onDead ?? endProcess(logger),
  };
  const servers = openServers(parts);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes literals
  const options: NestApplicationOptions = { logger: nestLogger(logger), abortOnError: false };
  const adapter = new FastifyAdapter({ requestTimeout: REQUEST_TIMEOUT_MS, logger: false });
  const app = await NestFactory.create<NestFastifyApplication>(NotifierModule.with(parts, servers), adapter, options);
  app.useGlobalFilters(new ProblemFilter(logger));
  app.connectMicroservice({ strategy: servers.transport });
  await app.startAllMicroservices();
  if (destinationsOf(parts.routing).length === 0) {
    logger.warn('no receiver is configured: deviations and gaps are told to nobody (TICKMARK_WEBHOOK_URL, TICKMARK_EMAIL_TO, TICKMARK_ROUTES_PATH)');
  }
  const work = startWork(app, parts, servers);
  return { app, listen: (port, host) => listen(app, port, host), close: () => endWork(app, servers, work) };
}

async function listen(app: NestFastifyApplication, port: number, host: string): Promise<number> {
  await app.listen(port, host);
  const address = app.getHttpServer().address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

const endProcess = (logger: Logger) => (reason: string) => {
  logger.fatal({ reason }, 'ending, so that a new process takes over');
  process.exit(70);
};

interface Work {
  readonly worker: JobWorker;
  readonly rounds: Rounds;
  readonly logger: Logger;
}

function startWork(app: NestFastifyApplication, { config, tuning, logger }: NotifierParts, { ending }: NotifierServers): Work {
  const deliver = app.get(DeliverNotice);
  const worker = new JobWorker({ ...queueSettings(config, logger), concurrency: tuning.concurrency }, (id) => deliver.deliver(id));
  const rounds = new Rounds(logger);
  const [reconciler, releaser, watch, sealing] = [app.get(ReconcileNotices), app.get(ReleaseWaiting), app.get(WatchWatermark), app.get(WatchSealing)];
  const letters = app.get(ReplayDeadLetters);
  rounds.start({ name: 'reconcile', everyMs: tuning.reconcileEveryMs, work: () => reconciler.reconcile() });
  rounds.start({ name: 'release', everyMs: tuning.releaseEveryMs, work: () => releaser.release() });
  rounds.start({ name: 'dead-letters', everyMs: tuning.deadLettersEveryMs, work: () => letters.run() });
  rounds.start({ name: 'watch', everyMs: tuning.watchEveryMs, work: () => watch.look() });
  rounds.start({ name: 'watch sealing', everyMs: tuning.watchEveryMs, work: () => sealing.look() });
  ending.signal.addEventListener('abort', () => logger.debug('attempts under way are interrupted'));
  return { worker, rounds, logger };
}

async function closeChannels({ channels }: NotifierServers): Promise<void> {
  await Promise.all([...channels.values()].map((channel) => channel.close()));
}

/** Attempts under way get this long to end by themselves. */
const FINISH_MS = 5_000;

async function endWork(app: NestFastifyApplication, servers: NotifierServers, { worker, rounds, logger }: Work): Promise<void> {
  const interrupt = setTimeout(() => servers.ending.abort(), FINISH_MS);
  await runSteps(
    [
      { name: 'stop taking', run: () => app.close() },
      { name: 'stop rounds', run: () => rounds.stop() },
      { name: 'finish attempts', run: () => worker.close() },
      { name: 'close queue', run: () => servers.queue.close() },
      { name: 'close channels', run: () => closeChannels(servers) },
      { name: 'close database', run: () => servers.database.close() },
    ],
    logger,
  );
  clearTimeout(interrupt);
}
