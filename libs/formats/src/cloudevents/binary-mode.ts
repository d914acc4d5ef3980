import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import type { Headers } from '../format.js';

const PREFIX = 'ce-';

/** Binary mode: the attributes are `ce-` headers and the body is the data (CloudEvents HTTP binding, 3.1). */
export function hasAttributeHeaders(headers: Headers): boolean {
  return Object.keys(headers).some((name) => name.startsWith(PREFIX));
}

export function attributesFromHeaders(headers: Headers, contentType: string | undefined): Result<JsonObject, InputFault> {
  const raw: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const attribute = name.slice(PREFIX.length);
    // The content type is an attribute of its own header; data is the body.
    if (attribute === 'datacontenttype') continue;
    const decoded = decodeHeader(value);
    if (decoded === undefined || attribute === 'data' || attribute === 'data_base64') {
      return { ok: false, error: { pointer: `/${attribute.slice(0, 100)}`, message: FAULT } };
    }
    raw[attribute] = decoded;
  }
  if (contentType !== undefined && contentType !== '') raw.datacontenttype = contentType;
  return { ok: true, value: raw };
}

const FAULT = 'the header cannot be read; write characters beyond ASCII as percent-encoded UTF-8, and data into the body';

/** HTTP binding 3.1.3.2: take off the quotes, then the percent encoding. */
function decodeHeader(value: string): string | undefined {
  const quoted = /^"(.*)"$/.exec(value)?.[1];
  const bare = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  if (/[^\x20-\x7e]/.test(bare)) return undefined;
  // A percent sign that begins no escape stands for itself.
  const escaped = bare.replace(/%(?![0-9A-Fa-f]{2})/g, '%25');
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
