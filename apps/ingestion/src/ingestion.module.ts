import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HealthModule } from '@tickmark/platform';
import type { Dependency, Registry } from '@tickmark/platform';
import { Bodies } from './http/bodies.js';
import { BodyBudget } from './http/body-budget.js';
import { EventsController } from './http/events.controller.js';
import { FormatsController } from './http/formats.controller.js';
import { OpenApiController } from './http/openapi.controller.js';
import { AuthoriseFeed } from './receive/authorise-feed.js';
import { KnownFormats } from './receive/known-formats.js';
import { RateLimiter } from './receive/rate-limiter.js';
import { ReceiveDelivery } from './receive/receive-delivery.js';
import type { ReceiveUpload } from './receive/receive-upload.js';
import type { UploadSlots } from './http/upload-slots.js';

/** What the controllers need; built by `buildIngestion`. */
export interface IngestionParts {
  readonly authorise: AuthoriseFeed;
  readonly formats: KnownFormats;
  readonly rates: RateLimiter;
  readonly receive: ReceiveDelivery;
  readonly slots: UploadSlots;
  readonly uploads: ReceiveUpload;
  readonly registry: Registry;
  readonly dependencies: readonly Dependency[];
}

@Module({})
export class IngestionModule {
  static with(parts: IngestionParts): DynamicModule {
    return {
      module: IngestionModule,
      imports: [HealthModule.with(parts.dependencies, parts.registry)],
      controllers: [EventsController, FormatsController, OpenApiController],
      providers: [
        { provide: AuthoriseFeed, useFactory: () => parts.authorise },
        { provide: Bodies, useFactory: () => new Bodies(new BodyBudget(), parts.slots, parts.uploads) },
        { provide: KnownFormats, useFactory: () => parts.formats },
        { provide: RateLimiter, useFactory: () => parts.rates },
        { provide: ReceiveDelivery, useFactory: () => parts.receive },
      ],
    };
  }
}
