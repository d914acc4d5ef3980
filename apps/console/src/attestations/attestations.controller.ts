import { Controller, Inject } from '@nestjs/common';
import { Checked, Endpoint } from '../http/route.js';
import type { Input } from '../http/route.js';
import { Attestations } from './attestations.js';
import * as routes from './attestations.routes.js';

@Controller()
export class AttestationsController {
  constructor(@Inject(Attestations) private readonly attestations: Attestations) {}

  @Endpoint(routes.giveAttestation)
  give(@Checked() input: Input<typeof routes.giveAttestation>) {
    return this.attestations.give(input);
  }

  @Endpoint(routes.listAttestations)
  list(@Checked() input: Input<typeof routes.listAttestations>) {
    return this.attestations.list(input);
  }

  @Endpoint(routes.showAttestation)
  one(@Checked() input: Input<typeof routes.showAttestation>) {
    return this.attestations.one(input);
  }
}
