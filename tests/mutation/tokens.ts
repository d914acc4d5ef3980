/** The words and signs of a CEL expression, by their places in its text; enough to change one of them at a time. */

export interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign';
  readonly text: string;
  readonly at: number;
  /** How many brackets are open around it. */
  readonly depth: number;
}

const PATTERN = /(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}])/g;

export function tokensOf(source: string): readonly Token[] {
  let depth = 0;
  return [...source.matchAll(PATTERN)].map(({ index, groups = {}, 0: text }) => {
    if (')]}'.includes(text)) depth -= 1;
    const kind = groups['text'] !== undefined ? 'text' : groups['number'] !== undefined ? 'number' : groups['name'] !== undefined ? 'name' : 'sign';
    const token: Token = { kind, text, at: index, depth };
    if ('([{'.includes(text)) depth += 1;
    return token;
  });
}

export const endOf = ({ at, text }: Token): number => at + text.length;

export const replaced = (source: string, from: number, to: number, instead: string): string => source.slice(0, from) + instead + source.slice(to);

/** How loosely signs bind; an operand reaches to the next one that binds more loosely, or as loosely. */
const LOOSENESS: { readonly [sign: string]: number } = { '&&': 1, '||': 2, '?': 3, ':': 3, ',': 4 };

const endsOperand = ({ text, depth }: Token, of: Token): boolean => depth < of.depth || (depth === of.depth && (LOOSENESS[text] ?? 0) >= (LOOSENESS[of.text] ?? 0));

/** Where the operand right of a sign ends, and where the one left of it begins. */
export function operandsOf(tokens: readonly Token[], sign: Token, source: string): { readonly from: number; readonly to: number } {
  const place = tokens.indexOf(sign);
  const after = tokens.slice(place + 1).find((token) => endsOperand(token, sign));
  const before = tokens.slice(0, place).findLast((token) => endsOperand(token, sign));
  return { from: before === undefined ? 0 : endOf(before), to: after?.at ?? source.length };
}
