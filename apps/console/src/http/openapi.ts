import { z } from 'zod';
import { ACCESS } from '../access/access-table.js';
import type { Route } from './route.js';

type Json = Readonly<Record<string, unknown>>;

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          index: { type: 'integer', description: 'Which item of a batch, from 0' },
          pointer: { type: 'string', description: 'Where in the request, as a JSON Pointer' },
          line: { type: 'integer', description: 'Which line of the file that was sent, from 1' },
          message: { type: 'string' },
        },
      },
    },
  },
};
const problem = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** OpenAPI 3.1 from the schemas that validate. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const schemas: Record<string, unknown> = { Problem: PROBLEM };
  const paths: Record<string, Record<string, unknown>> = {};
  for (const each of routes) {
    (paths[each.path] ??= {})[each.method.toLowerCase()] = operation(each, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tickmark console', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ apiKey: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, tmk_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'tickmark_session' },
      },
    },
  };
}

function operation(at: Route, schemas: Record<string, unknown>): Json {
  const access = ACCESS[`${at.method} ${at.path}`];
  const isOpen = access === 'anyone';
  return {
    operationId: operationId(at),
    summary: at.summary,
    ...(isOpen ? { security: [] } : {}),
    'x-tickmark-roles': access ?? [],
    parameters: [...parameters(at.params, 'path'), ...parameters(at.query, 'query')],
    ...(hasBody(at) ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(at.body, 'input', schemas) } } } } : {}),
    responses: {
      [at.status]: answer(at, schemas),
      ...(at.method === 'GET' && at.path.includes('{') ? { 404: problem('There is nothing with this id.') } : {}),
      400: problem('The request is not valid; errors names each place.'),
      ...(at.unprocessable === undefined ? {} : { 422: problem(at.unprocessable) }),
      ...(isOpen ? {} : { 401: problem('Nobody is known by these credentials.'), 403: problem('The role does not allow it.') }),
      503: problem('Postgres does not answer; try again.'),
    },
  };
}

const operationId = ({ method, path }: Route): string =>
  [method.toLowerCase(), ...path.split('/').filter((part) => part !== '' && part !== 'v1')]
    .map((part) => part.replaceAll(/[{}]/g, '').replaceAll('.', '-'))
    .join('-');

const hasBody = ({ body }: Route): boolean => !(body instanceof z.ZodUndefined);

function answer({ answer: schema, answerType = 'application/json', summary, textAnswer }: Route, schemas: Record<string, unknown>): Json {
  const asText = textAnswer === undefined ? {} : { 'text/plain': { schema: { type: 'string', description: textAnswer } } };
  if (schema !== undefined) return { description: summary, content: { [answerType]: { schema: jsonSchema(schema, 'output', schemas) }, ...asText } };
  if (answerType === 'application/json') return { description: summary };
  return { description: summary, content: { [answerType]: { schema: { type: 'string' } } } };
}

function parameters(schema: z.ZodType, where: 'path' | 'query'): readonly Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: each,
  }));
}

/** Named schemas become components; the rest stands in place. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): unknown {
  const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= rewritten(definition);
  return rewritten(rest);
}

const rewritten = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;
