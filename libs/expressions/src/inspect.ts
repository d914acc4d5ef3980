import {
  analyseAccess,
  analyseLogic,
  analyseName,
  deeper,
  fault,
  finding,
  literalType,
  total,
  UNKNOWN,
  type Analyse,
  type Collected,
  type Finding,
  type Scope,
} from './analyse.js';
import { analyseCall, analyseMethod } from './analyse-calls.js';
import { analyseBinary, analyseChoice, analyseUnary, checkCondition, wider } from './analyse-operators.js';
import { NO_FACTS } from './guards.js';
import type { ValueType } from './model.js';
import type { Node } from './syntax.js';
import { inWords } from './words.js';

/** Reads the whole expression, so that everything wrong is said at once. */
export function inspect(node: Node, variables: ReadonlyMap<string, ValueType>, into: Collected): Finding {
  const analyse: Analyse = (part, scope) => analyseNode(part, scope, { analyse, into });
  return analyse(node, { variables, facts: NO_FACTS, inMacro: false });
}

interface Tools {
  readonly analyse: Analyse;
  readonly into: Collected;
}

// A table of the grammar: one line a construct, nothing else to it.
// eslint-disable-next-line complexity
function analyseNode(node: Node, scope: Scope, tools: Tools): Finding {
  switch (node.op) {
    case 'literal':
      return analyseLiteral(node, tools.into);
    case 'name':
      return analyseName(node, scope, tools.into);
    case 'field':
      return analyseAccess(node, node.field, scope, tools);
    case 'index':
      return analyseIndex(node, scope, tools);
    case 'call':
      return analyseCall(node, scope, tools);
    case 'method':
      return analyseMethod(node, scope, tools);
    case 'list':
      return analyseList(node, scope, tools);
    case 'choose':
      return analyseChoice(node, scope, tools);
    case 'and':
    case 'or':
      return analyseConditions(node, scope, tools);
    case 'not':
    case 'negative':
      return analyseUnary(node, scope, tools);
    case 'binary':
      return analyseBinary(node, scope, tools);
    case 'refused':
      tools.into.faults.push(fault(`${node.what} cannot be used here`, node.at));
      return finding(UNKNOWN, 1, 1);
  }
}

function analyseLiteral(node: Node & { op: 'literal' }, into: Collected): Finding {
  if (node.value === null) into.faults.push(fault('nothing is null here', node.at, 'ask has(account.worker) instead'));
  return finding(literalType(node.value), 1, 1);
}

function analyseConditions(node: Node & { op: 'and' | 'or' }, scope: Scope, { analyse, into }: Tools): Finding {
  const checked: Analyse = (side, inner) => {
    const found = analyse(side, inner);
    checkCondition(side, found.type, into);
    return found;
  };
  return analyseLogic(node, scope, checked);
}

function analyseIndex(node: Node & { op: 'index' }, scope: Scope, tools: Tools): Finding {
  if (node.index.op === 'literal' && typeof node.index.value === 'string') {
    return analyseAccess(node, node.index.value, scope, tools);
  }
  const of = tools.analyse(node.of, scope);
  const index = tools.analyse(node.index, scope);
  const fits = of.type.kind === 'list' && (index.type.kind === 'int' || index.type.kind === 'dynamic');
  if (!fits && of.type.kind !== 'dynamic') {
    const message = `${inWords(of.type)} has no place for ${inWords(index.type)}`;
    tools.into.faults.push(fault(message, node.at, 'fields are written with a dot, places of a list as whole numbers'));
  }
  return finding(of.type.kind === 'list' ? of.type.items : UNKNOWN, total(of, index), deeper(of, index));
}

function analyseList(node: Node & { op: 'list' }, scope: Scope, { analyse, into }: Tools): Finding {
  const parts = node.items.map((item) => analyse(item, scope));
  const [first] = parts;
  const odd = parts.find(({ type }) => first !== undefined && type.kind !== first.type.kind && type.kind !== 'dynamic');
  if (first !== undefined && odd !== undefined) {
    into.faults.push(fault(`a list of ${inWords(first.type)} and ${inWords(odd.type)}`, node.at, 'all items must be of one type'));
  }
  const items = parts.reduce<ValueType>((type, part) => wider(type, part.type), first?.type ?? UNKNOWN);
  return finding({ kind: 'list', items, maxItems: parts.length }, total(...parts), deeper(...parts));
}
