import 'reflect-metadata';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter, nestLogger } from '@tickmark/platform';
import { buildEvaluator } from './build-evaluator.js';
import type { Surroundings } from './build-evaluator.js';
import { EvaluatorModule } from './evaluator.module.js';

export interface Evaluator {
  readonly app: NestFastifyApplication;
  /** Listens and gives the port. */
  listen(port: number, host: string): Promise<number>;
  /** Looks at the catalogue's files now. */
  reload(): void;
  /** Stops reading, finishes what was begun, hands over what waits, closes. */
  close(): Promise<void>;
}

/** The whole app in this process, as main.ts and specs start it. */
export async function createEvaluator(surroundings: Surroundings): Promise<Evaluator> {
  const { logger } = surroundings;
  const built = buildEvaluator(surroundings);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes literals
  const options: NestApplicationOptions = { logger: nestLogger(logger), abortOnError: false };
  const app = await NestFactory.create<NestFastifyApplication>(EvaluatorModule.with(built.parts), new FastifyAdapter({ logger: false }), options);
  app.useGlobalFilters(new ProblemFilter(logger));
  app.connectMicroservice({ strategy: built.transport });
  built.start();
  await app.startAllMicroservices();
  await app.init();
  return {
    app,
    async listen(port, host) {
      await app.listen(port, host);
      const address = app.getHttpServer().address();
      return typeof address === 'object' && address !== null ? address.port : port;
    },
    reload: () => built.reload(),
    async close() {
      await app.close();
      await built.stop();
    },
  };
}
