import { UNGUARDED, parseInstant, suggestion } from '@tickmark/expressions';
import type { InputFault } from '@tickmark/contracts';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { EventType } from './model.js';

const MOST_FAULTS = 20;

type Schema = { readonly [keyword: string]: unknown };

const ajv = new Ajv2020({ strict: true, allErrors: true, messages: false, ownProperties: true, formats: {
  // What is accepted here is exactly what expressions can read as a time.
  'date-time': (text: string) => parseInstant(text) !== undefined,
  date: (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined,
  currency: /^[A-Z]{3}$/,
} });

ajv.addKeyword(UNGUARDED);

const compiled = new WeakMap<EventType, ValidateFunction>();

/**
 * What is wrong with an event's data by its type: at most 20 faults, each with a JSON pointer from `data` on. A type
 * that the catalogue does not know has no rules.
 */
export function validateEvent(type: EventType | undefined, data: unknown): readonly InputFault[] {
  if (type === undefined) return [];
  const validate = compiled.get(type) ?? remember(type);
  if (validate(data)) return [];
  return (validate.errors ?? []).slice(0, MOST_FAULTS).map((error) => faultOf(error, type.schema));
}

function remember(type: EventType): ValidateFunction {
  const validate = ajv.compile(withSafeIntegers(type.schema));
  compiled.set(type, validate);
  return validate;
}

/** JSON numbers beyond 2^53 have lost digits before anyone can look: they are no whole numbers of ours. */
function withSafeIntegers(schema: Schema): Schema {
  const bounded: { [keyword: string]: unknown } = { ...schema };
  if (schema['type'] === 'integer') {
    bounded['minimum'] = Math.max(Number(schema['minimum'] ?? -Infinity), Number.MIN_SAFE_INTEGER);
    bounded['maximum'] = Math.min(Number(schema['maximum'] ?? Infinity), Number.MAX_SAFE_INTEGER);
  }
  if (schema['items'] !== undefined) bounded['items'] = withSafeIntegers(schema['items'] as Schema);
  if (schema['properties'] !== undefined) {
    const properties = Object.entries(schema['properties'] as { [name: string]: Schema });
    bounded['properties'] = Object.fromEntries(properties.map(([name, property]) => [name, withSafeIntegers(property)]));
  }
  return bounded;
}

function faultOf(error: ErrorObject, schema: Schema): InputFault {
  const { params, instancePath } = error as ErrorObject<string, { readonly [name: string]: unknown }>;
  const pointer = `${instancePath}${stepOf(error.keyword, params)}`;
  return { pointer, message: messageOf(error.keyword, params, knownFields(schema, instancePath)) };
}

const escaped = (name: unknown): string => String(name).slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1');

function stepOf(keyword: string, params: { readonly [name: string]: unknown }): string {
  if (keyword === 'required') return `/${escaped(params['missingProperty'])}`;
  return keyword === 'additionalProperties' ? `/${escaped(params['additionalProperty'])}` : '';
}

type Message = (params: { readonly [name: string]: unknown }, known: readonly string[]) => string;

const MESSAGES: { readonly [keyword: string]: Message } = {
  required: ({ missingProperty }) => `"${String(missingProperty)}" is required`,
  additionalProperties: ({ additionalProperty }, known) => unknownField(String(additionalProperty), known),
  type: ({ type }) => `must be ${TYPE_WORDS[String(type)] ?? String(type)}`,
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as string[]).join(', ')}`,
  maxLength: ({ limit }) => `must be at most ${String(limit)} characters`,
  minLength: ({ limit }) => `must be at least ${String(limit)} characters`,
  maxItems: ({ limit }) => `must have at most ${String(limit)} items`,
  minItems: ({ limit }) => `must have at least ${String(limit)} items`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  format: ({ format }) => FORMAT_WORDS[String(format)] ?? `must be a ${String(format)}`,
};

const TYPE_WORDS: { readonly [type: string]: string } = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const FORMAT_WORDS: { readonly [format: string]: string } = {
  'date-time': 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
  date: 'must be a date such as 2026-01-31',
  currency: 'must be a currency code such as EUR',
};

const messageOf = (keyword: string, params: { readonly [name: string]: unknown }, known: readonly string[]): string =>
  MESSAGES[keyword]?.(params, known) ?? `breaks the rule "${keyword}" of its type`;

function unknownField(name: string, known: readonly string[]): string {
  const hint = suggestion(name, known);
  return hint === undefined ? 'is a field that this type does not have' : `is a field that this type does not have; ${hint}`;
}

/** The fields that a type has at a pointer, to say what a misspelt one may have meant. */
function knownFields(schema: Schema, pointer: string): string[] {
  let at: Schema | undefined = schema;
  for (const step of pointer.split('/').slice(1)) {
    const properties = at?.['properties'] as { [name: string]: Schema } | undefined;
    at = properties?.[step] ?? (at?.['items'] as Schema | undefined);
  }
  return Object.keys((at?.['properties'] ?? {}));
}
