import { bankText } from '../reading/bank-text.js';

/** What a field says, with the lines that go on with it. */
interface Field {
  readonly kind: 'field';
  readonly number: number;
  readonly tag: string;
  readonly text: string[];
}

type Line =
  | Field
  /** The end of a message. */
  | { readonly kind: 'end'; readonly number: number }
  /** What stands before and behind messages, such as blocks of SWIFT and names of banks. */
  | { readonly kind: 'frame'; readonly number: number; readonly text: string };

const FIELD = /^:(\d\d[A-Z]?|NS):/;
const TEXT_BLOCK = '{4:';
/** A field has six lines, some banks write twenty: of what would lie behind these nothing is taken. */
const MOST_LINES = 1_000;

/** Blank lines say nothing. Lines begin after LF, CRLF or CR, or after `@@`, as banks in Germany send them over FinTS. */
export function* mt940Lines(bytes: Uint8Array): Generator<Line> {
  let field: Field | undefined;
  for (const { number, text } of written(bankText(bytes))) {
    const next = lineOf(text, number, field === undefined);
    if (next === undefined) {
      if (field !== undefined && field.text.length < MOST_LINES) field.text.push(text);
      continue;
    }
    if (field !== undefined) yield field;
    field = next.kind === 'field' ? next : undefined;
    if (next.kind !== 'field') yield next;
  }
  if (field !== undefined) yield field;
}

function* written(text: string): Generator<{ readonly number: number; readonly text: string }> {
  let number = 0;
  for (const piece of piecesOf(text, /[\r\n]/.test(text) ? /\r\n|\n|\r/g : /@@/g)) {
    number += 1;
    const line = piece.trimEnd();
    if (line !== '') for (const part of partsOf(line)) yield { number, text: part };
  }
}

function* piecesOf(text: string, separator: RegExp): Generator<string> {
  let from = 0;
  for (let found = separator.exec(text); found !== null; found = separator.exec(text)) {
    yield text.slice(from, found.index);
    from = separator.lastIndex;
  }
  yield text.slice(from);
}

/** The first field may stand right behind the opening of the text block. */
function partsOf(line: string): readonly string[] {
  if (!line.startsWith('{')) return [line];
  const at = line.indexOf(TEXT_BLOCK);
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at + TEXT_BLOCK.length)];
}

/** Undefined: it goes on with the field before it. */
function lineOf(text: string, number: number, outside: boolean): Line | undefined {
  const match = FIELD.exec(text);
  if (match !== null) return { kind: 'field', number, tag: match[1] ?? '', text: [text.slice(match[0].length)] };
  if (text === '-' || text.startsWith('-}')) return { kind: 'end', number };
  return outside || /^\{[1-5]:/.test(text) ? { kind: 'frame', number, text } : undefined;
}
