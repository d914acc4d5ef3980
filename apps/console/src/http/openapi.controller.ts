import { Controller, Get, Header } from '@nestjs/common';
import { ROUTES } from '../routes.js';
import { openApiDocument } from './openapi.js';

const VERSION = '0.1.0';

@Controller()
export class OpenApiController {
  private readonly text = JSON.stringify(openApiDocument(ROUTES, VERSION));

  @Get('openapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  document(): string {
    return this.text;
  }
}
