import { validateEvent, type MappedEvent, type MappedField, type MappingDefinition } from '@tickmark/catalogue';
import type { InputFault, Json, JsonObject, NormalEvent, Result } from '@tickmark/contracts';
import { parseInstant, type Expression } from '@tickmark/expressions';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import type { MappedRecord } from './records.js';

/** What expressions may read, by root. */
export interface MappingValues {
  readonly [root: string]: JsonObject;
}

type Made<T> = Result<T, InputFault>;

const made = <T>(value: T): Made<T> => ({ ok: true, value });
const refused = (pointer: string, message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer, message } });

/** All events of one item, or why it is refused: an item is taken as a whole or not at all. */
export function eventsOf(mapping: MappingDefinition, record: MappedRecord, values: MappingValues): ItemResult | readonly ItemResult[] {
  const reading = new Reading(record, { ...values, row: record.row });
  return unwanted(mapping, reading) ?? wantedEvents(mapping, reading);
}

function unwanted({ ignore }: MappingDefinition, reading: Reading): ItemResult | undefined {
  for (const { when, reason } of ignore) {
    const holds = reading.bool(when);
    if (!holds.ok) return rejectedBy(holds.error);
    if (holds.value) return ignored(reason);
  }
  return undefined;
}

function wantedEvents(mapping: MappingDefinition, reading: Reading): ItemResult | readonly ItemResult[] {
  const results: ItemResult[] = [];
  for (const rule of mapping.events) {
    const wanted = reading.holds(rule.when);
    if (!wanted.ok) return rejectedBy(wanted.error);
    if (!wanted.value) continue;
    const one = reading.event(rule);
    const result = one.ok ? event(one.value) : rejectedBy(one.error);
    if (result.kind === 'rejected') return result;
    results.push(result);
  }
  // What the mapping does not speak of is never passed over in silence.
  return results.length > 0 ? results : rejected('', 'no event of the mapping fits this item; add one, or an "ignore" with the reason');
}

class Reading {
  constructor(
    private readonly record: MappedRecord,
    private readonly values: MappingValues,
  ) {}

  bool(expression: Expression): Made<boolean> {
    const outcome = this.evaluate(expression);
    if (!outcome.ok) return outcome;
    return typeof outcome.value === 'boolean' ? made(outcome.value) : this.wrong(expression, 'is neither true nor false');
  }

  holds(condition: Expression | undefined): Made<boolean> {
    return condition === undefined ? made(true) : this.bool(condition);
  }

  event(rule: MappedEvent): Made<NormalEvent> {
    const id = this.text(rule.id);
    if (!id.ok) return id;
    const subject = rule.subject === undefined ? made(undefined) : this.text(rule.subject);
    if (!subject.ok) return subject;
    const time = rule.time === undefined ? made(undefined) : this.time(rule.time);
    if (!time.ok) return time;
    const data = this.fields(rule.data);
    if (!data.ok) return data;
    const [fault] = validateEvent(rule.type, data.value);
    if (fault !== undefined) return this.misfit(fault, rule);
    return made({
      id: id.value,
      source: rule.source,
      type: rule.type.id,
      ...(subject.value === undefined ? {} : { subject: subject.value }),
      ...(time.value === undefined ? {} : { timeMs: time.value }),
      data: data.value,
    });
  }

  private text(expression: Expression): Made<string> {
    const outcome = this.evaluate(expression);
    if (!outcome.ok) return outcome;
    return typeof outcome.value === 'string' ? made(outcome.value) : this.wrong(expression, 'is no text');
  }

  private time(expression: Expression): Made<number> {
    const outcome = this.evaluate(expression);
    if (!outcome.ok) return outcome;
    const { value } = outcome;
    const ms = typeof value === 'string' ? parseInstant(value) : expression.type.kind === 'timestamp' ? value : undefined;
    return typeof ms === 'number' && Number.isSafeInteger(ms) ? made(ms) : this.wrong(expression, 'is no time such as 2026-01-31T12:00:00Z');
  }

  private fields(fields: readonly MappedField[]): Made<JsonObject> {
    const data: { [name: string]: Json } = {};
    for (const field of fields) {
      const value = 'fields' in field ? this.fields(field.fields) : this.field(field);
      if (!value.ok) return value;
      if (value.value !== undefined) data[field.name] = value.value;
    }
    return made(data);
  }

  /** Undefined: left out. */
  private field(field: Extract<MappedField, { value: Expression }>): Made<Json | undefined> {
    const wanted = this.holds(field.when);
    if (!wanted.ok) return wanted;
    if (!wanted.value) return made(undefined);
    if (field.fallback !== undefined && this.missing(field.value) !== undefined) return made(field.fallback);
    const outcome = this.evaluate(field.value);
    if (!outcome.ok) return outcome;
    if (field.words !== undefined) return this.meaning(field.value, String(outcome.value), field.words);
    return field.isTime && typeof outcome.value === 'number' ? this.writtenTime(field.value, outcome.value) : this.plain(field.value, outcome.value);
  }

  private meaning(expression: Expression, word: string, words: ReadonlyMap<string, Json>): Made<Json> {
    const meaning = words.get(word);
    if (meaning !== undefined) return made(meaning);
    const known = [...words.keys()].slice(0, 20).join(', ');
    return this.wrong(expression, `is "${word.slice(0, 100)}", which the mapping's words do not know (${known})`);
  }

  private writtenTime(expression: Expression, ms: number): Made<Json> {
    const isDate = expression.type.kind === 'timestamp' && Number.isFinite(new Date(ms).getTime());
    return isDate ? made(new Date(ms).toISOString()) : this.wrong(expression, 'is no time such as 2026-01-31T12:00:00Z');
  }

  /** Whole numbers beyond what JSON keeps exactly are no values of ours. */
  private plain(expression: Expression, value: unknown): Made<Json> {
    const kept = typeof value === 'bigint' ? undefined : (JSON.stringify(value) as string | undefined);
    return kept === undefined ? this.wrong(expression, 'is nothing that an event can hold') : made(JSON.parse(kept) as Json);
  }

  private evaluate(expression: Expression): Made<unknown> {
    const outcome = expression.evaluate(this.values);
    if (outcome.ok) return made(outcome.value);
    const missing = this.missing(expression);
    if (missing !== undefined) return refused(missing, 'is missing');
    return this.wrong(expression, `cannot be read by ${shown(expression)}: ${outcome.message.slice(0, 300)}`);
  }

  /** The pointer to the first field that an expression reads and this item does not have. */
  private missing({ reads }: Expression): string | undefined {
    const steps = reads.find((path) => path.length > 1 && !isThere(this.values, path));
    return steps === undefined ? undefined : this.pointerOf(steps);
  }

  private pointerOf([root = '', ...steps]: readonly string[]): string {
    return root === 'row' ? this.record.pointerTo(steps) : '';
  }

  /** Points at the field when the expression reads one only, else at the item. */
  private wrong({ reads }: Expression, message: string): { readonly ok: false; readonly error: InputFault } {
    const longest = reads.filter((path) => !reads.some((other) => other.length > path.length && path.every((step, index) => other[index] === step)));
    const pointers = new Set(longest.map((path) => this.pointerOf(path)));
    const [pointer = ''] = pointers.size === 1 ? pointers : [];
    return refused(pointer, message);
  }

  /** A fault by the type, told of the field of the item where it came from. */
  private misfit({ pointer, message }: InputFault, { data, type }: MappedEvent): { readonly ok: false; readonly error: InputFault } {
    const name = pointer.split('/')[1];
    const field = data.find((one) => one.name === name);
    const words = `does not fit ${type.id}: ${pointer} ${message}`;
    return field === undefined || !('value' in field) ? refused('', words) : this.wrong(field.value, words);
  }
}

const shown = ({ source }: Expression): string => (source.length > 100 ? `${source.slice(0, 100)}…` : source);

function isThere(values: unknown, path: readonly string[]): boolean {
  let at = values;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return false;
    at = (at as { readonly [name: string]: unknown })[step];
  }
  return true;
}
