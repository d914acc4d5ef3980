import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch } from '@tickmark/contracts';
import { KAFKA_TRANSPORT } from '@tickmark/messaging';
import { PlanNotices } from './plan-notices.js';

@Controller()
export class StateChangesController {
  constructor(private readonly planNotices: PlanNotices) {}

  @EventPattern(TOPICS.stateChanges, KAFKA_TRANSPORT)
  take(@Payload() batch: MessageBatch): Promise<BatchOutcome> {
    return this.planNotices.handle(batch);
  }
}
