import { Controller, Get, Header } from '@nestjs/common';
import { openApiDocument } from './openapi.js';

const VERSION = '0.1.0';

@Controller('openapi.json')
export class OpenApiController {
  private readonly text = JSON.stringify(openApiDocument(VERSION));

  @Get()
  @Header('Content-Type', 'application/json; charset=utf-8')
  document(): string {
    return this.text;
  }
}
