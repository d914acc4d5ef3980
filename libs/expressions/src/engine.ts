/** The only file that knows the expression engine: it reads, checks and runs; everything above works on `Node`. */
import { Environment, EvaluationError, ParseError, type ASTNode, type BinaryOperator } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { LIMITS } from './cost.js';
import { parseInstant, parseLength } from './instants.js';
import type { ExpressionFault, ValueType } from './model.js';
import type { Pattern } from './patterns.js';
import type { Node } from './syntax.js';
import { typeRegistrar } from './engine-types.js';

/** Built-in functions that must not run: they are replaced by ours under another name. */
const REPLACED: { readonly [name: string]: string } = {
  matches: 'matchesRe2',
  timestamp: 'timestampFromText',
  duration: 'durationFromText',
};

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const LONGEST_MATCHED = 65_536;

export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly missing: boolean; readonly message: string };

export interface Program {
  readonly node: Node;
  /** By the types of what may be used, and patterns by source; undefined when all operators fit. */
  check(scope: ReadonlyMap<string, ValueType>, uses: ReadonlySet<string>, patterns: ReadonlyMap<string, Pattern>): ExpressionFault | undefined;
  /** After a good check only. */
  run(values: { readonly [name: string]: unknown }): Outcome;
}

export type Reading = { readonly ok: true; readonly value: Program } | { readonly ok: false; readonly error: ExpressionFault };

const ENGINE_LIMITS = { maxAstNodes: LIMITS.nodes, maxDepth: LIMITS.depth + 4, maxListElements: LIMITS.nodes, maxCallArguments: 8 };
/** Knows no types: it reads only. */
const reader = new Environment({ limits: ENGINE_LIMITS });

export function read(source: string): Reading {
  let node;
  try {
    node = toNode(reader.parse(source).ast);
  } catch (error) {
    return { ok: false, error: readingFault(error, source) };
  }
  let run = (): unknown => undefined;
  let converters: ReadonlyMap<string, (raw: unknown) => unknown> = new Map();
  return {
    ok: true,
    value: {
      node,
      check(scope, uses, patterns) {
        const typed = typedEnvironment(scope);
        for (const [text, pattern] of patterns) typed.patterns.set(text, pattern);
        const parsed = typed.environment.parse(source);
        // For what it renames in the engine's own tree.
        toNode(parsed.ast);
        converters = new Map([...typed.converters].filter(([name]) => uses.has(name)));
        run = parsed as (context?: unknown) => unknown;
        const result = parsed.check();
        return result.valid ? undefined : { message: plainMessage(result.error) };
      },
      run: (values) => evaluated(() => (run as (context: unknown) => unknown)(converted(values, converters))),
    },
  };
}

interface TypedEnvironment {
  readonly environment: Environment;
  readonly converters: ReadonlyMap<string, (raw: unknown) => unknown>;
  readonly patterns: Map<string, Pattern>;
}

/** Expressions of a check follow each other and may use the same: the engine's tables of a type take much memory. */
const recent = new Map<string, TypedEnvironment>();
const RECENT_MOST = 16;

function typedEnvironment(scope: ReadonlyMap<string, ValueType>): TypedEnvironment {
  const key = JSON.stringify([...scope]);
  const known = recent.get(key);
  if (known !== undefined) return known;
  const environment = new Environment({ limits: ENGINE_LIMITS });
  const patterns = new Map<string, Pattern>();
  registerFunctions(environment, patterns);
  const register = typeRegistrar(environment);
  const converters = new Map<string, (raw: unknown) => unknown>();
  for (const [name, type] of scope) {
    const registered = register(`$${name}`, type);
    converters.set(name, registered.convert);
    environment.registerVariable(name, registered.typeName);
  }
  const [oldest] = recent.keys();
  if (recent.size >= RECENT_MOST && oldest !== undefined) recent.delete(oldest);
  const typed = { environment, converters, patterns };
  recent.set(key, typed);
  return typed;
}

function converted(
  values: { readonly [name: string]: unknown },
  converters: ReadonlyMap<string, (raw: unknown) => unknown>,
): { [name: string]: unknown } {
  const context: { [name: string]: unknown } = {};
  for (const [name, convert] of converters) {
    if (Object.hasOwn(values, name)) context[name] = convert(values[name]);
  }
  return context;
}

function evaluated(run: () => unknown): Outcome {
  try {
    return { ok: true, value: plainValue(run()) };
  } catch (error) {
    const missing = error instanceof EvaluationError && (error.code === 'no_such_key' || error.code === 'unknown_variable');
    return { ok: false, missing, message: plainMessage(error) };
  }
}

/** Values as the rest of the program knows them. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Duration) return value.valueOf();
  return Array.isArray(value) ? value.map(plainValue) : value;
}

function registerFunctions(environment: Environment, patterns: ReadonlyMap<string, Pattern>): void {
  const sync = { async: false };
  environment.registerFunction(
    'string.matchesRe2(string): bool',
    (text: string, source: string) => {
      const pattern = patterns.get(source);
      if (pattern === undefined || text.length > LONGEST_MATCHED) throw new EvaluationError('matches: the text is too long');
      return pattern.test(text);
    },
    sync,
  );
  environment.registerFunction(`timestampFromText(string): ${TIMESTAMP}`, (text: string) => new Date(known(parseInstant(text), 'time')), sync);
  environment.registerFunction(
    `durationFromText(string): ${DURATION}`,
    (text: string) => Duration.fromMilliseconds(known(parseLength(text), 'duration')),
    sync,
  );
}

function known(ms: number | undefined, what: string): number {
  if (ms === undefined) throw new EvaluationError(`the text is no ${what}`);
  return ms;
}

const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/google\.protobuf\.Timestamp/g, 'time'],
  [/google\.protobuf\.Duration/g, 'duration'],
  [/\bmatchesRe2\b/g, 'matches'],
  [/\btimestampFromText\b/g, 'timestamp'],
  [/\bdurationFromText\b/g, 'duration'],
];

function plainMessage(error: unknown): string {
  const message = error instanceof Error ? ((error as { summary?: string }).summary ?? error.message) : 'unknown fault';
  return TYPE_WORDS.reduce((text, [pattern, word]) => text.replace(pattern, word), message);
}

function readingFault(error: unknown, source: string): ExpressionFault {
  if (!(error instanceof ParseError)) return { message: 'it cannot be read', hint: 'write a shorter expression' };
  if (error.code === 'limit_exceeded') return limitFault(error);
  const fault = { message: `it cannot be read: ${error.summary.replaceAll(/[^\x20-\x7e]/g, '?')}`, offset: error.range?.start ?? 0 };
  const hint = readingHint(source);
  return hint === undefined ? fault : { ...fault, hint };
}

function limitFault(error: ParseError): ExpressionFault {
  const offset = error.range?.start ?? 0;
  const hint = 'split it into two checks';
  if (error.summary.includes('maxDepth')) return { message: `nested more than ${LIMITS.depth} deep`, hint, offset };
  return { message: `more than ${LIMITS.nodes} parts`, hint, offset };
}

function readingHint(source: string): string | undefined {
  if (/[^=!<>]=[^=]/.test(source)) return 'compare with "=="';
  if (/===|!==/.test(source)) return 'compare with "==" or "!="';
  if (/\b(?:and|or|not)\b/i.test(source)) return 'write "&&", "||", "!"';
  return undefined;
}

const BINARY: ReadonlySet<string> = new Set<BinaryOperator>(['==', '!=', 'in', '+', '-', '*', '/', '%', '<', '<=', '>', '>=']);
const isBinary = (ast: ASTNode): ast is ASTNode & { op: BinaryOperator } => BINARY.has(ast.op);

/** Our own tree of the engine's; what we replace is renamed in the engine's tree on the way. */
function toNode(ast: ASTNode): Node {
  const at = ast.pos;
  switch (ast.op) {
    case 'value':
      return literal(ast.args, at);
    case 'id':
      return { op: 'name', at, name: ast.args };
    case '.':
      return { op: 'field', at, of: toNode(ast.args[0]), field: ast.args[1] };
    case '[]':
      return { op: 'index', at, of: toNode(ast.args[0]), index: toNode(ast.args[1]) };
    case 'call':
    case 'rcall':
      return toCall(ast, at);
    case 'list':
      return { op: 'list', at, items: ast.args.map(toNode) };
    default:
      return toOperator(ast, at);
  }
}

function toOperator(ast: ASTNode, at: number): Node {
  switch (ast.op) {
    case '?:':
      return { op: 'choose', at, condition: toNode(ast.args[0]), then: toNode(ast.args[1]), otherwise: toNode(ast.args[2]) };
    case '&&':
      return { op: 'and', at, left: toNode(ast.args[0]), right: toNode(ast.args[1]) };
    case '||':
      return { op: 'or', at, left: toNode(ast.args[0]), right: toNode(ast.args[1]) };
    case '!_':
      return { op: 'not', at, of: toNode(ast.args) };
    case '-_':
      return { op: 'negative', at, of: toNode(ast.args) };
    default:
      return isBinary(ast)
        ? { op: 'binary', at, operator: ast.op, left: toNode(ast.args[0]), right: toNode(ast.args[1]) }
        : { op: 'refused', at, what: ast.op === 'map' ? 'a map' : 'an optional chain' };
  }
}

function literal(value: (ASTNode & { op: 'value' })['args'], at: number): Node {
  if (value instanceof Uint8Array) return { op: 'refused', at, what: 'a bytes literal' };
  if (typeof value === 'object' && value !== null) return { op: 'refused', at, what: 'an unsigned number' };
  return { op: 'literal', at, value };
}

function toCall(ast: ASTNode & { op: 'call' | 'rcall' }, at: number): Node {
  const [name] = ast.args;
  const node: Node =
    ast.op === 'call'
      ? { op: 'call', at, name, args: ast.args[1].map(toNode) }
      : { op: 'method', at, name, on: toNode(ast.args[1]), args: ast.args[2].map(toNode) };
  // A name of ours written by the author is not in the tables of functions.ts and is refused there.
  const replacement = Object.hasOwn(REPLACED, name) ? REPLACED[name] : undefined;
  if (replacement !== undefined) (ast.args as [string, ...unknown[]])[0] = replacement;
  return node;
}
