import { FORMATS } from '@tickmark/formats';
import type { Format } from '@tickmark/formats';
import { z } from 'zod';
import { answers } from './answer-schemas.js';

type Content = Readonly<Record<string, unknown>>;

const schemaRef = (name: keyof typeof answers): Content => ({ $ref: `#/components/schemas/${name}` });
const json = (name: keyof typeof answers, description: string): Content => ({
  description,
  content: { 'application/json': { schema: schemaRef(name) } },
});
const problem = (description: string): Content => ({
  description,
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
});
const comesBack = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer', minimum: 1 } } };

const deliveryAnswers = {
  202: json('Receipt', 'Kept: Postgres has committed it'),
  400: problem('The body or the address cannot be read'),
  401: problem('No or bad credentials'),
  403: problem('Not allowed'),
  404: problem('No such format or feed'),
  413: problem('Too large, as sent or inflated'),
  415: problem('Wrong media type or encoding'),
  422: problem('Every item was unreadable or refused'),
  429: { ...problem("Over the feed's rate or daily quota"), headers: comesBack },
  503: { ...problem('Could not be kept now; send again'), headers: comesBack },
};

const bodyOf = (formats: readonly Format[], schema?: Content): Content => ({
  required: true,
  content: Object.fromEntries(
    formats.flatMap((format) => format.contentTypes).map((type) => [type, schema === undefined ? {} : { schema }]),
  ),
});

const pathParameter = (name: string, schema: Content): Content => ({ name, in: 'path', required: true, schema });
/** A format of the program, or a mapping of the installation: these come and go while it runs. */
const formatName = pathParameter('format', { type: 'string', pattern: '^[a-z0-9-]{1,63}$', examples: FORMATS.map((format) => format.id) });
const feedName = pathParameter('feed', { type: 'string', pattern: '^[a-z0-9-]{1,63}$' });

const handshake = (parameters: readonly Content[]): Content => ({
  summary: 'Ask whether deliveries are taken here (CloudEvents webhooks)',
  security: [],
  parameters,
  responses: { 200: { description: 'Yes' }, 204: { description: 'The methods of this address' }, 404: problem('No such format') },
});

function paths(): Content {
  const cloudevents = FORMATS.filter((format) => format.id === 'cloudevents');
  const event = { oneOf: [schemaRef('CloudEvent'), { type: 'array', items: schemaRef('CloudEvent') }] };
  const plain = (summary: string, answer: Content): Content => ({ get: { summary, security: [], responses: { 200: answer } } });
  return {
    '/v1/events': {
      post: { summary: 'Deliver CloudEvents', requestBody: bodyOf(cloudevents, event), responses: deliveryAnswers },
      options: handshake([]),
    },
    '/v1/events/{format}': {
      post: { summary: 'Deliver what a tool writes', parameters: [formatName], requestBody: bodyOf(FORMATS), responses: deliveryAnswers },
      options: handshake([formatName]),
    },
    '/v1/events/{format}/{feed}': {
      post: {
        summary: 'Deliver as a webhook; the feed fixes the authentication',
        security: [{ apiKey: [] }, {}],
        parameters: [formatName, feedName],
        requestBody: bodyOf(FORMATS),
        responses: deliveryAnswers,
      },
      options: handshake([formatName, feedName]),
    },
    '/v1/formats': plain('The formats', json('FormatList', 'All of them')),
    '/healthz': plain('Whether the process is alive', json('Alive', 'It is')),
    '/readyz': { get: { summary: 'Whether it can do its work', security: [], responses: { 200: json('Readiness', 'Yes'), 503: json('Readiness', 'No') } } },
    '/metrics': plain('Prometheus metrics', { description: 'Text', content: { 'text/plain': { schema: { type: 'string' } } } }),
  };
}

/** OpenAPI 3.1 of ingestion; the answers are the schemas that its specs validate. */
export function openApiDocument(version: string): Content {
  return {
    openapi: '3.1.0',
    info: { title: 'Tickmark ingestion', version, description: 'Takes deliveries of events and keeps them. 202 means kept.' },
    security: [{ apiKey: [] }],
    paths: paths(),
    components: {
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a feed: tmk_integration_…' } },
      schemas: Object.fromEntries(Object.entries(answers).map(([name, schema]) => [name, plainSchema(schema)])),
    },
  };
}

function plainSchema(schema: z.ZodType): Content {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', unrepresentable: 'any' });
  return rest;
}
