import { deeper, fault, finding, analyseHas, total, UNKNOWN, type Analyse, type Collected, type Finding, type Scope } from './analyse.js';
import { ASSUMED_ITEMS, matchCost } from './cost.js';
import { FUNCTIONS, MACROS, METHODS, type CallRule } from './functions.js';
import { parseInstant, parseLength } from './instants.js';
import type { ValueType } from './model.js';
import { suggestion } from './nearest.js';
import { compilePattern } from './patterns.js';
import type { Node } from './syntax.js';
import { inWords } from './words.js';

interface Tools {
  readonly analyse: Analyse;
  readonly into: Collected;
}

export function analyseCall(node: Node & { op: 'call' }, scope: Scope, tools: Tools): Finding {
  if (node.name === 'has') return analyseHas(node, scope, tools);
  const args = node.args.map((argument) => tools.analyse(argument, scope));
  const rule = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
  if (rule === undefined) return unknownCall(node, args, ['has', ...Object.keys(FUNCTIONS)], tools.into);
  checkLiteral(node, tools.into);
  return applied(node, rule, args, tools.into);
}

export function analyseMethod(node: Node & { op: 'method' }, scope: Scope, tools: Tools): Finding {
  if (Object.hasOwn(MACROS, node.name)) return analyseMacro(node, scope, tools);
  const on = tools.analyse(node.on, scope);
  const args = node.args.map((argument) => tools.analyse(argument, scope));
  const rule = Object.hasOwn(METHODS, node.name) ? METHODS[node.name] : undefined;
  const known = [...Object.keys(METHODS), ...Object.keys(MACROS)];
  if (rule === undefined) return unknownCall(node, [on, ...args], known, tools.into);
  const result = applied(node, rule, [on, ...args], tools.into);
  return node.name === 'matches' ? { ...result, cost: result.cost + patternCost(node, on, tools.into) } : result;
}

function unknownCall(node: Node & { name: string }, parts: readonly Finding[], known: readonly string[], into: Collected): Finding {
  into.faults.push(fault(`there is no function "${node.name}"`, node.at, suggestion(node.name, known)));
  return finding(UNKNOWN, total(...parts), deeper(...parts));
}

function applied(node: Node & { name: string }, rule: CallRule, parts: readonly Finding[], into: Collected): Finding {
  const types = parts.map(({ type }) => type);
  const fits = types.length === rule.takes.length && rule.takes.every((kinds, index) => takes(kinds, types[index]));
  if (!fits) {
    into.faults.push(fault(`${node.name} does not take ${types.map(inWords).join(', ')}`, node.at, `write ${rule.example}`));
  }
  return finding(rule.result(types), total(...parts) + rule.cost(types), deeper(...parts));
}

const takes = (kinds: readonly ValueType['kind'][], type: ValueType | undefined): boolean =>
  type !== undefined && (type.kind === 'dynamic' || kinds.includes(type.kind));

/** A written time or duration is read when the file is loaded. */
function checkLiteral(node: Node & { op: 'call' }, into: Collected): void {
  const [argument] = node.args;
  if (argument?.op !== 'literal' || typeof argument.value !== 'string') return;
  if (node.name === 'duration' && parseLength(argument.value) === undefined) {
    into.faults.push(fault(`"${argument.value}" is no duration`, argument.at, 'write a whole number with ms, s, m, h or d: "24h"'));
  }
  if (node.name === 'timestamp' && parseInstant(argument.value) === undefined) {
    into.faults.push(fault(`"${argument.value}" is no time`, argument.at, 'write "2026-01-31T00:00:00Z"'));
  }
}

function patternCost(node: Node & { op: 'method' }, on: Finding, into: Collected): number {
  const [argument] = node.args;
  if (argument?.op !== 'literal' || typeof argument.value !== 'string') {
    into.faults.push(fault('the pattern of matches() must be written out', node.at, 'write x.matches("^a.*z$")'));
    return 0;
  }
  const compiled = compilePattern(argument.value);
  if (!compiled.ok) {
    into.faults.push(fault(compiled.message, argument.at, compiled.hint));
    return 0;
  }
  into.patterns.set(argument.value, compiled.value);
  return matchCost(on.type, compiled.value.size);
}

function analyseMacro(node: Node & { op: 'method' }, scope: Scope, tools: Tools): Finding {
  const { analyse, into } = tools;
  const on = analyse(node.on, scope);
  const [item, ...bodies] = node.args;
  const bodiesTaken = node.name === 'map' ? [1, 2] : [1];
  if (item?.op !== 'name' || !bodiesTaken.includes(bodies.length)) {
    into.faults.push(fault(`${node.name} takes a name and a condition`, node.at, `write ${MACROS[node.name] ?? ''}`));
    return finding(UNKNOWN, on.cost, deeper(on));
  }
  if (scope.inMacro) {
    into.faults.push(fault(`${node.name} inside another list macro`, node.at, 'split it into two checks, or use "in" for the inner list'));
  }
  if (scope.variables.has(item.name)) {
    into.faults.push(fault(`"${item.name}" already means something here`, item.at, 'use another name for the item'));
  }
  const list = listOf(on.type, node, into);
  const inner: Scope = { ...scope, inMacro: true, variables: new Map([...scope.variables, [item.name, list.items]]) };
  const parts = bodies.map((body) => analyse(body, inner));
  into.uses.delete(item.name);
  checkConditions(node, parts, into);
  const each = parts.reduce((sum, { cost }) => sum + cost + 1, 1);
  return finding(macroResult(node.name, list, parts), on.cost + list.maxItems * each + 1, deeper(on, ...parts));
}

type ListType = ValueType & { kind: 'list' };

function listOf(type: ValueType, node: Node & { op: 'method' }, into: Collected): ListType {
  if (type.kind === 'list') return type;
  if (type.kind !== 'dynamic') into.faults.push(fault(`${node.name} walks a list, this is ${inWords(type)}`, node.at));
  return { kind: 'list', items: UNKNOWN, maxItems: ASSUMED_ITEMS };
}

function checkConditions(node: Node & { op: 'method' }, parts: readonly Finding[], into: Collected): void {
  const conditions = node.name === 'map' ? parts.slice(0, -1) : parts;
  for (const { type } of conditions) {
    if (type.kind === 'bool' || type.kind === 'dynamic') continue;
    into.faults.push(fault(`${node.name} wants a condition, this is ${inWords(type)}`, node.at, `write ${MACROS[node.name] ?? ''}`));
  }
}

function macroResult(name: string, list: ListType, parts: readonly Finding[]): ValueType {
  if (name === 'filter') return list;
  if (name === 'map') return { kind: 'list', items: parts.at(-1)?.type ?? UNKNOWN, maxItems: list.maxItems };
  return { kind: 'bool' };
}
