import { Controller, Get } from '@nestjs/common';
import { openapiDocument } from './openapi.js';

@Controller()
export class OpenapiController {
  readonly #document = openapiDocument();

  @Get('openapi.json')
  document(): ReturnType<typeof openapiDocument> {
    return this.#document;
  }
}
