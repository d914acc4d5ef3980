/** An expression as read, without anything of the engine that read it. `at` is the offset in the source. */
export type Node =
  | { readonly op: 'literal'; readonly at: number; readonly value: Literal }
  | { readonly op: 'name'; readonly at: number; readonly name: string }
  | { readonly op: 'field'; readonly at: number; readonly of: Node; readonly field: string }
  | { readonly op: 'index'; readonly at: number; readonly of: Node; readonly index: Node }
  | { readonly op: 'call'; readonly at: number; readonly name: string; readonly args: readonly Node[] }
  | { readonly op: 'method'; readonly at: number; readonly name: string; readonly on: Node; readonly args: readonly Node[] }
  | { readonly op: 'list'; readonly at: number; readonly items: readonly Node[] }
  | { readonly op: 'choose'; readonly at: number; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly op: 'and' | 'or'; readonly at: number; readonly left: Node; readonly right: Node }
  | { readonly op: 'not' | 'negative'; readonly at: number; readonly of: Node }
  | { readonly op: 'binary'; readonly at: number; readonly operator: string; readonly left: Node; readonly right: Node }
  /** Maps, bytes, unsigned numbers: part of CEL, refused here. */
  | { readonly op: 'refused'; readonly at: number; readonly what: string };

export type Literal = string | number | bigint | boolean | null;

/** `[row, Last day]`: like `pathOf`, for names that may hold a dot. */
export function stepsOf(node: Node): readonly string[] | undefined {
  if (node.op === 'name') return [node.name];
  const field = node.op === 'field' ? node.field : node.op === 'index' && node.index.op === 'literal' ? node.index.value : undefined;
  if (typeof field !== 'string' || (node.op !== 'field' && node.op !== 'index')) return undefined;
  const of = stepsOf(node.of);
  return of === undefined ? undefined : [...of, field];
}

/** `account.worker`; undefined for what is no chain of fields from a name. */
export function pathOf(node: Node): string | undefined {
  if (node.op === 'name') return node.name;
  if (node.op === 'field') return joined(pathOf(node.of), node.field);
  if (node.op === 'index' && node.index.op === 'literal' && typeof node.index.value === 'string') {
    return joined(pathOf(node.of), node.index.value);
  }
  return undefined;
}

const joined = (path: string | undefined, field: string): string | undefined =>
  path === undefined ? undefined : `${path}.${field}`;
