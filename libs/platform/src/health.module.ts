import { Controller, Get, Header, HttpCode, Inject, Module, Res } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { readiness } from './health.js';
import type { Dependency, Readiness } from './health.js';

const DEPENDENCIES = Symbol('tickmark.dependencies');

@Controller()
export class HealthController {
  constructor(
    @Inject(DEPENDENCIES) private readonly dependencies: readonly Dependency[],
    @Inject(Registry) private readonly registry: Registry,
  ) {}

  @Get('healthz')
  @HttpCode(200)
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const answer = await readiness(this.dependencies);
    void reply.status(answer.status === 'not-ready' ? 503 : 200);
    return answer;
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}

/** `GET /healthz`, `/readyz`, `/metrics`, as every app has them. */
@Module({})
export class HealthModule {
  static with(dependencies: readonly Dependency[], registry: Registry): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [
        { provide: DEPENDENCIES, useValue: dependencies },
        { provide: Registry, useValue: registry },
      ],
    };
  }
}
