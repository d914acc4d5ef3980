import type { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { needsConversion } from './cost.js';
import { parseInstant, parseLength } from './instants.js';
import type { ValueType } from './model.js';

type Convert = (raw: unknown) => unknown;

export interface RegisteredType {
  /** The engine's name of the type. */
  readonly typeName: string;
  /** From plain JSON to what the engine computes with. What does not fit is left as it is: the engine refuses it. */
  readonly convert: Convert;
}

const asItIs: Convert = (raw) => raw ?? undefined;

const SIMPLE: { readonly [kind: string]: RegisteredType } = {
  bool: { typeName: 'bool', convert: asItIs },
  string: { typeName: 'string', convert: asItIs },
  double: { typeName: 'double', convert: (raw) => (typeof raw === 'bigint' ? Number(raw) : asItIs(raw)) },
  dynamic: { typeName: 'dyn', convert: asItIs },
  // JSON numbers are doubles to the engine; exact integers are handed over as BigInt.
  int: { typeName: 'int', convert: (raw) => (Number.isSafeInteger(raw) ? BigInt(raw as number) : asItIs(raw)) },
  timestamp: { typeName: 'google.protobuf.Timestamp', convert: toDate },
  duration: { typeName: 'google.protobuf.Duration', convert: toDuration },
};

function toDate(raw: unknown): unknown {
  const ms = typeof raw === 'string' ? parseInstant(raw) : raw;
  return typeof ms === 'number' ? new Date(ms) : asItIs(raw);
}

function toDuration(raw: unknown): unknown {
  const ms = typeof raw === 'string' ? parseLength(raw) : raw;
  return typeof ms === 'number' ? Duration.fromMilliseconds(ms) : asItIs(raw);
}

/** Tells the environment of a type and all types inside it; `name` is unique within the environment. */
export function typeRegistrar(environment: Environment): (name: string, type: ValueType) => RegisteredType {
  const register = (name: string, type: ValueType): RegisteredType => {
    if (type.kind === 'list') return listOf(register(`${name}.item`, type.items), needsConversion(type.items));
    if (type.kind !== 'object') return SIMPLE[type.kind] ?? { typeName: 'dyn', convert: asItIs };
    const fields = Object.entries(type.fields).map(([field, { type: of }]) => [field, register(`${name}.${field}`, of)] as const);
    return objectOf(environment, name, fields);
  };
  return register;
}

function listOf(items: RegisteredType, converts: boolean): RegisteredType {
  const typeName = `list<${items.typeName}>`;
  if (!converts) return { typeName, convert: asItIs };
  return { typeName, convert: (raw) => (Array.isArray(raw) ? raw.map(items.convert) : asItIs(raw)) };
}

/** A class whose getters convert a field only when it is read: most expressions read one or two of many. */
function objectOf(environment: Environment, name: string, fields: readonly (readonly [string, RegisteredType])[]): RegisteredType {
  class Typed {
    readonly #raw: { readonly [field: string]: unknown };
    constructor(raw: { readonly [field: string]: unknown }) {
      this.#raw = raw;
    }

    static reader(field: string, convert: Convert): (this: Typed) => unknown {
      return function () {
        return Object.hasOwn(this.#raw, field) ? convert(this.#raw[field]) : undefined;
      };
    }
  }
  for (const [field, { convert }] of fields) {
    Object.defineProperty(Typed.prototype, field, { get: Typed.reader(field, convert) });
  }
  const types = Object.fromEntries(fields.map(([field, { typeName }]) => [field, typeName]));
  const convert: Convert = (raw) =>
    typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? new Typed(raw as { [field: string]: unknown }) : asItIs(raw);
  environment.registerType(name, { ctor: Typed, fields: types, convert });
  return { typeName: name, convert };
}
