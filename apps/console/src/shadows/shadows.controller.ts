import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { CompareShadow } from './compare-shadow.js';
import { Shadows } from './shadows.js';
import * as routes from './shadows.routes.js';

@Controller()
export class ShadowsController {
  constructor(
    @Inject(Shadows) private readonly shadows: Shadows,
    @Inject(CompareShadow) private readonly compareShadow: CompareShadow,
  ) {}

  @Endpoint(routes.listShadows)
  list() {
    return this.shadows.list();
  }

  @Endpoint(routes.startShadow)
  start(@Checked() input: Input<typeof routes.startShadow>) {
    return this.shadows.start(input);
  }

  @Endpoint(routes.compareShadow)
  compare(@Checked() input: Input<typeof routes.compareShadow>) {
    return this.compareShadow.execute(input);
  }

  @Endpoint(routes.dropShadow)
  drop(@Checked() input: Input<typeof routes.dropShadow>) {
    return this.shadows.drop(input);
  }
}
