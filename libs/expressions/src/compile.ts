import { checkBounds, fault, type Collected, type Finding } from './analyse.js';
import { LIMITS } from './cost.js';
import { read, type Outcome, type Program } from './engine.js';
import { inspect } from './inspect.js';
import type { Compilation, CompileOptions, Evaluation, Expression, ExpressionFault, ResultKind, ValueType } from './model.js';
import { nameFault } from './names.js';
import { inWords, wanted } from './words.js';

/**
 * Reads an expression against the types of what it may use. Everything wrong with it is said at once; an expression
 * that compiles is bounded in cost and never throws when it is evaluated.
 */
export function compileExpression(source: string, options: CompileOptions): Compilation {
  const refused = Object.keys(options.variables).flatMap((name) => nameFault(name) ?? []);
  if (refused.length > 0) return failed(refused.map((message) => ({ message, hint: 'choose another name' })));
  if (source.length > LIMITS.sourceLength) {
    return failed([{ message: `longer than ${LIMITS.sourceLength} characters`, hint: 'split it into two checks' }]);
  }
  const reading = read(source);
  return reading.ok ? checked(source, reading.value, options) : failed([reading.error]);
}

function checked(source: string, program: Program, options: CompileOptions): Compilation {
  const variables = new Map(Object.entries(options.variables));
  const collected: Collected = {
    faults: [],
    uses: new Set(),
    absentPaths: new Set(),
    reads: [],
    patterns: new Map(),
    mayBeAbsent: options.mayBeAbsent ?? false,
  };
  const found = inspect(program.node, variables, collected);
  const { faults } = collected;
  checkBounds(found, faults);
  if (faults.length === 0) faults.push(...resultFaults(found.type, options.result));
  if (faults.length > 0) return failed(faults);
  const typeFault = program.check(variables, collected.uses, collected.patterns);
  if (typeFault !== undefined) return failed([typeFault]);
  return { ok: true, value: expressionOf(source, program, { ...collected, ...found }, options.result) };
}

const failed = (error: readonly ExpressionFault[]): Compilation => ({ ok: false, error });

function resultFaults(type: ValueType, result: ResultKind): ExpressionFault[] {
  if (result === 'any' || fitsResult(type.kind, result)) return [];
  return [fault(`it gives ${inWords(type)}, its place wants ${wanted(result)}`, 0, resultHint(type.kind, result))];
}

function fitsResult(kind: ValueType['kind'], result: ResultKind): boolean {
  return kind === result || (result === 'number' && (kind === 'int' || kind === 'double'));
}

function resultHint(kind: ValueType['kind'], result: ResultKind): string | undefined {
  if (result === 'string' && (kind === 'int' || kind === 'double' || kind === 'bool')) return 'write string(…) around it';
  if (result === 'bool') return 'compare it with something: … == "active"';
  if (result === 'timestamp' && kind === 'string') return 'write timestamp(…) around it';
  return result === 'duration' && kind === 'string' ? 'write a duration such as 24h into params, or duration("24h")' : undefined;
}

function expressionOf(source: string, program: Program, { uses, absentPaths, reads, type, cost }: Collected & Finding, result: ResultKind): Expression {
  const optionalPaths = [...absentPaths].map((path) => path.split('.'));
  return {
    source,
    uses: [...uses],
    type,
    steps: cost,
    reads,
    evaluate(values) {
      const outcome = program.run(values);
      if (!outcome.ok) return failedEvaluation(outcome, optionalPaths, values);
      return IS[result](outcome.value) ? outcome : { ok: false, absent: false, message: `gave no ${wanted(result)}` };
    },
  };
}

function failedEvaluation(
  outcome: Outcome & { ok: false },
  optionalPaths: readonly (readonly string[])[],
  values: { readonly [name: string]: unknown },
): Evaluation {
  const absent = outcome.missing && optionalPaths.some((path) => isAbsent(path, values));
  return { ok: false, absent, message: outcome.message };
}

/** True when the last field is absent and all before it are there, or one of them is absent as well. */
function isAbsent(path: readonly string[], values: unknown): boolean {
  let value = values;
  for (const field of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return true;
    value = (value as { [name: string]: unknown })[field];
  }
  return value === undefined || value === null;
}

const isMs = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isNumber = (value: unknown): boolean => typeof value === 'bigint' || typeof value === 'number';

/** The engine has checked the types; this stands guard over values that its data did not have. */
const IS: { readonly [result in ResultKind]: (value: unknown) => boolean } = {
  any: () => true,
  bool: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  int: (value) => typeof value === 'bigint' || Number.isSafeInteger(value),
  double: isNumber,
  number: isNumber,
  timestamp: isMs,
  duration: isMs,
};
