import type { Json } from '@tickmark/contracts';

/** One field of a summary in two revisions; null where a revision has no such field. */
export interface FieldChange {
  /** JSON pointer from the record that is compared. */
  readonly field: string;
  readonly before: Json;
  readonly after: Json;
}

export interface ListChanges<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T; readonly fields: readonly FieldChange[] }[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Objects are entered, lists are compared as a whole. Fields of the later one first, in their order. */
export function fieldChanges(before: unknown, after: unknown, at = ''): readonly FieldChange[] {
  if (!isObject(before) || !isObject(after)) return isSame(before, after) ? [] : [{ field: at, before: jsonOf(before), after: jsonOf(after) }];
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].flatMap((name) => fieldChanges(before[name], after[name], `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`));
}

interface Compared<T> {
  readonly idOf: (one: T) => string;
  /** Leaves out what is not compared. */
  readonly shown?: (one: T) => unknown;
}

/** Two lists of records by their identity. */
export function listChanges<T>(before: readonly T[], after: readonly T[], { idOf, shown }: Compared<NoInfer<T>>): ListChanges<T> {
  const old = new Map(before.map((one) => [idOf(one), one]));
  const present = new Set(after.map(idOf));
  const compared = shown ?? ((one: T): unknown => one);
  return {
    added: after.filter((one) => !old.has(idOf(one))),
    removed: before.filter((one) => !present.has(idOf(one))),
    changed: after.flatMap((one) => {
      const earlier = old.get(idOf(one));
      const fields = earlier === undefined ? [] : fieldChanges(compared(earlier), compared(one));
      return earlier === undefined || fields.length === 0 ? [] : [{ before: earlier, after: one, fields }];
    }),
  };
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Records of one origin have their fields in one order. */
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const jsonOf = (value: unknown): Json => (value === undefined ? null : (value as Json));
