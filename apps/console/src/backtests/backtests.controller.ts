import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { Backtests } from './backtests.js';
import * as routes from './backtests.routes.js';

@Controller()
export class BacktestsController {
  constructor(@Inject(Backtests) private readonly backtests: Backtests) {}

  @Endpoint(routes.startBacktest)
  start(@Checked() input: Input<typeof routes.startBacktest>) {
    return this.backtests.start(input);
  }

  @Endpoint(routes.showBacktest)
  show(@Checked() input: Input<typeof routes.showBacktest>) {
    return this.backtests.show(input);
  }

  @Endpoint(routes.listBacktestDifferences)
  differences(@Checked() input: Input<typeof routes.listBacktestDifferences>) {
    return this.backtests.differences(input);
  }
}
