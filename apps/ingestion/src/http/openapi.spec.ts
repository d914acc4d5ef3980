import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { openApiDocument } from './openapi.js';

const document = z
  .object({
    openapi: z.literal('3.1.0'),
    paths: z.record(z.string(), z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) }))),
    components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
  })
  .parse(openApiDocument('0.1.0'));

describe('the OpenAPI document of ingestion', () => {
  it('names every address and every answer of the interface', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/v1/events', '/v1/events/{format}', '/v1/events/{format}/{feed}', '/v1/formats', '/healthz', '/readyz', '/metrics',
    ]);
    for (const path of ['/v1/events', '/v1/events/{format}', '/v1/events/{format}/{feed}']) {
      const answers = Object.keys(document.paths[path]?.['post']?.responses ?? {});
      expect(answers).toEqual(['202', '400', '401', '403', '404', '413', '415', '422', '429', '503']);
    }
  });

  it('refers to schemas that it holds', () => {
    const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    expect(referred.length).toBeGreaterThan(20);
    expect([...new Set(referred)].filter((name) => name === undefined || !(name in document.components.schemas))).toEqual([]);
  });
});
