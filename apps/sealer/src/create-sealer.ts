import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter, Rounds, createLogger, createRegistry, nestLogger, runSteps } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';
import { PublishCheckpoints } from './publish/publish-checkpoints.js';
import { KeepSealing } from './seal/keep-sealing.js';
import type { SealerConfig } from './sealer.config.js';
import { SealerModule, openDatabase } from './sealer.module.js';

interface Sealer {
  readonly app: NestFastifyApplication;
  /** Listens for HTTP and gives the port. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;
const PUBLISH_EVERY_MS = 1_000;

/** The whole app in this process, at work but not yet listening for HTTP. */
export async function createSealer(config: SealerConfig, logger: Logger = createLogger('sealer', config.LOG_LEVEL)): Promise<Sealer> {
  const database = openDatabase(config, logger);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes literals
  const options: NestApplicationOptions = { logger: nestLogger(logger), abortOnError: false };
  const adapter = new FastifyAdapter({ requestTimeout: REQUEST_TIMEOUT_MS, logger: false });
  const module = SealerModule.with({ config, logger, registry: createRegistry('sealer'), database });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, options);
  app.useGlobalFilters(new ProblemFilter(logger));
  const [sealing, publishing, rounds] = [app.get(KeepSealing), app.get(PublishCheckpoints), new Rounds(logger)];
  rounds.start({ name: 'seal', everyMs: config.TICKMARK_SEAL_EVERY, work: () => sealing.round() });
  rounds.start({ name: 'publish', everyMs: Math.min(PUBLISH_EVERY_MS, config.TICKMARK_SEAL_EVERY), work: () => publishing.round() });
  const close = async (): Promise<void> => {
    await runSteps(
      [
        { name: 'stop taking', run: () => app.close() },
        { name: 'interrupt publishing', run: () => publishing.close() },
        { name: 'stop rounds', run: () => rounds.stop() },
        { name: 'give up the lock', run: () => sealing.close() },
        { name: 'close database', run: () => database.close() },
      ],
      logger,
    );
  };
  return { app, listen: (port, host) => listen(app, port, host), close };
}

async function listen(app: NestFastifyApplication, port: number, host: string): Promise<number> {
  await app.listen(port, host);
  const address = app.getHttpServer().address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
