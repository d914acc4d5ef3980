import { typeInWords, type ValueType } from '@tickmark/expressions';

/** A JSON Schema of an event type, as `event-schema.ts` lets it be. */
export interface FieldSchema {
  readonly [keyword: string]: unknown;
}

export interface Misfit {
  readonly message: string;
  readonly hint?: string;
}

const PLACES: { readonly [type: string]: { readonly words: string; readonly takes: readonly ValueType['kind'][] } } = {
  string: { words: 'text', takes: ['string'] },
  integer: { words: 'a whole number', takes: ['int'] },
  number: { words: 'a number', takes: ['int', 'double'] },
  boolean: { words: 'true or false', takes: ['bool'] },
  array: { words: 'a list', takes: ['list'] },
  object: { words: 'an object', takes: [] },
};

export const isTime = (schema: FieldSchema): boolean => schema['format'] === 'date-time';

/** Why a value of this type cannot stand in a field; a value of no known type is held against it when it is there. */
export function misfit(type: ValueType, schema: FieldSchema): Misfit | undefined {
  if (type.kind === 'dynamic') return undefined;
  const { words, takes } = placeOf(schema);
  if (!takes.includes(type.kind)) return { message: `it gives ${typeInWords(type)}, its place wants ${words}`, ...hintOf(type, schema) };
  return type.kind === 'list' ? misfit(type.items, (schema['items'] ?? {}) as FieldSchema) : undefined;
}

function placeOf(schema: FieldSchema): { readonly words: string; readonly takes: readonly ValueType['kind'][] } {
  if (isTime(schema)) return { words: 'a time', takes: ['timestamp', 'string'] };
  return PLACES[String(schema['type'])] ?? { words: 'a value', takes: ['bool', 'int', 'double', 'string', 'list'] };
}

function hintOf({ kind }: ValueType, schema: FieldSchema): { readonly hint?: string } {
  const wanted = String(schema['type']);
  if (wanted === 'object') return { hint: 'write its fields under "fields:"' };
  if (wanted === 'integer' && (kind === 'string' || kind === 'double')) return { hint: 'write int(…) around it' };
  if (wanted === 'number' && kind === 'string') return { hint: 'write double(…) around it' };
  if (wanted === 'boolean') return { hint: 'compare it with something: … == "yes"' };
  return wanted === 'string' ? { hint: 'write string(…) around it' } : {};
}

const WRITTEN: { readonly [type: string]: (value: unknown) => boolean } = {
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
};

/** Why a value that stands in the file cannot stand in a field. */
export function writtenMisfit(value: unknown, schema: FieldSchema): Misfit | undefined {
  const { words } = placeOf(schema);
  if (WRITTEN[String(schema['type'])]?.(value) !== true) return { message: `${JSON.stringify(value)} is not ${words}` };
  const choices = schema['enum'] as readonly unknown[] | undefined;
  if (choices === undefined || choices.includes(value)) return undefined;
  return { message: `${JSON.stringify(value)} is not one of ${choices.join(', ')}` };
}
