import type { InputFault, Json, JsonObject } from '@tickmark/contracts';
import { type FormatLimits, mediaTypeOf, type ParsedItem, type ParseRequest, type ParseResult } from '../format.js';
import { type ItemResult, items, malformed, placed, rejected, rejectedBy, tooMany } from './items.js';
import { type JsonReading, readJson } from './json.js';
import type { JsonOptions } from './json-text-reader.js';
import { readJsonLines } from './lines.js';
import { charsetFault } from './text.js';

export const JSON_LINES_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];

export interface RecordRules extends JsonOptions {
  readonly limits: FormatLimits;
  /** Names under which the tool puts its list, tried in this order: `{"Records": […]}`. Without one an object is one record. */
  readonly lists?: readonly string[];
  readonly map: (record: JsonObject, context: RecordContext) => ItemResult | readonly ItemResult[];
}

export interface RecordContext {
  readonly index: number;
  readonly request: ParseRequest;
  /** The object that holds the list, when there is one. */
  readonly envelope?: JsonObject;
}

/** Where one record gives several results, few records may give many. */
const MOST_RESULTS = 200_000;

/**
 * One record, an array, a list in an envelope, or JSON lines: whatever of these the body is. Tools write JSON lines
 * into files named .json, so an object that is followed by another one on the next line is read as lines too.
 */
export function readRecords(request: ParseRequest, rules: RecordRules): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  if (JSON_LINES_TYPES.includes(mediaTypeOf(request.contentType))) return readLines(request, rules);
  const reading = readJson(request.rawBody, rules);
  if (!reading.ok) return reading.trailing ? readLines(request, rules) : malformed(reading.fault);
  const located = locate(reading.value, rules.lists ?? []);
  if (located.records.length > rules.limits.items) return tooMany(rules.limits);
  const faults = faultsByItem(reading.faults, located.prefix);
  if (faults.outside !== undefined) return malformed(faults.outside);
  const { envelope, records } = located;
  const around = { request, ...(envelope === undefined ? {} : { envelope }) };
  return collected(records.entries(), (record, index) => {
    const fault = faults.inside.get(index);
    return fault === undefined ? mapRecord(record, { index, ...around }, rules) : rejectedBy(fault);
  });
}

function collected(records: Iterable<readonly [number, Json]>, map: (record: Json, index: number) => ItemResult | readonly ItemResult[]): ParseResult {
  const all: ParsedItem[] = [];
  for (const [index, record] of records) {
    for (const item of placed(index, map(record, index))) all.push(item);
    if (all.length > MOST_RESULTS) return tooMany({ items: MOST_RESULTS });
  }
  return items(all);
}

function readLines(request: ParseRequest, rules: RecordRules): ParseResult {
  const all: ParsedItem[] = [];
  const limits = { bigNumbers: rules.bigNumbers, lineBytes: rules.limits.lineBytes ?? rules.limits.bodyBytes };
  for (const { index, reading } of readJsonLines(request.rawBody, limits)) {
    if (index >= rules.limits.items) return tooMany(rules.limits);
    // One by one: a line may give more results than a call takes arguments.
    for (const item of placed(index, lineResult(reading, { index, request }, rules))) all.push(item);
    if (all.length > MOST_RESULTS) return tooMany({ items: MOST_RESULTS });
  }
  return items(all);
}

export function lineResult(reading: JsonReading, context: RecordContext, rules: RecordRules): ItemResult | readonly ItemResult[] {
  if (!reading.ok) return rejectedBy(reading.fault);
  const [fault] = reading.faults;
  return fault === undefined ? mapRecord(reading.value, context, rules) : rejectedBy(fault);
}

function mapRecord(record: Json, context: RecordContext, rules: RecordRules): ItemResult | readonly ItemResult[] {
  return isObject(record) ? rules.map(record, context) : rejected('', 'expected an object');
}

interface Located {
  readonly records: readonly Json[];
  /** Tokens of the pointer that lead to the list; the next one is the index. Undefined: the document is the record. */
  readonly prefix: string | undefined;
  readonly envelope?: JsonObject;
}

function locate(value: Json, lists: readonly string[]): Located {
  if (Array.isArray(value)) return { records: value as readonly Json[], prefix: '' };
  if (isObject(value)) {
    const name = lists.find((list) => Array.isArray(value[list]));
    if (name !== undefined) return { records: value[name] as readonly Json[], prefix: `/${name}`, envelope: value };
  }
  return { records: [value], prefix: undefined };
}

interface ItemFaults {
  readonly inside: ReadonlyMap<number, InputFault>;
  readonly outside: InputFault | undefined;
}

/** Sorts the faults of a document to the items they lie in (first one each, pointer into the item). */
function faultsByItem(faults: readonly InputFault[], prefix: string | undefined): ItemFaults {
  const inside = new Map<number, InputFault>();
  for (const fault of faults) {
    const [index, pointer] = prefix === undefined ? [0, fault.pointer] : splitPointer(fault.pointer, prefix);
    if (index === undefined) return { inside, outside: fault };
    if (!inside.has(index)) inside.set(index, { pointer, message: fault.message });
  }
  return { inside, outside: undefined };
}

function splitPointer(pointer: string, prefix: string): [number | undefined, string] {
  if (!pointer.startsWith(`${prefix}/`)) return [undefined, pointer];
  const rest = pointer.slice(prefix.length + 1);
  const slash = rest.indexOf('/');
  const token = slash < 0 ? rest : rest.slice(0, slash);
  return /^\d+$/.test(token) ? [Number(token), slash < 0 ? '' : rest.slice(slash)] : [undefined, pointer];
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
