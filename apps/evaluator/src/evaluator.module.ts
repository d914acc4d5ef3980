import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HealthModule } from '@tickmark/platform';
import type { Dependency, Registry } from '@tickmark/platform';
import { ControlEventsController } from './control-events.controller.js';
import { OpenApiController } from './openapi.controller.js';
import { JudgeBatch } from './use-cases/judge-batch.js';

/** What the controllers need; built by `buildEvaluator`. */
export interface EvaluatorParts {
  readonly judgeBatch: JudgeBatch;
  readonly registry: Registry;
  readonly dependencies: readonly Dependency[];
}

@Module({})
export class EvaluatorModule {
  static with(parts: EvaluatorParts): DynamicModule {
    return {
      module: EvaluatorModule,
      imports: [HealthModule.with(parts.dependencies, parts.registry)],
      controllers: [ControlEventsController, OpenApiController],
      providers: [{ provide: JudgeBatch, useFactory: () => parts.judgeBatch }],
    };
  }
}
