import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import * as routes from './criteria.routes.js';
import { ListCriteria } from './list-criteria.js';

@Controller()
export class CriteriaController {
  constructor(@Inject(ListCriteria) private readonly list: ListCriteria) {}

  @Endpoint(routes.listCriteria)
  criteria(@Checked() input: Input<typeof routes.listCriteria>) {
    return this.list.criteria(input);
  }

  @Endpoint(routes.listObjectives)
  objectives(@Checked() input: Input<typeof routes.listObjectives>) {
    return this.list.objectives(input);
  }
}
