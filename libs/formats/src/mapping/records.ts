import { MAPPED_TEXT, type MappedColumn } from '@tickmark/catalogue';
import type { InputFault, Json, JsonObject, Result } from '@tickmark/contracts';
import { pointerOf } from '../reading/pointer.js';
import { isObject } from '../reading/records.js';
import { calendarDate } from './calendar-date.js';

/** What expressions read of one item, and how a field is called where it came from. */
export interface MappedRecord {
  readonly row: JsonObject;
  readonly pointerTo: (steps: readonly string[]) => string;
}

type RecordResult = Result<MappedRecord, InputFault>;

/** Nothing that loads walks a list for every item of another, so the time stays linear in the bytes. */
const MOST_ITEMS = 10_000;
const MOST_TEXT = 65_536;

/** A row under the names of the mapping. An empty cell counts as missing. */
export function csvRecord(cells: JsonObject, columns: readonly MappedColumn[]): RecordResult {
  const row: { [name: string]: string } = {};
  for (const { name, header, date } of columns) {
    const written = cells[header];
    const cell = typeof written === 'string' ? written.trim() : '';
    if (cell === '') continue;
    const pointer = pointerOf([header]);
    if (cell.length > MAPPED_TEXT) return refused(pointer, `is longer than ${MAPPED_TEXT} characters; shorten it`);
    const value = date === undefined ? cell : calendarDate(cell, date);
    if (value === undefined) return refused(pointer, `is no date written ${date ?? ''}; write it so, or change the column's "date" in the mapping`);
    row[name] = value;
  }
  const headers = new Map(columns.map(({ name, header }) => [name, header]));
  return { ok: true, value: { row, pointerTo: ([name = '', ...rest]) => pointerOf([headers.get(name) ?? name, ...rest]) } };
}

/** An object without its nulls: they count as missing. What expressions could not walk in bounded time is refused. */
export function jsonRecord(record: JsonObject): RecordResult {
  const fault = firstTooLarge(record, []);
  if (fault !== undefined) return { ok: false, error: fault };
  return { ok: true, value: { row: withoutNulls(record) as JsonObject, pointerTo: pointerOf } };
}

/** The plain values beside the list: what is said once for all items. */
export function envelopeOf(holder: JsonObject | undefined): JsonObject {
  const plain = Object.entries(holder ?? {}).filter(([, value]) => value !== null && typeof value !== 'object' && !isTooLong(value));
  return Object.fromEntries(plain);
}

/** Why nothing can be read under a path, or the list and the object that holds it. */
export function listUnder(body: Json, path: readonly string[]): Result<{ readonly list: readonly Json[]; readonly holder: JsonObject | undefined }, InputFault> {
  let at: Json = body;
  let holder: JsonObject | undefined;
  for (const [index, step] of path.entries()) {
    const next: Json | undefined = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (next === undefined) return refused(pointerOf(path.slice(0, index + 1)), 'is missing; the mapping reads its list from there');
    holder = isObject(at) ? at : holder;
    at = next;
  }
  return Array.isArray(at) ? { ok: true, value: { list: at as readonly Json[], holder } } : refused(pointerOf(path), 'is no list; the mapping reads its items from there');
}

const refused = (pointer: string, message: string): { readonly ok: false; readonly error: InputFault } => ({ ok: false, error: { pointer, message } });
const isTooLong = (value: Json): boolean => typeof value === 'string' && value.length > MOST_TEXT;

/** The reader of JSON has bounded the depth. */
function firstTooLarge(value: Json, path: readonly PropertyKey[]): InputFault | undefined {
  if (isTooLong(value)) return { pointer: pointerOf(path), message: `is longer than ${MOST_TEXT} characters; leave it out` };
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && value.length > MOST_ITEMS) return { pointer: pointerOf(path), message: `has more than ${MOST_ITEMS} items; send them as items of their own` };
  for (const [name, inner] of Object.entries(value as JsonObject)) {
    const fault = typeof inner === 'object' || isTooLong(inner) ? firstTooLarge(inner, [...path, name]) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: { [name: string]: Json } = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== null) kept[name] = withoutNulls(inner);
  }
  return kept;
}
