import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { fixtureControls } from '../evaluation.testkit.js';
import { KINDS } from './registry.js';

describe.each(KINDS.map((kind) => [kind.id, kind] as const))('%s', (id, kind) => {
  test('has an example that is part of the specification', () => {
    expect(fixtureControls().map(({ path }) => path)).toContain(`libs/evaluation/fixtures/controls/${id}.yaml`);
  });

  test('has a schema that refuses unknown fields and can be written as JSON Schema', () => {
    const parsed = kind.schema.safeParse({ nonsense: true });
    expect(parsed.error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
    expect(z.toJSONSchema(kind.schema, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false });
  });
});
