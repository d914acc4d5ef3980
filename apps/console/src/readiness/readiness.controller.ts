import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { DecideReport } from './decide-report.js';
import * as routes from './readiness.routes.js';
import { ShowReadinessGaps } from './show-readiness-gaps.js';
import { ShowReadinessPlan } from './show-readiness-plan.js';

@Controller()
export class ReadinessController {
  constructor(
    @Inject(DecideReport) private readonly decideReport: DecideReport,
    @Inject(ShowReadinessGaps) private readonly showGaps: ShowReadinessGaps,
    @Inject(ShowReadinessPlan) private readonly showPlan: ShowReadinessPlan,
  ) {}

  @Endpoint(routes.listQuestions)
  questions(@Checked() _: Input<typeof routes.listQuestions>) {
    return this.decideReport.questions();
  }

  @Endpoint(routes.decideReport)
  decision(@Checked() input: Input<typeof routes.decideReport>) {
    return this.decideReport.execute(input);
  }

  @Endpoint(routes.showGaps)
  gaps(@Checked() input: Input<typeof routes.showGaps>) {
    return this.showGaps.execute(input);
  }

  @Endpoint(routes.showPlan)
  plan(@Checked() input: Input<typeof routes.showPlan>) {
    return this.showPlan.execute(input);
  }
}
