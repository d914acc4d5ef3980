import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { ListDeadLetters } from './list-dead-letters.js';
import { ListDeviations } from './list-deviations.js';
import { ListGaps } from './list-gaps.js';
import * as routes from './records.routes.js';
import { ReplayDeadLetter } from './replay-dead-letter.js';
import { ResolveGap } from './resolve-gap.js';
import { ShowDelivery } from './show-delivery.js';
import { ShowEvidence } from './show-evidence.js';

@Controller()
export class DeviationsController {
  constructor(
    @Inject(ListDeviations) private readonly deviations: ListDeviations,
    @Inject(ListGaps) private readonly gaps: ListGaps,
    @Inject(ResolveGap) private readonly resolveGap: ResolveGap,
  ) {}

  @Endpoint(routes.listDeviations)
  list(@Checked() input: Input<typeof routes.listDeviations>) {
    return this.deviations.list(input);
  }

  @Endpoint(routes.showDeviation)
  show(@Checked() input: Input<typeof routes.showDeviation>) {
    return this.deviations.one(input);
  }

  @Endpoint(routes.listGaps)
  listGaps(@Checked() input: Input<typeof routes.listGaps>) {
    return this.gaps.list(input);
  }

  @Endpoint(routes.showGap)
  showGap(@Checked() input: Input<typeof routes.showGap>) {
    return this.gaps.one(input.params.id);
  }

  @Endpoint(routes.resolveGap)
  resolve(@Checked() input: Input<typeof routes.resolveGap>) {
    return this.resolveGap.execute(input);
  }
}

@Controller()
export class EvidenceController {
  constructor(
    @Inject(ShowEvidence) private readonly evidence: ShowEvidence,
    @Inject(ShowDelivery) private readonly delivery: ShowDelivery,
    @Inject(ListDeadLetters) private readonly deadLetters: ListDeadLetters,
    @Inject(ReplayDeadLetter) private readonly replayDeadLetter: ReplayDeadLetter,
  ) {}

  @Endpoint(routes.showEvidence)
  show(@Checked() input: Input<typeof routes.showEvidence>) {
    return this.evidence.event(input.params.id);
  }

  /** Never shown inside a page of ours: it is whatever somebody sent. */
  @Endpoint(routes.showRaw)
  async raw(@Checked() input: Input<typeof routes.showRaw>, @Res() reply: FastifyReply) {
    const { contentType, body } = await this.evidence.raw(input.params.id);
    return reply
      .header('Content-Type', contentType)
      .header('Content-Disposition', `attachment; filename="${input.params.id}.bin"`)
      .header('Content-Security-Policy', "default-src 'none'; sandbox")
      .send(body);
  }

  @Endpoint(routes.showDelivery)
  showDelivery(@Checked() input: Input<typeof routes.showDelivery>) {
    return this.delivery.execute(input);
  }

  @Endpoint(routes.listDeadLetters)
  listDeadLetters(@Checked() input: Input<typeof routes.listDeadLetters>) {
    return this.deadLetters.execute(input);
  }

  @Endpoint(routes.replayDeadLetter)
  replay(@Checked() input: Input<typeof routes.replayDeadLetter>) {
    return this.replayDeadLetter.execute(input);
  }
}
