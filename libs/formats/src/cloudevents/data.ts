import type { InputFault, Json, JsonObject, Result } from '@tickmark/contracts';
import { mediaTypeOf } from '../format.js';
import { readJson } from '../reading/json.js';
import { isObject } from '../reading/records.js';
import { decodeUtf8 } from '../reading/text.js';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Controls are written over objects, so only a JSON object becomes `data` as it is. Other payloads are valid
 * CloudEvents and are kept under one name that says what they are: no event type knows it, so nothing judges them, and
 * yet two different texts under one id are seen to differ.
 */
const wrapped = {
  value: (value: Json): JsonObject => ({ $value: value }),
  text: (text: string): JsonObject => ({ $text: text }),
  base64: (base64: string): JsonObject => ({ $base64: base64 }),
};

const isJsonType = (contentType: string | undefined): boolean => {
  const media = mediaTypeOf(contentType);
  return media === '' || media.endsWith('/json') || media.endsWith('+json');
};

/** `data` or `data_base64` of an event in JSON. */
export function structuredData(raw: JsonObject, datacontenttype: string | undefined): Result<JsonObject, InputFault> {
  const { data, data_base64: base64 } = raw;
  if (base64 !== undefined && base64 !== null) {
    if (data !== undefined && data !== null) return faulty('/data_base64', 'stands beside data; send one of the two');
    return base64Data(base64, datacontenttype);
  }
  if (data === undefined || data === null) return { ok: true, value: {} };
  if (isJsonType(datacontenttype)) return { ok: true, value: isObject(data) ? data : wrapped.value(data) };
  return { ok: true, value: typeof data === 'string' ? wrapped.text(data) : wrapped.value(data) };
}

function base64Data(base64: Json, datacontenttype: string | undefined): Result<JsonObject, InputFault> {
  if (typeof base64 !== 'string' || !BASE64.test(base64)) return faulty('/data_base64', 'is no base64 text');
  const bytes = Buffer.from(base64, 'base64');
  if (datacontenttype === undefined || !isJsonType(datacontenttype)) return { ok: true, value: wrapped.base64(base64) };
  return jsonData(bytes, '/data_base64');
}

/** The body of a message in binary mode. */
export function binaryData(bytes: Uint8Array, contentType: string | undefined): Result<JsonObject, InputFault> {
  if (bytes.length === 0) return { ok: true, value: {} };
  if (contentType !== undefined && isJsonType(contentType)) return jsonData(bytes, '/data');
  const decoded = decodeUtf8(bytes);
  const isText = decoded.ok && !decoded.text.includes('\u0000');
  return { ok: true, value: isText ? wrapped.text(decoded.text) : wrapped.base64(Buffer.from(bytes).toString('base64')) };
}

function jsonData(bytes: Uint8Array, pointer: string): Result<JsonObject, InputFault> {
  const reading = readJson(bytes, { bigNumbers: 'refuse' });
  if (!reading.ok) return faulty(`${pointer}${reading.fault.pointer}`, reading.fault.message);
  const [fault] = reading.faults;
  if (fault !== undefined) return faulty(`${pointer}${fault.pointer}`, fault.message);
  return { ok: true, value: isObject(reading.value) ? reading.value : wrapped.value(reading.value) };
}

const faulty = (pointer: string, message: string): Result<never, InputFault> => ({ ok: false, error: { pointer, message } });
