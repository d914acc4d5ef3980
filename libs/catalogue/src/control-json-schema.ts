import { z } from 'zod';
import { controlFile, overrideFile } from './control-schema.js';
import { mappingFile } from './mapping-schema.js';
import type { KindDescriptor } from './model.js';

type JsonSchema = { [keyword: string]: unknown };

const asWritten = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

/** What an editor completes and checks control files by: made from the schemas that the loader itself uses. */
export function controlJsonSchema(kinds: ReadonlyMap<string, KindDescriptor>): JsonSchema {
  const schema = asWritten(controlFile);
  const { checks, ...properties } = schema['properties'] as { [name: string]: JsonSchema };
  const { additionalProperties: _, ...named } = checks ?? {};
  const anyOf = [...kinds.values()].map(checkOf);
  return { ...schema, title: 'A control of Tickmark', properties: { ...properties, checks: { ...named, additionalProperties: { anyOf } } } };
}

export const mappingJsonSchema = (): JsonSchema => ({ ...asWritten(mappingFile), title: 'A mapping of a tool onto events' });

export const overrideJsonSchema = (): JsonSchema => ({ ...asWritten(overrideFile), title: 'An override of a control' });

function checkOf({ id, schema }: KindDescriptor): JsonSchema {
  const { $schema: _, properties, required, ...rest } = asWritten(schema);
  return {
    ...rest,
    properties: { kind: { const: id }, ...(properties as JsonSchema | undefined) },
    required: ['kind', ...((required as string[] | undefined) ?? [])],
  };
}
