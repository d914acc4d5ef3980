import type { ValueType } from '@tickmark/expressions';
import { changesWithin, conditionChanges, type Words } from './expression-mutations.ts';
import type { Path } from './model.ts';
import { lengthsBeside, numbersBeside } from './value-mutations.ts';

/** A change of the written control: `undefined` leaves the field out. */
export interface Edit {
  readonly path: Path;
  readonly mutator: string;
  readonly to: unknown;
}

export interface Fields {
  readonly [name: string]: unknown;
}

export interface Inputs {
  /** The type of the data of each alias. */
  readonly types: ReadonlyMap<string, ValueType>;
  readonly words: Words;
}

type Mutate = (path: Path, value: unknown, inputs: Inputs) => readonly Edit[];

const edits = (path: Path, mutator: string, values: readonly unknown[]): readonly Edit[] => values.map((to) => ({ path, mutator, to }));
const drop = (path: Path): readonly Edit[] => [{ path, mutator: 'drop', to: undefined }];

const condition: Mutate = (path, value, { words }) =>
  typeof value === 'string' ? conditionChanges(value, words).map(({ mutator, to }) => ({ path, mutator, to })) : [];
const within: Mutate = (path, value, { words }) =>
  typeof value === 'string' ? changesWithin(value, words).map(({ mutator, to }) => ({ path, mutator, to })) : [];
const length: Mutate = (path, value, inputs) => {
  const beside = typeof value === 'string' ? lengthsBeside(value) : [];
  return beside.length > 0 ? edits(path, 'length', beside) : within(path, value, inputs);
};
const whole: Mutate = (path, value) => (typeof value === 'number' ? edits(path, 'number', numbersBeside(String(value)).map(Number)) : []);
const flag: Mutate = (path, value) => edits(path, 'boolean', [value !== true]);
const among = (choices: readonly string[]): Mutate => (path, value) => edits(path, 'choice', choices.filter((one) => one !== value));
const items: Mutate = (path, value) => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.length > 1 ? list.map((_, index) => ({ path, mutator: 'drop-item', to: list.toSpliced(index, 1) })) : [];
};
const optional = (mutate: Mutate): Mutate => (path, value, inputs) => [...mutate(path, value, inputs), ...drop(path)];

/** A key, or a time: another field of the same sort stands in its place. */
const fields: Mutate = (path, value, inputs) => (typeof value === 'string' ? fieldSwaps(value, inputs).map((to) => ({ path, mutator: 'field', to })) : []);
const keys: Mutate = (path, value, inputs) =>
  typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([alias, key]) => keys([...path, alias], key, inputs)) : fields(path, value, inputs);

const MOST_SWAPS = 2;

function fieldSwaps(source: string, { types }: Inputs): readonly string[] {
  const mentions = [...source.matchAll(/(?<![\w.])([a-z]\w*)\.(\w+)\b(?!\()/gi)];
  const used = new Set(mentions.map(([text]) => text));
  return mentions.flatMap(({ 0: text, 1: alias = '', 2: field = '', index }) => {
    const type = types.get(alias);
    if (type?.kind !== 'object') return [];
    const kind = type.fields[field]?.type.kind;
    const others = Object.entries(type.fields).filter(([name, other]) => other.type.kind === kind && !used.has(`${alias}.${name}`) && (!other.optional || text === source));
    const inOrder = others.toSorted(([, a], [, b]) => Number(a.optional) - Number(b.optional)).slice(0, MOST_SWAPS);
    return inOrder.map(([name]) => `${source.slice(0, index)}${alias}.${name}${source.slice(index + text.length)}`);
  });
}

const expects: Mutate = (path, value, inputs) => {
  const said = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  return [
    ...fields([...path, 'key'], said['key'], inputs),
    ...(said['while'] === undefined ? [] : optional(condition)([...path, 'while'], said['while'], inputs)),
  ];
};
const remedy: Mutate = (path, value, inputs) => [...condition([...path, 'where'], (value as Fields)['where'], inputs), ...drop(path)];
const sum: Mutate = (path, value, inputs) => (Array.isArray(value) ? [...items(path, value, inputs), ...drop(path)] : drop(path));

/**
 * How each field of a check is said otherwise. Left out: aliases and names of checks (another one does not load), `system`
 * (no test of a control can see it) and `remind` (it changes no state).
 */
const FIELDS: { readonly [field: string]: Mutate } = {
  scope: optional(condition),
  retire: optional(condition),
  settle: optional(length),
  key: keys,
  assert: condition,
  unknownWhen: optional(condition),
  where: condition,
  validFor: length,
  within: length,
  notBefore: length,
  window: length,
  due: optional(length),
  each: optional(fields),
  latestPer: optional(fields),
  supersede: flag,
  once: flag,
  every: among(['day', 'week', 'month', 'quarter', 'year']),
  timezone: among(['America/New_York', 'Asia/Tokyo']),
  aggregate: among(['count', 'sum', 'average', 'maximum']),
  minimumCount: optional(whole),
  tolerance: whole,
  equal: items,
  needs: items,
  role: among(['admin', 'approver', 'viewer']),
  count: (path, value, inputs) => [...within(path, value, inputs), ...fields(path, value, inputs)],
  asOf: (path, value, inputs) => [...fields(path, value, inputs), { path, mutator: 'field', to: 'event.time' }],
  expects,
  remedy,
  sum,
};
/** Where the same name means something else, or may be left out. */
const OF_KIND: { readonly [kind: string]: { readonly [field: string]: Mutate } } = {
  'followed-by': { from: optional(within) },
  cadence: { where: optional(condition) },
  state: { expects: optional(expects) },
  threshold: { value: (path, value, inputs) => [...condition(path, value, inputs), ...fields(path, value, inputs)] },
};

export function checkEdits(path: Path, check: Fields, inputs: Inputs): readonly Edit[] {
  const kind = String(check['kind']);
  return Object.entries(check).flatMap(([field, value]) => {
    const mutate = OF_KIND[kind]?.[field] ?? FIELDS[field];
    return mutate === undefined ? [] : mutate([...path, field], value, inputs);
  });
}

export const inputEdits = (path: Path, input: Fields, inputs: Inputs): readonly Edit[] => ('where' in input ? optional(condition)([...path, 'where'], input['where'], inputs) : []);

export const scopeEdits: Mutate = (path, value, inputs) => (value === undefined ? [] : optional(condition)(path, value, inputs));
