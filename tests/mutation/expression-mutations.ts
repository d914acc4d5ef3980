import { endOf, operandsOf, replaced, tokensOf, type Token } from './tokens.ts';
import { numbersBeside } from './value-mutations.ts';

/** One change of an expression. */
export interface Change {
  readonly mutator: string;
  readonly to: string;
}

export interface Words {
  /** What else may stand where this text stands, by the enumerations of the event types in play. */
  readonly siblings: ReadonlyMap<string, string>;
}

/** The boundary neighbour, then the opposite. */
const COMPARISONS: { readonly [sign: string]: readonly string[] } = {
  '>=': ['>', '<'],
  '>': ['>=', '<='],
  '<=': ['<', '>'],
  '<': ['<=', '>='],
  '==': ['!='],
  '!=': ['=='],
};
const ARITHMETIC: { readonly [sign: string]: string } = { '+': '-', '-': '+', '*': '/', '/': '*' };
const CALLS: { readonly [name: string]: string } = { exists: 'all', all: 'exists', startsWith: 'endsWith', endsWith: 'startsWith' };
const BOOLEANS: { readonly [name: string]: string } = { true: 'false', false: 'true' };

/** Everything that can be said otherwise in a condition, one thing at a time. */
export function conditionChanges(source: string, words: Words): readonly Change[] {
  return distinct(source, [{ mutator: 'negate', to: `!(${source})` }, ...changesWithin(source, words)]);
}

/** The same for an expression that gives a number, a time or a length. */
export function changesWithin(source: string, words: Words): readonly Change[] {
  const tokens = tokensOf(source);
  const changes = tokens.flatMap((token, index) => {
    const around = { tokens, index, source, words };
    return token.kind === 'sign' ? signChanges(token, around) : wordChanges(token, around);
  });
  return distinct(source, changes);
}

interface Around {
  readonly tokens: readonly Token[];
  readonly index: number;
  readonly source: string;
  readonly words: Words;
}

function signChanges(token: Token, around: Around): readonly Change[] {
  const { source } = around;
  const swapped = (mutator: string, instead: string): Change => ({ mutator, to: replaced(source, token.at, endOf(token), instead) });
  if (COMPARISONS[token.text] !== undefined) return (COMPARISONS[token.text] ?? []).map((sign) => swapped('comparison', sign));
  if (token.text === '&&' || token.text === '||') {
    return [swapped('connective', token.text === '&&' ? '||' : '&&'), ...operandDrops(token, around)];
  }
  if (token.text === '!') return [swapped('drop-not', '')];
  if (token.text === '?') return branches(token, around);
  const other = ARITHMETIC[token.text];
  return other === undefined || joinsText(around) ? [] : [swapped('arithmetic', other)];
}

/** Left without the right operand, and right without the left one. */
function operandDrops(token: Token, { tokens, source }: Around): readonly Change[] {
  const { from, to } = operandsOf(tokens, token, source);
  return [
    { mutator: 'drop-operand', to: replaced(source, token.at, to, '') },
    { mutator: 'drop-operand', to: replaced(source, from, endOf(token), ' ') },
  ];
}

function branches(token: Token, { tokens, index, source }: Around): readonly Change[] {
  const colon = tokens.slice(index).find(({ text, depth }) => text === ':' && depth === token.depth);
  if (colon === undefined) return [];
  const { to } = operandsOf(tokens, colon, source);
  const [yes, no] = [source.slice(endOf(token), colon.at), source.slice(endOf(colon), to)];
  return [{ mutator: 'swap-branches', to: replaced(source, endOf(token), to, `${no} :${yes}`) }];
}

const joinsText = ({ tokens, index }: Around): boolean => tokens[index - 1]?.kind === 'text' || tokens[index + 1]?.kind === 'text';

function wordChanges(token: Token, around: Around): readonly Change[] {
  const swapped = (mutator: string, instead: string): Change => ({ mutator, to: replaced(around.source, token.at, endOf(token), instead) });
  if (token.kind === 'number') return numbersBeside(token.text).map((number) => swapped('number', number));
  if (token.kind === 'text') return otherText(token, around).map((text) => swapped('text', text));
  const boolean = BOOLEANS[token.text];
  if (boolean !== undefined) return [swapped('boolean', boolean)];
  const call = around.tokens[around.index + 1]?.text === '(' ? CALLS[token.text] : undefined;
  return call === undefined ? [] : [swapped('call', call)];
}

/** A pattern, and a text that only joins others, are left as they are. */
function otherText(token: Token, { tokens, index, words }: Around): readonly string[] {
  const isPattern = tokens[index - 2]?.text === 'matches';
  const isJoined = tokens[index - 1]?.text === '+' || tokens[index + 1]?.text === '+';
  const text = token.text.slice(1, -1);
  return isPattern || isJoined ? [] : [JSON.stringify(words.siblings.get(text) ?? `${text}-other`)];
}

function distinct(source: string, changes: readonly Change[]): readonly Change[] {
  const seen = new Set([plain(source)]);
  return changes.filter(({ to }) => {
    const text = plain(to);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

const plain = (source: string): string => source.replaceAll(/\s+/g, ' ').trim();
