import { compileExpression, nameFault, suggestion, type Expression, type ResultKind, type ValueType } from '@tickmark/expressions';
import type { MappedColumn, MappedEvent, MappedField, MappingDefinition, MappingInput } from './mapping-model.js';
import { MAPPING_LIMITS, type MappingFile, type WrittenExpression, type WrittenField } from './mapping-schema.js';
import { isTime, misfit, writtenMisfit, type FieldSchema, type Misfit } from './mapping-types.js';
import type { EventType } from './model.js';
import type { Path, Report, YamlSource } from './yaml-source.js';

/** The longest cell and text that expressions read: what their cost is counted by. */
export const MAPPED_TEXT = 4_096;

interface Place {
  readonly source: YamlSource;
  readonly report: Report;
  readonly variables: { readonly [name: string]: ValueType };
  /** Steps that one item may take, as they add up. */
  readonly spent: { steps: number };
}

/** Types every expression of a mapping, against what it reads and against the fields that it fills. */
export function checkMapping(file: MappingFile, { source, report }: Pick<Place, 'source' | 'report'>, types: ReadonlyMap<string, EventType>): Omit<MappingDefinition, 'tests'> {
  const input = inputOf(file.input, source, report);
  const place: Place = { source, report, variables: variablesOf(input), spent: { steps: 0 } };
  const ignore = file.ignore.flatMap(({ when, reason }, index) => {
    const compiled = compiledAt(when, 'bool', ['ignore', index, 'when'], place);
    return compiled === undefined ? [] : [{ when: compiled, reason }];
  });
  const events = file.events.flatMap((event, index) => eventOf(event, ['events', index], types, place) ?? []);
  if (place.spent.steps > MAPPING_LIMITS.steps) {
    report(source.lineOf(['events']), `one item could take ${Math.ceil(place.spent.steps)} steps, at most ${MAPPING_LIMITS.steps} are allowed`, 'make it several mappings, or walk fewer lists');
  }
  return { id: file.id, title: file.title, input, ignore, events, file: source.file.path };
}

function inputOf(input: MappingFile['input'], source: YamlSource, report: Report): MappingInput {
  if (input.kind === 'json') return input;
  const columns = Object.entries(input.columns).map(([name, written]): MappedColumn => {
    const { header, date } = typeof written === 'string' ? { header: written, date: undefined } : written;
    return date === undefined ? { name, header } : { name, header, date };
  });
  const line = (name: string): number => source.lineOf(['input', 'columns', name]);
  if (columns.length === 0 || columns.length > MAPPING_LIMITS.columns) {
    report(source.lineOf(['input', 'columns']), `a CSV file has 1 to ${MAPPING_LIMITS.columns} columns that are read`, 'write "columns: {worker: Employee ID}"');
  }
  for (const [index, { name, header }] of columns.entries()) {
    const fault = nameFault(name);
    if (fault !== undefined) report(line(name), fault, 'name it for the expressions and write its header after it: worker: Employee ID');
    const same = columns.slice(0, index).find((other) => other.header === header);
    if (same !== undefined) report(line(name), `the column "${header}" is read twice, as ${same.name} and ${name}`, 'keep one of the two');
  }
  return { kind: 'csv', delimiter: input.delimiter, columns };
}

const text = (maxLength: number): ValueType => ({ kind: 'string', maxLength });
const always = (type: ValueType): { readonly type: ValueType; readonly optional: boolean } => ({ type, optional: false });

function variablesOf(input: MappingInput): { readonly [name: string]: ValueType } {
  const feed: ValueType = { kind: 'object', fields: { name: always(text(64)), system: always(text(64)) } };
  if (input.kind === 'csv') {
    const fields = Object.fromEntries(input.columns.map(({ name, date }) => [name, always(text(date === undefined ? MAPPED_TEXT : 10))]));
    return { row: { kind: 'object', fields }, feed };
  }
  const row: ValueType = { kind: 'dynamic' };
  return input.list.length === 0 ? { row, feed } : { row, feed, envelope: row };
}

function compiledAt(written: WrittenExpression, result: ResultKind | 'untyped', path: Path, place: Place): Expression | undefined {
  const compiled = compileExpression(String(written), { variables: place.variables, result: 'any' });
  const line = place.source.lineOf(path);
  if (!compiled.ok) {
    for (const { message, hint } of compiled.error) place.report(line, `${path.join('.')}: ${message}`, hint);
    return undefined;
  }
  const fault = result === 'untyped' ? undefined : misfit(compiled.value.type, SCHEMA_OF[result] ?? {});
  if (fault !== undefined) place.report(line, `${path.join('.')}: ${fault.message}`, fault.hint);
  place.spent.steps += compiled.value.steps;
  return compiled.value;
}

const SCHEMA_OF: { readonly [result: string]: FieldSchema } = {
  bool: { type: 'boolean' },
  string: { type: 'string' },
  timestamp: { type: 'string', format: 'date-time' },
};

function eventOf(event: MappingFile['events'][number], at: Path, types: ReadonlyMap<string, EventType>, place: Place): MappedEvent | undefined {
  const { source, report } = place;
  const type = types.get(event.type);
  if (type === undefined) report(source.lineOf([...at, 'type']), `there is no event type "${event.type}"`, suggestion(event.type, types.keys()));
  if (event.type === 'attestation.given') report(source.lineOf([...at, 'type']), 'an attestation is given by a person at the console', 'map onto another type');
  const optional = (name: 'when' | 'subject' | 'time', result: ResultKind): { readonly [name: string]: Expression } => {
    const written = event[name];
    const compiled = written === undefined ? undefined : compiledAt(written, result, [...at, name], place);
    return compiled === undefined ? {} : { [name]: compiled };
  };
  const id = compiledAt(event.id, 'string', [...at, 'id'], place);
  const parts = { ...optional('when', 'bool'), ...optional('subject', 'string'), ...optional('time', 'timestamp') };
  const data = fieldsOf(event.data, type?.schema, [...at, 'data'], place);
  return type === undefined || id === undefined ? undefined : { type, id, source: event.source, data, ...parts };
}

type Fields = { readonly [name: string]: WrittenField };

/** Every field that the type always has must be filled, and no other than it knows. */
function fieldsOf(written: Fields, schema: FieldSchema | undefined, at: Path, place: Place): readonly MappedField[] {
  const properties = (schema?.['properties'] ?? {}) as { readonly [name: string]: FieldSchema };
  const required = (schema?.['required'] ?? []) as readonly string[];
  const names = Object.keys(written);
  if (schema !== undefined) {
    for (const name of required.filter((one) => !names.includes(one))) place.report(place.source.lineOf(at), `"${name}" is required`, `write "${name}: row.…"`);
    for (const name of names.filter((one) => !Object.hasOwn(properties, one))) {
      place.report(place.source.lineOf([...at, name]), `there is no field "${name}" in this type`, suggestion(name, Object.keys(properties)));
    }
  }
  return Object.entries(written).flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return fieldOf({ name, written: field, schema: known, required: required.includes(name) }, [...at, name], place) ?? [];
  });
}

interface Writing {
  readonly name: string;
  readonly written: WrittenField;
  /** Undefined where the type is not known: said elsewhere. */
  readonly schema: FieldSchema | undefined;
  readonly required: boolean;
}

function fieldOf(field: Writing, at: Path, place: Place): MappedField | undefined {
  const { name, written, schema } = field;
  if (typeof written !== 'object') return valueOf(name, compiledAt(written, 'untyped', at, place), { schema, at, place });
  if (!('fields' in written)) return detailedOf(field, written, at, place);
  if (schema !== undefined && schema['type'] !== 'object') place.report(place.source.lineOf(at), 'this field of the type is no object', 'write an expression');
  return { name, fields: fieldsOf(written.fields, schema, [...at, 'fields'], place) };
}

type Detailed = Extract<WrittenField, { readonly value: unknown }>;

function detailedOf(field: Writing, written: Detailed, at: Path, place: Place): MappedField | undefined {
  const { value, when, default: fallback, words } = written;
  checkDetails(field, written, at, place);
  // With words the value is the tool's word; what it means was held against the field.
  const schema = words === undefined ? field.schema : { type: 'string' };
  const valueAt = [...at, 'value'];
  const made = valueOf(field.name, compiledAt(value, 'untyped', valueAt, place), { schema, at: valueAt, place });
  const condition = when === undefined ? undefined : compiledAt(when, 'bool', [...at, 'when'], place);
  if (made === undefined) return undefined;
  return {
    ...made,
    ...(condition === undefined ? {} : { when: condition }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(words === undefined ? {} : { words: new Map(Object.entries(words)) }),
  };
}

function checkDetails({ schema, required }: Writing, { when, default: fallback, words = {} }: Detailed, at: Path, place: Place): void {
  const report = (step: Path, fault: Misfit | undefined): void => {
    if (fault !== undefined) place.report(place.source.lineOf([...at, ...step]), `${[...at, ...step].join('.')}: ${fault.message}`, fault.hint);
  };
  const list = Object.entries(words);
  if (when !== undefined && required) report(['when'], { message: 'the type always has this field', hint: 'write "default: …" instead, or give the event a "when"' });
  if (list.length > MAPPING_LIMITS.words) report(['words'], { message: `more than ${MAPPING_LIMITS.words} words` });
  if (schema === undefined) return;
  if (fallback !== undefined) report(['default'], writtenMisfit(fallback, schema));
  for (const [word, meaning] of list) report(['words', word], writtenMisfit(meaning, schema));
}

function valueOf(
  name: string,
  value: Expression | undefined,
  { schema = {}, at, place }: { readonly schema: FieldSchema | undefined; readonly at: Path; readonly place: Place },
): Extract<MappedField, { value: Expression }> | undefined {
  if (value === undefined) return undefined;
  const fault = misfit(value.type, schema);
  if (fault !== undefined) place.report(place.source.lineOf(at), `${at.join('.')}: ${fault.message}`, fault.hint);
  return { name, value, isTime: isTime(schema) };
}
