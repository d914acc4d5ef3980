import type { Catalogue, ControlDefinition, EventType } from '@tickmark/catalogue';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { checkEdits, inputEdits, scopeEdits, type Edit, type Fields, type Inputs } from './check-mutations.ts';
import type { Mutant, Path } from './model.ts';
import { valuesBeside } from './value-mutations.ts';

/** Every mutant of one control: each assertion, window, comparison, parameter and choice said otherwise, one at a time. */
export function mutantsOf(control: ControlDefinition, { eventTypes }: Pick<Catalogue, 'eventTypes'>): readonly Mutant[] {
  const lines = new LineCounter();
  const document = parseDocument(control.yaml, { lineCounter: lines, version: '1.2' });
  const written = document.toJS() as Fields;
  const seen = new Set<string>();
  return editsOf(written, inputsOf(control, eventTypes)).flatMap(({ path, mutator, to }) => {
    const place = path.join('.');
    const id = JSON.stringify([place, to]);
    if (seen.has(id)) return [];
    seen.add(id);
    const text = JSON.stringify(edited(written, path, to));
    const about = { control: control.id, file: control.file, line: lineOf(document, path, lines), place, mutator };
    return [{ ...about, from: shown(valueAt(written, path)), to: to === undefined ? '(left out)' : shown(to), text }];
  });
}

function editsOf(written: Fields, inputs: Inputs): readonly Edit[] {
  const named = (field: string): readonly (readonly [string, unknown])[] => Object.entries((written[field] ?? {}) as Fields);
  return [
    ...scopeEdits(['scope'], written['scope'], inputs),
    ...named('params').flatMap(([name, value]) => valuesBeside(value).map((to) => ({ path: ['params', name], mutator: 'parameter', to }))),
    ...named('inputs').flatMap(([alias, input]) => (typeof input === 'object' ? inputEdits(['inputs', alias], input as Fields, inputs) : [])),
    ...named('checks').flatMap(([name, check]) => checkEdits(['checks', name], check as Fields, inputs)),
  ];
}

function inputsOf(control: ControlDefinition, eventTypes: ReadonlyMap<string, EventType>): Inputs {
  const known = control.inputs.flatMap(({ alias, type }) => {
    const found = eventTypes.get(type);
    return found === undefined ? [] : [[alias, found] as const];
  });
  const siblings = new Map<string, string>();
  for (const [, { schema }] of known) for (const choices of enumerationsIn(schema)) choices.forEach((choice, index) => siblings.set(choice, choices[(index + 1) % choices.length] ?? choice));
  return { types: new Map(known.map(([alias, { valueType }]) => [alias, valueType])), words: { siblings } };
}

function enumerationsIn(schema: unknown): readonly (readonly string[])[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const choices = (schema as Fields)['enum'];
  const own = Array.isArray(choices) && choices.every((one): one is string => typeof one === 'string') && choices.length > 1 ? [choices] : [];
  return [...own, ...Object.values(schema).flatMap(enumerationsIn)];
}

/** The value with one place changed, or left out. */
function edited(value: unknown, [step, ...rest]: Path, to: unknown): unknown {
  if (step === undefined) return to;
  const fields = value as Fields;
  const inner = edited(fields[step], rest, to);
  const { [step]: _, ...others } = fields;
  return inner === undefined ? others : Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, name === step ? inner : one]));
}

const valueAt = (value: unknown, path: Path): unknown => path.reduce<unknown>((inner, step) => (inner as Fields)[step], value);
const shown = (value: unknown): string => (typeof value === 'string' ? value.replaceAll(/\s+/g, ' ').trim() : JSON.stringify(value));

function lineOf(document: Document, path: Path, lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
    if (pair !== undefined && isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair?.value ?? (isSeq(node) ? node.items[Number(step)] : undefined);
  }
  return lines.linePos(offset).line;
}
