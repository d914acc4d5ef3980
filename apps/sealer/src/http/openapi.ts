import { z } from 'zod';

const fault = z.object({ name: z.string(), reason: z.string() });
const readiness = z.object({ status: z.enum(['ready', 'degraded', 'not-ready']), missing: z.array(fault), degraded: z.array(fault) });
const published = z.object({
  type: z.literal('ledger.checkpoint'),
  timestamp: z.string(),
  data: z.object({ origin: z.string(), epoch: z.int(), size: z.int(), root: z.string(), signedAt: z.string(), note: z.string() }),
});

const jsonOf = (schema: z.ZodType): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return rest;
};
const answer = (description: string, schema: z.ZodType) => ({ description, content: { 'application/json': { schema: jsonOf(schema) } } });

/** Generated from schemas. A checkpoint that is published is shown as a webhook of OpenAPI 3.1. */
export const openapiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'Tickmark sealer', version: '1', description: 'Signs checkpoints of the ledger. It has no operations besides those for its own health.' },
  paths: {
    '/healthz': { get: { operationId: 'alive', summary: 'The process runs', responses: { 200: answer('It runs', z.object({ status: z.literal('alive') })) } } },
    '/readyz': {
      get: {
        operationId: 'ready',
        summary: 'Postgres answers, and the ledger goes on from what was signed before',
        responses: { 200: answer('Checkpoints are signed', readiness), 503: answer('Says why nothing is signed', readiness) },
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
    checkpoint: {
      post: {
        operationId: 'checkpoint',
        summary: 'A checkpoint for TICKMARK_CHECKPOINT_WEBHOOK_URL, signed as Standard Webhooks says',
        parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({ name, in: 'header', required: true, schema: { type: 'string' } })),
        requestBody: { required: true, content: { 'application/json': { schema: jsonOf(published) } } },
        responses: { '2XX': { description: 'Taken' }, default: { description: 'Sent again later, a bounded number of times' } },
      },
    },
  },
});
