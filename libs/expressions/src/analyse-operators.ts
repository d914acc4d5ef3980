import { chainDepth, deeper, fault, finding, total, UNKNOWN, withFacts, type Analyse, type Collected, type Finding, type Scope } from './analyse.js';
import { common } from './guards.js';
import { ASSUMED_ITEMS, longest, readingCost } from './cost.js';
import type { ValueType } from './model.js';
import type { Node } from './syntax.js';
import { inWords } from './words.js';

interface Tools {
  readonly analyse: Analyse;
  readonly into: Collected;
}

type Binary = Node & { op: 'binary' };

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
/** CEL compares whole with decimal numbers by < and its like only. */
const ORDERS = new Set(['<', '<=', '>', '>=']);

export function analyseBinary(node: Binary, scope: Scope, { analyse, into }: Tools): Finding {
  const left = analyse(node.left, scope);
  const right = analyse(node.right, scope);
  const cost = total(left, right) + operatorCost(node.operator, left.type, right.type);
  const depth = chainDepth(node, left, right);
  if (COMPARISONS.has(node.operator)) {
    if (!comparable(node.operator, left.type, right.type)) into.faults.push(misfit(node, left.type, right.type));
    return finding({ kind: 'bool' }, cost, depth);
  }
  const type = sum(node.operator, left.type, right.type);
  if (type === undefined) into.faults.push(misfit(node, left.type, right.type));
  return finding(type ?? UNKNOWN, cost, depth);
}

function operatorCost(operator: string, left: ValueType, right: ValueType): number {
  if (operator === 'in') return (right.kind === 'list' ? right.maxItems : ASSUMED_ITEMS) * readingCost(left);
  // Texts of different length differ at once.
  if (operator === '==' || operator === '!=') return 2 * Math.min(readingCost(left), readingCost(right));
  if (operator === '+' || COMPARISONS.has(operator)) return readingCost(left) + readingCost(right);
  return 1;
}

function comparable(operator: string, left: ValueType, right: ValueType): boolean {
  if (left.kind === 'dynamic' || right.kind === 'dynamic') return true;
  if (operator === 'in') return right.kind === 'list' && sameKind(left, right.items);
  if (ORDERS.has(operator)) return ordered(left.kind, right.kind);
  return sameKind(left, right) && left.kind !== 'object';
}

function ordered(left: ValueType['kind'], right: ValueType['kind']): boolean {
  if (left === 'list' || left === 'object') return false;
  return left === right || (isNumber(left) && isNumber(right));
}

function sameKind(left: ValueType, right: ValueType): boolean {
  if (left.kind === 'dynamic' || right.kind === 'dynamic') return true;
  if (left.kind === 'list' && right.kind === 'list') return sameKind(left.items, right.items);
  return left.kind === right.kind;
}

const isNumber = (kind: ValueType['kind']): boolean => kind === 'int' || kind === 'double';

const TIMES: { readonly [form: string]: ValueType['kind'] } = {
  'timestamp + duration': 'timestamp',
  'duration + timestamp': 'timestamp',
  'timestamp - duration': 'timestamp',
  'timestamp - timestamp': 'duration',
  'duration + duration': 'duration',
  'duration - duration': 'duration',
};

/** The type of `left operator right`; undefined where the two do not go together. */
function sum(operator: string, left: ValueType, right: ValueType): ValueType | undefined {
  if (left.kind === 'dynamic' || right.kind === 'dynamic') return UNKNOWN;
  if (isNumber(left.kind) && left.kind === right.kind) {
    return operator === '%' && left.kind === 'double' ? undefined : left;
  }
  const kind = TIMES[`${left.kind} ${operator} ${right.kind}`];
  if (kind === 'timestamp' || kind === 'duration') return { kind };
  return operator === '+' ? joined(left, right) : undefined;
}

function joined(left: ValueType, right: ValueType): ValueType | undefined {
  if (left.kind === 'string' && right.kind === 'string') {
    return { kind: 'string', maxLength: longest(left) + longest(right) };
  }
  if (left.kind !== 'list' || right.kind !== 'list' || !sameKind(left, right)) return undefined;
  return { kind: 'list', items: wider(left.items, right.items), maxItems: left.maxItems + right.maxItems };
}

/** Of two types of one kind the one that can be longer, so that costs stay an upper bound. */
export function wider(left: ValueType, right: ValueType): ValueType {
  if (left.kind === 'string' && right.kind === 'string') return longest(left) < longest(right) ? right : left;
  if (left.kind === 'list' && right.kind === 'list') {
    return { kind: 'list', items: wider(left.items, right.items), maxItems: Math.max(left.maxItems, right.maxItems) };
  }
  return left.kind === 'dynamic' ? right : left;
}

function misfit(node: Binary, left: ValueType, right: ValueType): ReturnType<typeof fault> {
  const message = `"${node.operator}" does not go between ${inWords(left)} and ${inWords(right)}`;
  return fault(message, node.at, misfitHint(node, left.kind, right.kind));
}

const HINTS: readonly { readonly kinds: readonly [ValueType['kind'], ValueType['kind']]; readonly hint: string }[] = [
  { kinds: ['int', 'double'], hint: 'write double(x) for the whole number, or a literal such as 1.0' },
  { kinds: ['timestamp', 'string'], hint: 'write timestamp("2026-01-31T00:00:00Z") for the text' },
  { kinds: ['duration', 'string'], hint: 'write duration("24h") for the text' },
  { kinds: ['string', 'int'], hint: 'write string(x) for the number, or put it into quotes' },
  { kinds: ['string', 'double'], hint: 'write string(x) for the number, or put it into quotes' },
  { kinds: ['bool', 'string'], hint: 'write true or false without quotes' },
];

function misfitHint(node: Binary, left: ValueType['kind'], right: ValueType['kind']): string | undefined {
  if (node.operator === 'in') return 'write x in list, with items of the same type as x';
  return HINTS.find(({ kinds: [a, b] }) => (a === left && b === right) || (a === right && b === left))?.hint;
}

export function analyseChoice(node: Node & { op: 'choose' }, scope: Scope, { analyse, into }: Tools): Finding {
  const condition = analyse(node.condition, scope);
  if (condition.type.kind !== 'bool' && condition.type.kind !== 'dynamic') {
    into.faults.push(fault(`"? :" wants a condition, this is ${inWords(condition.type)}`, node.condition.at));
  }
  const then = analyse(node.then, withFacts(scope, condition.whenTrue));
  const otherwise = analyse(node.otherwise, withFacts(scope, condition.whenFalse));
  if (!sameKind(then.type, otherwise.type)) {
    into.faults.push(
      fault(`"? :" gives ${inWords(then.type)} or ${inWords(otherwise.type)}`, node.at, 'both sides must be of one type'),
    );
  }
  const guards = {
    whenTrue: common(then.whenTrue, otherwise.whenTrue),
    whenFalse: common(then.whenFalse, otherwise.whenFalse),
  };
  return finding(wider(then.type, otherwise.type), total(condition, then, otherwise), deeper(condition, then, otherwise), guards);
}

export function analyseUnary(node: Node & { op: 'not' | 'negative' }, scope: Scope, { analyse, into }: Tools): Finding {
  const of = analyse(node.of, scope);
  const fits = node.op === 'not' ? of.type.kind === 'bool' : isNumber(of.type.kind);
  if (!fits && of.type.kind !== 'dynamic') {
    into.faults.push(fault(`"${node.op === 'not' ? '!' : '-'}" does not go before ${inWords(of.type)}`, node.at));
  }
  return { ...of, cost: of.cost + 1, depth: of.depth + 1, whenTrue: of.whenFalse, whenFalse: of.whenTrue };
}

export function checkCondition(side: Node, type: ValueType, into: Collected): void {
  if (type.kind === 'bool' || type.kind === 'dynamic') return;
  into.faults.push(fault(`"&&" and "||" want conditions, this is ${inWords(type)}`, side.at));
}
