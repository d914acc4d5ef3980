import { bankText } from '../reading/bank-text.js';

/** One physical record, without its terminator and what fills it up. */
export interface Line {
  /** From 1, as an editor shows it. */
  readonly number: number;
  /** The first two digits. */
  readonly code: string;
  /** What follows the comma after them. */
  readonly rest: string;
}

const BREAK = /\r\n|\n|\r/g;
/** The seventh field of the file header: the length of a physical record. */
const LENGTH_FIELD = 6;

/** Records by line, or one after the other where the file has no line ends and its header says how long they are. */
export function* bai2Lines(bytes: Uint8Array): Generator<Line> {
  const text = bankText(bytes);
  const length = unbrokenLength(text);
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const [until, next] = length === undefined ? lineEnd(text, from) : [from + length, from + length];
    number += 1;
    const line = lineOf(text.slice(from, until), number);
    if (line !== undefined) yield line;
    from = next;
  }
}

function unbrokenLength(text: string): number | undefined {
  if (/[\r\n]/.test(text)) return undefined;
  const written = text.slice(0, 1_000).split(',', LENGTH_FIELD + 1)[LENGTH_FIELD] ?? '';
  return /^\d{2,4}$/.test(written) && Number(written) >= 40 ? Number(written) : undefined;
}

function lineEnd(text: string, from: number): readonly [until: number, next: number] {
  BREAK.lastIndex = from;
  const found = BREAK.exec(text);
  return found === null ? [text.length, text.length] : [found.index, BREAK.lastIndex];
}

function lineOf(written: string, number: number): Line | undefined {
  const text = withoutEnd(written.trimEnd());
  if (text.trimStart() === '') return undefined;
  const comma = text.indexOf(',');
  const code = (comma < 0 ? text : text.slice(0, comma)).trim();
  return { number, code, rest: comma < 0 ? '' : text.slice(comma + 1) };
}

/** The slash ends a record; many writers leave it out, above all after texts, and some write a filler behind it. */
function withoutEnd(text: string): string {
  if (text.endsWith('/')) return text.slice(0, -1);
  const slash = text.lastIndexOf('/');
  return slash < 0 || isText(text) || text.includes(',', slash) ? text : text.slice(0, slash);
}

/** Texts may hold slashes. */
const isText = (text: string): boolean => text.startsWith('16') || text.startsWith('88');
