import type { InputFault, Json, JsonObject, Result } from '@tickmark/contracts';
import { parseRfc3339 } from '../reading/instant.js';
import { isPrintable } from '../reading/text.js';

export interface Attributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly timeMs?: number;
  readonly sequence?: string;
  readonly datacontenttype?: string;
}

const CORE = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'dataschema', 'data', 'data_base64']);
const EXTENSION_NAME = /^[a-z0-9]+$/;
const MEDIA_TYPE = /^[!#$&^_.+\-\w]+\/[!#$&^_.+\-\w]+\s*(;.*)?$/;
/** Characters that no URI reference holds (RFC 3986); letters beyond ASCII are let through. */
const NOT_IN_URI = /[\s<>"{}|\\^`]/;
const UNKNOWN_FIELD =
  'unknown field: names of extension attributes are lower-case letters and digits only; what belongs to the event goes into data';
const MAX_INTEGER = 2_147_483_647;

/** The context attributes of CloudEvents 1.0 by its rules, or the pointer to the first one that breaks them. */
export function readAttributes(raw: JsonObject): Result<Attributes, InputFault> {
  const fault = versionFault(raw) ?? requiredFault(raw) ?? optionalFault(raw) ?? extensionFault(raw);
  if (fault !== undefined) return { ok: false, error: fault };
  const required = { id: raw.id as string, source: raw.source as string, type: raw.type as string };
  return { ok: true, value: { ...required, ...optionalAttributes(raw) } };
}

function optionalAttributes(raw: JsonObject): Omit<Attributes, 'id' | 'source' | 'type'> {
  const { subject, time, datacontenttype } = raw;
  const timeMs = typeof time === 'string' ? parseRfc3339(time) : undefined;
  const sequence = typeof raw.sequence === 'number' ? String(raw.sequence) : raw.sequence;
  return {
    ...(typeof subject === 'string' ? { subject } : {}),
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(typeof sequence === 'string' ? { sequence } : {}),
    ...(typeof datacontenttype === 'string' ? { datacontenttype } : {}),
  };
}

/** In JSON an optional attribute that is null counts as absent. */
const isGiven = (value: Json | undefined): value is Json => value !== undefined && value !== null;

const fault = (name: string, message: string): InputFault => ({ pointer: `/${name}`, message });

function versionFault(raw: JsonObject): InputFault | undefined {
  if (raw.specversion === '1.0') return undefined;
  return fault('specversion', isGiven(raw.specversion) ? 'only CloudEvents 1.0 is read; send "1.0"' : 'is missing; send "1.0"');
}

function requiredFault(raw: JsonObject): InputFault | undefined {
  for (const name of ['id', 'source', 'type']) {
    if (!isGiven(raw[name])) return fault(name, 'is missing; every event needs it');
    const message = textFault(raw[name]);
    if (message !== undefined) return fault(name, message);
  }
  return NOT_IN_URI.test(raw.source as string) ? fault('source', 'is no URI reference; percent-encode its blanks and brackets') : undefined;
}

function optionalFault(raw: JsonObject): InputFault | undefined {
  for (const name of ['subject', 'time', 'datacontenttype', 'dataschema']) {
    const message = isGiven(raw[name]) ? textFault(raw[name]) : undefined;
    if (message !== undefined) return fault(name, message);
  }
  if (isGiven(raw.time) && parseRfc3339(raw.time as string) === undefined) {
    return fault('time', 'is no RFC 3339 instant; write it like 2026-01-31T12:00:00.000Z');
  }
  if (isGiven(raw.datacontenttype) && !MEDIA_TYPE.test(raw.datacontenttype as string)) {
    return fault('datacontenttype', 'is no media type; write it like application/json');
  }
  if (isGiven(raw.dataschema) && NOT_IN_URI.test(raw.dataschema as string)) return fault('dataschema', 'is no URI');
  return undefined;
}

function textFault(value: Json | undefined): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (value === '') return 'is empty; give it a value or leave it out';
  return isPrintable(value) ? undefined : 'holds control characters; leave them out';
}

function extensionFault(raw: JsonObject): InputFault | undefined {
  for (const [name, value] of Object.entries(raw)) {
    if (CORE.has(name)) continue;
    const message = EXTENSION_NAME.test(name)
      ? extensionValueFault(value)
      : UNKNOWN_FIELD;
    if (message !== undefined) return fault(shown(name), message);
  }
  return undefined;
}

function extensionValueFault(value: Json): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isPrintable(value) ? undefined : 'holds control characters; leave them out';
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER ? undefined : 'must be a whole number of 32 bits; send others as text';
  }
  return 'must be text, a whole number or a boolean; structures go into data';
}

const shown = (name: string): string => name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
