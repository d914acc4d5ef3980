import type { InputFault, Json } from '@tickmark/contracts';
import { type JsonOptions, JsonSyntaxFault, JsonTextReader } from './json-text-reader.js';
import { decodeUtf8 } from './text.js';

const MAX_JSON_DEPTH = 64;
const MAX_JSON_FAULTS = 1_000;

/** Well-formed JSON may still hold values that cannot be kept: `faults`, so that the rest of a batch can go on. */
export type JsonReading =
  | { readonly ok: true; readonly value: Json; readonly faults: readonly InputFault[] }
  | { readonly ok: false; readonly fault: InputFault; readonly trailing: boolean };

/** `trailing`: a whole value was read and something follows it on a line of its own, as in JSON lines. */
export function readJsonText(text: string, options: JsonOptions): JsonReading {
  const reader = new JsonTextReader(text, options, { depth: MAX_JSON_DEPTH, faults: MAX_JSON_FAULTS });
  try {
    return { ok: true, value: reader.read(), faults: reader.faults };
  } catch (error) {
    if (!(error instanceof JsonSyntaxFault)) throw error;
    return { ok: false, fault: { pointer: error.pointer, message: error.message }, trailing: error.trailing };
  }
}

export function readJson(bytes: Uint8Array, options: JsonOptions): JsonReading {
  const decoded = decodeUtf8(bytes);
  return decoded.ok ? readJsonText(decoded.text, options) : { ok: false, fault: decoded.fault, trailing: false };
}
