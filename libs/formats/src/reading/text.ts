import { isUtf8 } from 'node:buffer';
import type { InputFault } from '@tickmark/contracts';

export type TextReading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: InputFault };

const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = [0xef, 0xbf, 0xbd] as const;

/** UTF-8 text without its byte order mark; anything else is refused with the byte where it stops being UTF-8. */
export function decodeUtf8(bytes: Uint8Array): TextReading {
  if (isUtf8(bytes)) return { ok: true, text: new TextDecoder('utf-8').decode(bytes) };
  const message = `not UTF-8 from byte ${firstInvalidByte(bytes)} on; send the text as UTF-8`;
  return { ok: false, fault: { pointer: '', message } };
}

/** A replacement character in the decoded text is the fault unless the bytes really spell one. */
function firstInvalidByte(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let byte = 0;
  for (const character of text) {
    if (character === REPLACEMENT && !REPLACEMENT_BYTES.every((value, i) => bytes[byte + i] === value)) return byte;
    byte += Buffer.byteLength(character);
  }
  return byte;
}

/** The charset parameter of a content type must not promise anything but UTF-8 (of which ASCII is a part). */
export function charsetFault(contentType: string | undefined): InputFault | undefined {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (charset === undefined || ['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(charset)) return undefined;
  return { pointer: '', message: `charset ${charset.slice(0, 40)} is not read; send the text as UTF-8` };
}

// eslint-disable-next-line no-control-regex -- the characters that CloudEvents forbids in attributes
const UNFIT = /[\u0000-\u001f\u007f-\u009f]/;

/** Attribute text as CloudEvents wants it: no control characters, no half surrogate pairs. */
export function isPrintable(text: string): boolean {
  return !UNFIT.test(text) && text.isWellFormed();
}
