import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';

const VERSION = '0.1.0';

const faults = z.array(z.strictObject({ name: z.string(), reason: z.string() }));
const answers = {
  Alive: z.strictObject({ status: z.literal('alive') }),
  Readiness: z.strictObject({ status: z.enum(['ready', 'degraded', 'not-ready']), missing: faults, degraded: faults }),
} as const;

type Content = Readonly<Record<string, unknown>>;

const json = (name: keyof typeof answers, description: string): Content => ({
  description,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});
const get = (summary: string, responses: Content): Content => ({ get: { summary, security: [], responses } });

function plainSchema(schema: z.ZodType): Content {
  const { $schema: _, ...rest } = z.toJSONSchema(schema);
  return rest;
}

/** evaluator answers about itself only: everything else goes through Kafka and Postgres. */
@Controller('openapi.json')
export class OpenApiController {
  @Get()
  document(): Content {
    return {
      openapi: '3.1.0',
      info: { title: 'Tickmark evaluator', version: VERSION, description: 'Judges evidence by the active catalogue.' },
      paths: {
        '/healthz': get('Whether the process is alive', { 200: json('Alive', 'It is') }),
        '/readyz': get('Whether it can do its work', { 200: json('Readiness', 'Yes'), 503: json('Readiness', 'No: names what is away') }),
        '/metrics': get('Prometheus metrics', { 200: { description: 'Text', content: { 'text/plain': { schema: { type: 'string' } } } } }),
      },
      components: { schemas: Object.fromEntries(Object.entries(answers).map(([name, schema]) => [name, plainSchema(schema)])) },
    };
  }
}
