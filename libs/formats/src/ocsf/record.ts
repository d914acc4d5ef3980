import type { JsonObject } from '@tickmark/contracts';
import { contentId, eventId } from '../reading/event-id.js';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { type ItemResult, rejected } from '../reading/items.js';
import { isObject } from '../reading/records.js';

/** An OCSF event with what every class has; its fields are read one by one, since producers differ in all of them. */
export interface OcsfRecord {
  readonly raw: JsonObject;
  readonly timeMs: number;
  readonly system: string;
  /** How many events may still come out of the delivery. */
  readonly room: number;
}

/** Told before it is unfolded: the delivery as a whole is too large then. */
export const TOO_MANY: ItemResult = rejected('', 'gives more events than fit into one delivery; send it in several');

/** The value at a path of names, when it is text that says something. */
export function textAt(raw: JsonObject, ...path: readonly string[]): string | undefined {
  const value = valueAt(raw, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberAt(raw: JsonObject, ...path: readonly string[]): number | undefined {
  const value = valueAt(raw, path);
  return typeof value === 'number' ? value : undefined;
}

export function booleanAt(raw: JsonObject, ...path: readonly string[]): boolean | undefined {
  const value = valueAt(raw, path);
  return typeof value === 'boolean' ? value : undefined;
}

export function objectsAt(raw: JsonObject, name: string): readonly JsonObject[] {
  const value = raw[name];
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isObject) : [];
}

function valueAt(raw: JsonObject, path: readonly string[]): unknown {
  let value: unknown = raw;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** `time` is milliseconds by the standard and seconds in many events; the size tells which. */
export function timeOf(raw: JsonObject): number | undefined {
  const time = numberAt(raw, 'time');
  return time === undefined ? parseRfc3339(textAt(raw, 'time_dt') ?? '') : fromEpoch(time);
}

/** `metadata.uid` names the event. A finding repeats its own uid on every update, so the time goes with it. */
export function idOf({ raw, timeMs }: OcsfRecord, at: number): string | undefined {
  const finding = textAt(raw, 'finding_info', 'uid') ?? textAt(raw, 'finding', 'uid');
  const base = textAt(raw, 'metadata', 'uid') ?? (finding === undefined ? undefined : `${finding}@${timeMs}`) ?? textAt(raw, 'api', 'request', 'uid');
  if (base === undefined) return undefined;
  return eventId(at === 0 ? base : `${base}#${at}`);
}

/** What is no finding may go without an id: then what it says tells it from others. */
export const idOfActivity = (record: OcsfRecord): string => idOf(record, 0) ?? eventId(contentId(record.raw));

export const sourceOf = (raw: JsonObject): string =>
  ['ocsf', textAt(raw, 'metadata', 'product', 'name') ?? textAt(raw, 'metadata', 'product', 'uid') ?? 'unknown'].map(encodeURIComponent).join('/').slice(0, 300);

const SEVERITY_IDS = ['informational', 'informational', 'low', 'medium', 'high', 'critical', 'critical'];
const SEVERITY_WORDS: ReadonlyMap<string, string> = new Map([
  ['informational', 'informational'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['critical', 'critical'],
  ['fatal', 'critical'],
]);

/** `severity_id` 1 to 6, else the word; 0 and 99 beside no word of the standard say nothing. */
export function severityOf(raw: JsonObject): string | undefined {
  const id = numberAt(raw, 'severity_id') ?? 0;
  return id >= 1 && id <= 6 ? SEVERITY_IDS[id] : SEVERITY_WORDS.get(textAt(raw, 'severity')?.trim().toLowerCase() ?? '');
}

export type Result = 'success' | 'failure' | 'unknown';
const RESULT_IDS: ReadonlyMap<number, Result> = new Map<number, Result>([
  [1, 'success'],
  [2, 'failure'],
]);
const RESULT_WORDS: ReadonlyMap<string, Result> = new Map<string, Result>([
  ['success', 'success'],
  ['failure', 'failure'],
]);

/** Of what is no finding: the number and, where none stands, the word. Undefined: neither stands. */
export function resultOf(raw: JsonObject): Result | undefined {
  const id = numberAt(raw, 'status_id');
  const word = textAt(raw, 'status');
  if (id === undefined) return word === undefined ? undefined : (RESULT_WORDS.get(word.toLowerCase()) ?? 'unknown');
  return RESULT_IDS.get(id) ?? 'unknown';
}
