import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch } from '@tickmark/contracts';
import { KAFKA_TRANSPORT } from '@tickmark/messaging';
import { JudgeBatch } from './use-cases/judge-batch.js';

@Controller()
export class ControlEventsController {
  constructor(@Inject(JudgeBatch) private readonly judgeBatch: JudgeBatch) {}

  @EventPattern(TOPICS.controlEvents, KAFKA_TRANSPORT)
  judge(@Payload() batch: MessageBatch): Promise<BatchOutcome> {
    return this.judgeBatch.run(batch);
  }
}
