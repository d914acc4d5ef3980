import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import * as routes from './controls.routes.js';
import { ListControls } from './list-controls.js';
import { ListObservations } from './list-observations.js';
import { ListStates } from './list-states.js';
import { ShowControl } from './show-control.js';
import { ShowTimeline } from './show-timeline.js';

@Controller()
export class ControlsController {
  constructor(
    @Inject(ListControls) private readonly listControls: ListControls,
    @Inject(ShowControl) private readonly showControl: ShowControl,
    @Inject(ListStates) private readonly listStates: ListStates,
    @Inject(ShowTimeline) private readonly showTimeline: ShowTimeline,
    @Inject(ListObservations) private readonly listObservations: ListObservations,
  ) {}

  @Endpoint(routes.listControls)
  list(@Checked() input: Input<typeof routes.listControls>) {
    return this.listControls.execute(input);
  }

  @Endpoint(routes.showControl)
  show(@Checked() input: Input<typeof routes.showControl>) {
    return this.showControl.execute(input);
  }

  @Endpoint(routes.listStates)
  states(@Checked() input: Input<typeof routes.listStates>) {
    return this.listStates.execute(input);
  }

  @Endpoint(routes.showTimeline)
  timeline(@Checked() input: Input<typeof routes.showTimeline>) {
    return this.showTimeline.execute(input);
  }

  @Endpoint(routes.listObservations)
  observations(@Checked() input: Input<typeof routes.listObservations>) {
    return this.listObservations.execute(input);
  }
}
