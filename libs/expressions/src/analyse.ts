import { accessCost, LIMITS } from './cost.js';
import { both, common, NO_FACTS, NO_GUARDS, type Facts, type Guards } from './guards.js';
import type { ExpressionFault, FieldType, ValueType } from './model.js';
import type { Pattern } from './patterns.js';
import { pathOf, stepsOf, type Literal, type Node } from './syntax.js';
import { suggestion } from './nearest.js';
import { inWords } from './words.js';

/** What is known of a part of an expression before anything is evaluated. */
export interface Finding extends Guards {
  readonly type: ValueType;
  /** Steps in the worst case. */
  readonly cost: number;
  readonly depth: number;
}

export interface Scope {
  readonly variables: ReadonlyMap<string, ValueType>;
  readonly facts: Facts;
  readonly inMacro: boolean;
}

/** What one analysis collects on its way. */
export interface Collected {
  readonly faults: ExpressionFault[];
  readonly uses: Set<string>;
  /** Optional fields read without a guard, where that is allowed. */
  readonly absentPaths: Set<string>;
  /** Every field read from a root, as steps. */
  readonly reads: (readonly string[])[];
  readonly patterns: Map<string, Pattern>;
  readonly mayBeAbsent: boolean;
}

export type Analyse = (node: Node, scope: Scope) => Finding;

export const UNKNOWN: ValueType = { kind: 'dynamic' };
export const finding = (type: ValueType, cost: number, depth: number, guards: Guards = NO_GUARDS): Finding => ({
  type,
  cost,
  depth,
  whenTrue: guards.whenTrue,
  whenFalse: guards.whenFalse,
});

export const deeper = (...parts: readonly Finding[]): number => 1 + Math.max(0, ...parts.map(({ depth }) => depth));
export const total = (...parts: readonly Finding[]): number => parts.reduce((sum, { cost }) => sum + cost, 1);

export const withFacts = (scope: Scope, facts: Facts): Scope =>
  facts.size === 0 ? scope : { ...scope, facts: both(scope.facts, facts) };

export function literalType(value: Literal): ValueType {
  if (typeof value === 'string') return { kind: 'string', maxLength: value.length };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'bigint') return { kind: 'int' };
  return typeof value === 'number' ? { kind: 'double' } : UNKNOWN;
}

export function analyseName(node: Node & { op: 'name' }, scope: Scope, into: Collected): Finding {
  const type = scope.variables.get(node.name);
  if (type === undefined) {
    const near = suggestion(node.name, scope.variables.keys());
    const hint = near?.startsWith('did you mean') ? near : [...(near === undefined ? [] : [near]), `text stands in quotes: "${node.name}"`].join('; ');
    into.faults.push(fault(`there is no "${node.name}" here`, node.at, hint));
    return finding(UNKNOWN, 1, 1);
  }
  into.uses.add(node.name);
  return finding(type, accessCost(type), 1);
}

/** A field of an object, by name; optional ones need a guard. */
function fieldOf(node: Node & { op: 'field' | 'index' }, field: string, of: Finding, into: Collected): FieldType {
  const missing: FieldType = { type: UNKNOWN, optional: false };
  if (of.type.kind === 'dynamic') return missing;
  const owner = pathOf(node.of) ?? 'this value';
  if (of.type.kind !== 'object') {
    const hint = of.type.kind === 'list' ? `walk the list: ${owner}.exists(item, item.${field} == …)` : undefined;
    into.faults.push(fault(`${owner} is ${inWords(of.type)}: it has no field "${field}"`, node.at, hint));
    return missing;
  }
  if (!Object.hasOwn(of.type.fields, field)) {
    const hint = suggestion(field, Object.keys(of.type.fields));
    into.faults.push(fault(`${owner} has no field "${field}"`, node.at, hint));
    return missing;
  }
  return of.type.fields[field] ?? missing;
}

export function analyseAccess(
  node: Node & { op: 'field' | 'index' },
  field: string,
  scope: Scope,
  { analyse, into }: { readonly analyse: Analyse; readonly into: Collected },
): Finding {
  const of = analyse(node.of, scope);
  const { type, optional } = fieldOf(node, field, of, into);
  const steps = scope.inMacro ? undefined : stepsOf(node);
  if (steps !== undefined) into.reads.push(steps);
  if (optional) checkGuard(node, field, scope, into);
  return finding(type, of.cost + accessCost(type), deeper(of));
}

function checkGuard(node: Node & { op: 'field' | 'index' }, field: string, scope: Scope, into: Collected): void {
  const path = pathOf(node);
  if (path !== undefined && scope.facts.has(path)) return;
  if (path !== undefined && into.mayBeAbsent && !scope.inMacro) {
    into.absentPaths.add(path);
    return;
  }
  const named = path ?? field;
  into.faults.push(
    fault(`${named} may be absent`, node.at, path === undefined ? undefined : `guard it: has(${named}) && …`),
  );
}

/** `has(a.b)`: the field must exist in the type; a misspelt one would make every guard false. */
export function analyseHas(node: Node & { op: 'call' }, scope: Scope, tools: { analyse: Analyse; into: Collected }): Finding {
  const [argument] = node.args;
  const { analyse, into } = tools;
  const path = argument === undefined ? undefined : pathOf(argument);
  if (node.args.length !== 1 || argument?.op !== 'field' || path === undefined) {
    into.faults.push(fault('has() takes one field', node.at, 'write has(account.worker)'));
    return finding({ kind: 'bool' }, 1, 2);
  }
  const of = analyse(argument.of, scope);
  fieldOf(argument, argument.field, of, into);
  const guards: Guards = { whenTrue: new Set([path]), whenFalse: NO_FACTS };
  return finding({ kind: 'bool' }, of.cost + 2, of.depth + 2, guards);
}

/** `and`, `or`: the right side is only read when the left one came out true, or false. */
export function analyseLogic(node: Node & { op: 'and' | 'or' }, scope: Scope, analyse: Analyse): Finding {
  const left = analyse(node.left, scope);
  const right = analyse(node.right, withFacts(scope, node.op === 'and' ? left.whenTrue : left.whenFalse));
  const guards: Guards =
    node.op === 'and'
      ? { whenTrue: both(left.whenTrue, right.whenTrue), whenFalse: common(left.whenFalse, right.whenFalse) }
      : { whenTrue: common(left.whenTrue, right.whenTrue), whenFalse: both(left.whenFalse, right.whenFalse) };
  return finding({ kind: 'bool' }, total(left, right), chainDepth(node, left, right), guards);
}

/** `a && b && c` and `a + b + c` are read as a row, not as a nest. */
export function chainDepth(node: Node & { left: Node }, left: Finding, right: Finding): number {
  const continues = sameOperator(node, node.left);
  return Math.max(continues ? left.depth : left.depth + 1, right.depth + 1);
}

function sameOperator(a: Node, b: Node): boolean {
  if (a.op === 'binary' && b.op === 'binary') return a.operator === b.operator;
  return a.op === b.op && (a.op === 'and' || a.op === 'or');
}

export function fault(message: string, at: number, hint?: string): ExpressionFault {
  return hint === undefined ? { message, offset: at } : { message, hint, offset: at };
}

export function checkBounds(result: Finding, faults: ExpressionFault[]): void {
  if (result.depth > LIMITS.depth) {
    faults.push(fault(`nested ${result.depth} deep, at most ${LIMITS.depth} are allowed`, 0, 'split it into two checks'));
  }
  if (result.cost > LIMITS.steps) {
    faults.push(
      fault(
        `could take ${Math.ceil(result.cost)} steps, at most ${LIMITS.steps} are allowed`,
        0,
        'walk a shorter list, compare shorter text, or use a smaller pattern',
      ),
    );
  }
}
