import type { InputFault } from '@tickmark/contracts';
import type { JsonOptions } from './json-text-reader.js';
import { type JsonReading, readJson } from './json.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface LineLimits extends JsonOptions {
  readonly lineBytes: number;
}

/** `index` counts the lines that hold something from 0, `line` all lines from 1. */
export interface JsonLine {
  readonly index: number;
  readonly line: number;
  readonly reading: JsonReading;
}

/** JSON lines, one at a time: a line that cannot be read says so and the next one goes on. */
export function* readJsonLines(bytes: Uint8Array, limits: LineLimits): Generator<JsonLine> {
  let index = 0;
  let line = 0;
  for (let from = 0; from < bytes.length; ) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const until = feed < 0 ? bytes.length : feed;
    line += 1;
    const content = bytes.subarray(from, until);
    if (!isBlank(content)) {
      yield { index, line, reading: readLine(content, line, limits) };
      index += 1;
    }
    from = until + 1;
  }
}

export function readLine(content: Uint8Array, line: number, limits: LineLimits): JsonReading {
  if (content.length > limits.lineBytes) return tooLong(content.length, line, limits);
  const reading = readJson(content, limits);
  if (reading.ok) return reading;
  return unreadable({ pointer: reading.fault.pointer, message: reading.fault.message.replace('(line 1,', `(line ${line},`) });
}

export const tooLong = (bytes: number, line: number, { lineBytes }: LineLimits): JsonReading =>
  unreadable({ pointer: '', message: `line ${line} has ${bytes} bytes; at most ${lineBytes} are read` });

const unreadable = (fault: InputFault): JsonReading => ({ ok: false, fault, trailing: false });

export function isBlank(content: Uint8Array): boolean {
  return content.every((byte) => byte === 0x20 || byte === 0x09 || byte === CARRIAGE_RETURN);
}
