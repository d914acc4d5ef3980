import type { JsonObject } from '@tickmark/contracts';
import { eventId } from '../reading/event-id.js';
import { fromEpoch, parseRfc3339 } from '../reading/instant.js';
import { isObject } from '../reading/records.js';

/** An OCSF event with what every class has; its fields are read one by one, since producers differ in all of them. */
export interface OcsfRecord {
  readonly raw: JsonObject;
  readonly timeMs: number;
  readonly system: string;
}

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

export const sourceOf = (raw: JsonObject): string =>
  ['ocsf', textAt(raw, 'metadata', 'product', 'name') ?? textAt(raw, 'metadata', 'product', 'uid') ?? 'unknown'].map(encodeURIComponent).join('/').slice(0, 300);

const SEVERITY_IDS = ['informational', 'informational', 'low', 'medium', 'high', 'critical', 'critical'];

/** `severity_id` 1 to 6; 0 and 99 say nothing. */
export function severityOf(raw: JsonObject): string | undefined {
  const id = numberAt(raw, 'severity_id') ?? 0;
  return id >= 1 && id <= 6 ? SEVERITY_IDS[id] : undefined;
}
