import { UNGUARDED, isFieldName, suggestion } from '@tickmark/expressions';
import type { Path, Report } from './yaml-source.js';

/**
 * The part of JSON Schema that event types may use: what expressions can be typed by and what has a bound. Everything
 * else is refused, so that a schema never says more than is checked.
 */
const KEYWORDS: { readonly [type: string]: readonly string[] } = {
  string: ['type', 'description', 'enum', 'format', 'minLength', 'maxLength', UNGUARDED],
  integer: ['type', 'description', 'minimum', 'maximum', UNGUARDED],
  number: ['type', 'description', 'minimum', 'maximum', UNGUARDED],
  boolean: ['type', 'description', UNGUARDED],
  array: ['type', 'description', 'items', 'minItems', 'maxItems'],
  object: ['type', 'description', 'properties', 'required', 'additionalProperties'],
};

const FORMATS = ['date-time', 'date', 'currency'] as const;
/** Formats that bound the length by themselves. */
const BOUNDED: ReadonlySet<unknown> = new Set(FORMATS);

const EVENT_LIMITS = { maxLength: 65_536, maxItems: 10_000, depth: 5, properties: 60 } as const;

const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;

interface Place {
  readonly path: Path;
  readonly depth: number;
  readonly report: (path: Path, message: string, hint?: string) => void;
}

/** Reports what is wrong with the JSON Schema of an event type's data. */
export function checkEventSchema(schema: unknown, lineOf: (path: Path) => number, report: Report): void {
  const place: Place = { path: ['schema'], depth: 0, report: (path, message, hint) => report(lineOf(path), message, hint) };
  if (!isMap(schema) || schema['type'] !== 'object') {
    place.report(place.path, 'the schema of an event type describes an object', 'begin it with "type: object"');
    return;
  }
  checkSchema(schema, place);
}

type Schema = { readonly [keyword: string]: unknown };
const isMap = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkSchema(schema: unknown, place: Place): void {
  if (!isMap(schema)) {
    place.report(place.path, 'this is no schema', 'write "{type: string, maxLength: 256}"');
    return;
  }
  const keywords = KEYWORDS[String(schema['type'])];
  if (keywords === undefined) {
    const hint = suggestion(String(schema['type']), Object.keys(KEYWORDS));
    place.report([...place.path, 'type'], 'a field needs one type', hint);
    return;
  }
  for (const keyword of Object.keys(schema)) {
    if (keywords.includes(keyword)) continue;
    const message = `"${keyword}" is not used in a schema of type ${String(schema['type'])}`;
    place.report([...place.path, keyword], message, suggestion(keyword, keywords));
  }
  if (place.depth > EVENT_LIMITS.depth) place.report(place.path, `nested deeper than ${EVENT_LIMITS.depth}`, 'use flat fields');
  else checkType(schema, place);
}

function checkType(schema: Schema, place: Place): void {
  if (schema['type'] === 'string') checkText(schema, place);
  if (schema['type'] === 'array') checkArray(schema, place);
  if (schema['type'] === 'object') checkObject(schema, place);
}

function checkText(schema: Schema, { path, report }: Place): void {
  const { format } = schema;
  if (format !== undefined && !BOUNDED.has(format)) {
    const name = typeof format === 'string' ? format : 'of this sort';
    report([...path, 'format'], `there is no format "${name}"`, suggestion(name, FORMATS));
  }
  if (schema['enum'] !== undefined) checkChoices(schema['enum'], path, report);
  const bounded = schema['enum'] !== undefined || BOUNDED.has(format);
  if (!bounded && !isCount(schema['maxLength'], EVENT_LIMITS.maxLength)) {
    report(path, 'text needs a maxLength', `write "maxLength: 256" (at most ${EVENT_LIMITS.maxLength})`);
  }
}

function checkChoices(choices: unknown, path: Path, report: Place['report']): void {
  const texts = Array.isArray(choices) && choices.length > 0 && choices.every((choice) => typeof choice === 'string');
  if (!texts || new Set(choices).size !== choices.length) {
    report([...path, 'enum'], 'enum is a list of different texts', 'write "enum: [active, disabled]"');
  }
}

function checkArray(schema: Schema, { path, depth, report }: Place): void {
  if (!isCount(schema['maxItems'], EVENT_LIMITS.maxItems)) {
    report(path, 'a list needs maxItems', `write "maxItems: 100" (at most ${EVENT_LIMITS.maxItems})`);
  }
  checkSchema(schema['items'], { path: [...path, 'items'], depth: depth + 1, report });
}

function checkObject(schema: Schema, { path, depth, report }: Place): void {
  if (schema['additionalProperties'] !== false) {
    report(path, 'an object must refuse unknown fields', 'write "additionalProperties: false"');
  }
  const properties = isMap(schema['properties']) ? schema['properties'] : {};
  const names = Object.keys(properties);
  if (names.length === 0 || names.length > EVENT_LIMITS.properties) {
    report(path, `an object has 1 to ${EVENT_LIMITS.properties} properties`);
  }
  for (const name of names) {
    const at = [...path, 'properties', name];
    if (!CAMEL_CASE.test(name) || !isFieldName(name)) report(at, `"${name}" is no field name`, 'use camelCase: letters and digits');
    checkSchema(properties[name], { path: at, depth: depth + 1, report });
  }
  checkRequired(schema['required'], names, [...path, 'required'], report);
}

function checkRequired(required: unknown, names: readonly string[], path: Path, report: Place['report']): void {
  if (!Array.isArray(required)) {
    report(path, 'required is a list of the fields that are always there', 'write "required: []" when there is none');
    return;
  }
  required.forEach((name: unknown, index) => {
    if (names.includes(String(name))) return;
    report([...path, index], `required names "${String(name)}", which is no property`, suggestion(String(name), names));
  });
}

const isCount = (value: unknown, most: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most;
