import { Controller, Get, Inject, Req } from '@nestjs/common';
import { describeFormat } from '@tickmark/formats';
import type { FormatDescription } from '@tickmark/formats';
import type { FastifyRequest } from 'fastify';
import { KnownFormats } from '../receive/known-formats.js';
import { queryOf, refuseQuery } from './delivery-request.js';

@Controller('v1/formats')
export class FormatsController {
  constructor(@Inject(KnownFormats) private readonly formats: KnownFormats) {}

  /** All of them in one page: what is part of the program, and the mappings of the catalogue. */
  @Get()
  list(@Req() request: FastifyRequest): { items: readonly FormatDescription[]; nextCursor: null } {
    refuseQuery(queryOf(request), ['limit', 'cursor']);
    return { items: this.formats.all().map(describeFormat), nextCursor: null };
  }
}
