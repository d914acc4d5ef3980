/** Runs the public CEL conformance data (the parts that are plain data) through our own language and sorts the outcomes. */
import { tests as suite } from '@bufbuild/cel-spec/testdata/conformance.js';
import { compileExpression } from './compile.js';
import type { ValueType } from './model.js';

type Data = { readonly [name: string]: unknown };

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: Data & { readonly name?: string; readonly expr: string } }[];
}

interface Deviation {
  readonly test: string;
  readonly expression: string;
  readonly expected: string;
  readonly got: string;
}

export interface Conformance {
  /** By suite: same value, or an error as the specification wants it. */
  readonly agrees: { readonly [suite: string]: number };
  /** By suite: we do not load it (maps, bytes, unsigned, dyn, type, protobuf messages, more than 200 parts …). */
  readonly refused: { readonly [suite: string]: number };
  readonly differs: readonly Deviation[];
}

/** Extensions are no part of the language; protobuf messages cannot be written as data. */
const LEFT_OUT = new Set([
  ...['bindings_ext', 'block_ext', 'encoders_ext', 'math_ext', 'optionals', 'proto2_ext', 'string_ext'],
  ...['dynamic', 'enums', 'proto2', 'proto3', 'wrappers', 'type_deductions'],
]);

const PRIMITIVES: { readonly [name: string]: ValueType } = {
  BOOL: { kind: 'bool' },
  INT64: { kind: 'int' },
  DOUBLE: { kind: 'double' },
  STRING: { kind: 'string' },
};

export function runConformance(): Conformance {
  const agrees: { [suite: string]: number } = {};
  const refused: { [suite: string]: number } = {};
  const differs: Deviation[] = [];
  for (const top of (suite as Suite).suites ?? []) {
    if (LEFT_OUT.has(top.name)) continue;
    for (const [path, test] of allTests(top, top.name)) {
      const got = outcomeOf(test);
      const expected = expectationOf(test);
      if (got === undefined) refused[top.name] = (refused[top.name] ?? 0) + 1;
      else if (got === expected) agrees[top.name] = (agrees[top.name] ?? 0) + 1;
      else differs.push({ test: path, expression: test.expr, expected, got });
    }
  }
  return { agrees, refused, differs };
}

function* allTests(part: Suite, path: string): Generator<[string, Data & { expr: string }]> {
  for (const { original } of part.tests ?? []) yield [`${path}/${original.name ?? original.expr}`, original];
  for (const inner of part.suites ?? []) yield* allTests(inner, `${path}/${inner.name}`);
}

/** What we make of it, in the writing of `show`; undefined: not loaded. */
function outcomeOf(test: Data & { expr: string }): string | undefined {
  const variables: { [name: string]: ValueType } = {};
  for (const declaration of (test['typeEnv'] ?? []) as readonly Data[]) {
    const type = typeOf(((declaration['ident'] ?? {}) as Data)['type'] as Data | undefined);
    if (type === undefined) return undefined;
    variables[declaration['name'] as string] = type;
  }
  const compiled = compileExpression(test.expr, { variables, result: 'any' });
  if (!compiled.ok) return undefined;
  const bindings = Object.entries((test['bindings'] ?? {}) as { [name: string]: { value: Data } });
  const values = Object.fromEntries(bindings.map(([name, { value }]) => [name, plain(value)]));
  const evaluation = compiled.value.evaluate(values);
  return evaluation.ok ? show(evaluation.value) : 'error';
}

function typeOf(type: Data | undefined): ValueType | undefined {
  if (type === undefined) return undefined;
  if (typeof type['primitive'] === 'string') return PRIMITIVES[type['primitive']];
  if (type['wellKnown'] === 'TIMESTAMP') return { kind: 'timestamp' };
  if (type['wellKnown'] === 'DURATION') return { kind: 'duration' };
  if (type['listType'] === undefined) return undefined;
  const items = typeOf((type['listType'] as Data)['elemType'] as Data);
  return items === undefined ? undefined : { kind: 'list', items, maxItems: 100 };
}

function expectationOf(test: Data): string {
  if (test['evalError'] !== undefined || test['anyEvalErrors'] !== undefined) return 'error';
  return show(plain((test['value'] ?? { boolValue: true }) as Data));
}

function plain(value: Data): unknown {
  const [[kind, raw] = ['', undefined]] = Object.entries(value);
  if (kind === 'int64Value') return BigInt(raw as string);
  if (kind === 'doubleValue') return Number(raw);
  if (kind === 'listValue') return (((raw as Data)['values'] ?? []) as Data[]).map(plain);
  if (kind === 'objectValue') return wellKnown(raw as Data);
  return kind === 'stringValue' || kind === 'boolValue' ? raw : `${kind} of CEL`;
}

function wellKnown(message: Data): unknown {
  const text = message['value'];
  if (typeof text !== 'string') return 'a message of protobuf';
  if (message['@type'] === 'type.googleapis.com/google.protobuf.Duration') return Number(text.replace(/s$/, '')) * 1_000;
  return message['@type'] === 'type.googleapis.com/google.protobuf.Timestamp' ? Date.parse(text) : text;
}

/** Whole and decimal numbers of one value look alike: our results do not tell them apart. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'string') return JSON.stringify(value);
  return Object.is(value, -0) ? '0' : String(value);
}
