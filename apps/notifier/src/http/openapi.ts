import { noticeBody } from '@tickmark/alerting';
import { z } from 'zod';

const fault = z.object({ name: z.string(), reason: z.string() });
const readiness = z.object({ status: z.enum(['ready', 'degraded', 'not-ready']), missing: z.array(fault), degraded: z.array(fault) });

const jsonOf = (schema: z.ZodType): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return rest;
};
const answer = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema: jsonOf(schema) } } });

/** Generated from the schemas that validate. The notice is what receivers get, as a webhook of OpenAPI 3.1. */
export const openapiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'Tickmark notifier', version: '1', description: 'Plans and delivers notices. It has no operations besides those for its own health.' },
  paths: {
    '/healthz': { get: { operationId: 'alive', summary: 'The process runs', responses: { 200: answer('It runs', z.object({ status: z.literal('alive') })) } } },
    '/readyz': {
      get: {
        operationId: 'ready',
        summary: 'Postgres, Kafka and Redis answer',
        responses: { 200: answer('All answer', readiness), 503: answer('Names what is missing', readiness) },
      },
    },
    '/metrics': {
      get: { operationId: 'metrics', summary: 'Prometheus metrics', responses: { 200: { description: 'Text format', content: { 'text/plain': { schema: { type: 'string' } } } } } },
    },
    '/openapi.json': {
      get: { operationId: 'openapi', summary: 'This document', responses: { 200: answer('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) } },
    },
  },
  webhooks: {
    notice: {
      post: {
        operationId: 'notice',
        summary: 'A notice to a receiver, signed as Standard Webhooks says',
        parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
          name,
          in: 'header',
          required: true,
          schema: { type: 'string' },
        })),
        requestBody: { required: true, content: { 'application/json': { schema: jsonOf(noticeBody) } } },
        responses: {
          '2XX': { description: 'Taken' },
          429: { description: 'Sent again later, as Retry-After asks' },
          '4XX': { description: 'Refused: not sent again' },
          '5XX': { description: 'Sent again later' },
        },
      },
    },
  },
});
