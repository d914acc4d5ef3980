import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { showOverview } from './metrics.routes.js';
import { ShowOverview } from './show-overview.js';

@Controller()
export class MetricsController {
  constructor(@Inject(ShowOverview) private readonly overview: ShowOverview) {}

  @Endpoint(showOverview)
  show(@Checked() _: Input<typeof showOverview>) {
    return this.overview.execute();
  }
}
