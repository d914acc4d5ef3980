import { Controller, Get, Req } from '@nestjs/common';
import { FORMATS, describeFormat } from '@tickmark/formats';
import type { FormatDescription } from '@tickmark/formats';
import type { FastifyRequest } from 'fastify';
import { queryOf, refuseQuery } from './delivery-request.js';

@Controller('v1/formats')
export class FormatsController {
  /** All of them in one page: the list is part of the program. */
  @Get()
  list(@Req() request: FastifyRequest): { items: readonly FormatDescription[]; nextCursor: null } {
    refuseQuery(queryOf(request), ['limit', 'cursor']);
    return { items: FORMATS.map(describeFormat), nextCursor: null };
  }
}
