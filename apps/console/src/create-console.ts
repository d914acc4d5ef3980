import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerFrameworkErrors, nestLogger } from '@tickmark/platform';
import { guard } from './access/gate.js';
import { buildConsole } from './build-console.js';
import type { Surroundings } from './build-console.js';
import { ConsoleModule } from './console.module.js';
import { ORIGIN_HEADER } from './judged/demo-sign.js';
import { VERDICT_ID_MAX } from './replay/replay.routes.js';
import { PostgresAwayFilter } from './http/postgres-away.filter.js';

export interface Console {
  readonly app: NestFastifyApplication;
  /** Listens and gives the port. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

const BODY_BYTES = 1024 ** 2;
const REQUEST_TIMEOUT_MS = 60_000;

/** The whole app in this process, as main.ts and specs start it. */
export async function createConsole(surroundings: Surroundings): Promise<Console> {
  const { logger } = surroundings;
  const built = buildConsole(surroundings);
  const adapter = new FastifyAdapter({
    ...{ bodyLimit: BODY_BYTES, requestTimeout: REQUEST_TIMEOUT_MS, logger: false, frameworkErrors: answerFrameworkErrors(logger) },
    routerOptions: { maxParamLength: VERDICT_ID_MAX },
  });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes literals
  const options: NestApplicationOptions = { logger: nestLogger(logger), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(ConsoleModule.with(built.parts), adapter, options);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('X-Content-Type-Options', 'nosniff');
    if (!reply.hasHeader('Cache-Control')) void reply.header('Cache-Control', 'no-store');
    if (await built.demoSign.isDemo()) void reply.header(ORIGIN_HEADER, 'demo');
  });
  guard(server, built.gate);
  app.useGlobalFilters(new PostgresAwayFilter(logger));
  await app.init();
  // JSON only: what a form of another site could send is not even read.
  server.removeContentTypeParser(['text/plain', 'application/x-www-form-urlencoded']);
  built.start();
  return {
    app,
    async listen(port, host) {
      await app.listen(port, host);
      const address = app.getHttpServer().address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    async close() {
      await app.close();
      await built.stop();
    },
  };
}
