import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { People } from './people.js';
import * as routes from './people.routes.js';

@Controller()
export class PeopleController {
  constructor(@Inject(People) private readonly people: People) {}

  @Endpoint(routes.listPeople)
  list(@Checked() input: Input<typeof routes.listPeople>) {
    return this.people.list(input);
  }

  @Endpoint(routes.addPerson)
  add(@Checked() input: Input<typeof routes.addPerson>) {
    return this.people.add(input);
  }

  @Endpoint(routes.changeRoles)
  changeRoles(@Checked() input: Input<typeof routes.changeRoles>) {
    return this.people.changeRoles(input);
  }

  @Endpoint(routes.removePerson)
  remove(@Checked() input: Input<typeof routes.removePerson>) {
    return this.people.remove(input);
  }
}
