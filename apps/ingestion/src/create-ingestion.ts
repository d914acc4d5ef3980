import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter, answerFrameworkErrors, nestLogger } from '@tickmark/platform';
import { buildIngestion } from './build-ingestion.js';
import type { Surroundings } from './build-ingestion.js';
import { IngestionModule } from './ingestion.module.js';

export interface Ingestion {
  readonly app: NestFastifyApplication;
  /** Listens and gives the port. */
  listen(port: number, host: string): Promise<number>;
  /** Stops intake, finishes what was taken, closes. */
  close(): Promise<void>;
}

/** The largest delivery that comes as slowly as one may. How long a body takes is watched while it is read (bodies.ts). */
const REQUEST_TIMEOUT_MS = 6 * 3_600_000;
/** Ours is counted while streaming (read-body.ts); this one must not come first. */
const FASTIFY_BODY_BYTES = 1024 ** 4;

/** The whole app in this process, as main.ts and specs start it. */
export async function createIngestion(surroundings: Surroundings): Promise<Ingestion> {
  const { logger } = surroundings;
  const built = buildIngestion(surroundings);
  const adapter = new FastifyAdapter({ bodyLimit: FASTIFY_BODY_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, logger: false, frameworkErrors: answerFrameworkErrors(logger) });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes literals
  const options: NestApplicationOptions = { bodyParser: false, logger: nestLogger(logger), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(IngestionModule.with(built.parts), adapter, options);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  // Bodies are read by the controller, after it knows who sends and what the format allows.
  fastify.addContentTypeParser('*', (_request, _body, done) => done(null));
  app.useGlobalFilters(new ProblemFilter(logger));
  await app.init();
  built.start();
  return {
    app,
    async listen(port, host) {
      await app.listen(port, host);
      const address = app.getHttpServer().address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async close() {
      built.stopIntake();
      await app.close();
      await built.stop();
    },
  };
}
