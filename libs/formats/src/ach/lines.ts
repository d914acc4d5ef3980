import { isUtf8 } from 'node:buffer';

const RECORD = 94;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface Line {
  /** From 1, as an editor shows it. */
  readonly number: number;
  /** Always as long as a record: blanks at its end are often trimmed. */
  readonly text: string;
  /** Longer than a record can be. */
  readonly tooLong: boolean;
}

/** Records by line, or one after the other where the file has no line ends at all. */
export function* achLines(bytes: Uint8Array): Generator<Line> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unbroken = !buffer.subarray(0, RECORD * 2).includes(LINE_FEED) && buffer.length > RECORD;
  let number = 0;
  for (let from = 0; from < buffer.length; ) {
    const until = unbroken ? Math.min(from + RECORD, buffer.length) : lineEnd(buffer, from);
    number += 1;
    const line = lineOf(buffer.subarray(from, until), number);
    if (line !== undefined) yield line;
    from = unbroken ? until : until + 1;
  }
}

function lineEnd(buffer: Buffer, from: number): number {
  const feed = buffer.indexOf(LINE_FEED, from);
  return feed < 0 ? buffer.length : feed;
}

/** Names are sometimes written in UTF-8 or Latin-1 though the rules say ASCII; characters count, not bytes. */
function lineOf(bytes: Buffer, number: number): Line | undefined {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x20 || bytes[end - 1] === CARRIAGE_RETURN)) end -= 1;
  if (end === 0) return undefined;
  const written = bytes.subarray(0, end);
  if (end > RECORD * 4) return { number, text: '', tooLong: true };
  const text = written.toString(end > RECORD && isUtf8(written) ? 'utf8' : 'latin1');
  return { number, text: text.padEnd(RECORD), tooLong: text.length > RECORD };
}
