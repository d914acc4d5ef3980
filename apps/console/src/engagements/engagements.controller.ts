import { Controller, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { CompareFrozen } from './compare-frozen.js';
import { Engagements } from './engagements.js';
import * as routes from './engagements.routes.js';
import { FreezeRevision } from './freeze-revision.js';
import { ShowSummary } from './show-summary.js';

@Controller()
export class EngagementsController {
  constructor(
    @Inject(Engagements) private readonly engagements: Engagements,
    @Inject(FreezeRevision) private readonly freeze: FreezeRevision,
    @Inject(CompareFrozen) private readonly frozen: CompareFrozen,
    @Inject(ShowSummary) private readonly summary: ShowSummary,
  ) {}

  @Endpoint(routes.listEngagements)
  list(@Checked() input: Input<typeof routes.listEngagements>) {
    return this.engagements.list(input);
  }

  @Endpoint(routes.openEngagement)
  open(@Checked() input: Input<typeof routes.openEngagement>) {
    return this.engagements.open(input);
  }

  @Endpoint(routes.showEngagement)
  show(@Checked() input: Input<typeof routes.showEngagement>) {
    return this.engagements.show(input);
  }

  @Endpoint(routes.freezeRevision)
  revise(@Checked() input: Input<typeof routes.freezeRevision>) {
    return this.freeze.execute(input);
  }

  @Endpoint(routes.listRevisions)
  revisions(@Checked() input: Input<typeof routes.listRevisions>) {
    return this.frozen.list(input);
  }

  @Endpoint(routes.compareRevisions)
  difference(@Checked() input: Input<typeof routes.compareRevisions>) {
    return this.frozen.difference(input);
  }

  /** The text goes out as it is: a frozen revision is never parsed and written anew. */
  @Endpoint(routes.summaryJson)
  async json(@Checked() input: Input<typeof routes.summaryJson>, @Res() reply: FastifyReply) {
    return reply.type('application/json; charset=utf-8').send(await this.summary.json(input));
  }

  @Endpoint(routes.summaryCsv)
  async csv(@Checked() input: Input<typeof routes.summaryCsv>, @Res() reply: FastifyReply) {
    const csv = await this.summary.csv(input);
    const name = `summary-${input.params.id}${input.query.revision === undefined ? '-live' : `-r${input.query.revision}`}.csv`;
    return reply.type('text/csv; charset=utf-8').header('Content-Disposition', `attachment; filename="${name}"`).send(csv);
  }
}
