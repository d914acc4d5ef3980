import { ASSUMED_ITEMS } from './cost.js';
import { isFieldName } from './names.js';
import { parseLength } from './instants.js';
import type { FieldType, ValueType } from './model.js';

interface Schema {
  readonly [keyword: string]: unknown;
}

const DYNAMIC: ValueType = { kind: 'dynamic' };

/** The type of what a JSON Schema describes; what has no single known type is `dynamic`. */
export function valueTypeOfSchema(schema: Schema): ValueType {
  switch (schema['type']) {
    case 'boolean':
      return { kind: 'bool' };
    case 'integer':
      return { kind: 'int' };
    case 'number':
      return { kind: 'double' };
    case 'string':
      return textType(schema);
    case 'array':
      return {
        kind: 'list',
        items: isSchema(schema['items']) ? valueTypeOfSchema(schema['items']) : DYNAMIC,
        maxItems: typeof schema['maxItems'] === 'number' ? schema['maxItems'] : ASSUMED_ITEMS,
      };
    case 'object':
      return objectType(schema);
    default:
      return DYNAMIC;
  }
}

/** `date-time` becomes a time; `date` stays text, for it names a day and no instant. */
function textType(schema: Schema): ValueType {
  if (schema['format'] === 'date-time') return { kind: 'timestamp' };
  const choices = Array.isArray(schema['enum']) ? schema['enum'].filter((value) => typeof value === 'string') : undefined;
  if (choices !== undefined) return { kind: 'string', maxLength: Math.max(0, ...choices.map(({ length }) => length)) };
  return typeof schema['maxLength'] === 'number' ? { kind: 'string', maxLength: schema['maxLength'] } : { kind: 'string' };
}

/**
 * Of a field that expressions may read without a guard although it may be absent: then the reading fails, which is shown as
 * what it is. For fields that became optional when controls relied on them already.
 */
export const UNGUARDED = 'x-unguarded';

function objectType(schema: Schema): ValueType {
  if (!isSchema(schema['properties'])) return DYNAMIC;
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const fields: { [name: string]: FieldType } = {};
  for (const [name, property] of Object.entries(schema['properties'])) {
    if (!isFieldName(name) || !isSchema(property)) continue;
    fields[name] = { type: valueTypeOfSchema(property), optional: !required.has(name) && property[UNGUARDED] !== true };
  }
  return { kind: 'object', fields };
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The type of parameters as they are written: `24h` is a duration, whole numbers are whole. */
export function valueTypeOfParams(params: { readonly [name: string]: unknown }): ValueType {
  return valueTypeOf(params);
}

function valueTypeOf(value: unknown): ValueType {
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'number') return { kind: Number.isSafeInteger(value) ? 'int' : 'double' };
  if (typeof value === 'string') {
    return parseLength(value) === undefined ? { kind: 'string', maxLength: value.length } : { kind: 'duration' };
  }
  if (Array.isArray(value)) return listType(value);
  if (!isSchema(value)) return DYNAMIC;
  const fields = Object.entries(value)
    .filter(([name]) => isFieldName(name))
    .map(([name, field]): [string, FieldType] => [name, { type: valueTypeOf(field), optional: false }]);
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

/** Items of several lengths are as long as the longest; whole and decimal numbers together are decimal. */
function listType(values: readonly unknown[]): ValueType {
  const types = values.map(valueTypeOf);
  const [first] = types;
  const kinds = new Set(types.map(({ kind }) => kind));
  const list = (items: ValueType): ValueType => ({ kind: 'list', items, maxItems: values.length });
  if (first === undefined) return list({ kind: 'string' });
  if (kinds.size === 1 && first.kind === 'string') {
    return list({ kind: 'string', maxLength: Math.max(...values.map((value) => (value as string).length)) });
  }
  if (kinds.size === 1) return list(first);
  return [...kinds].every((kind) => kind === 'int' || kind === 'double') ? list({ kind: 'double' }) : list(DYNAMIC);
}
