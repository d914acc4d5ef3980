import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { ExplainVerdict } from './explain-verdict.js';
import * as routes from './replay.routes.js';

@Controller()
export class ReplayController {
  constructor(@Inject(ExplainVerdict) private readonly explainVerdict: ExplainVerdict) {}

  @Endpoint(routes.explainVerdict)
  explain(@Checked() input: Input<typeof routes.explainVerdict>) {
    return this.explainVerdict.execute(input);
  }
}
