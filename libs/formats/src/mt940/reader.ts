import { mt940Lines } from './lines.js';

export interface Field {
  readonly number: number;
  readonly tag: string;
  readonly text: readonly string[];
}

/** A movement with all that is said of it. */
interface WrittenEntry {
  readonly field: Field;
  readonly information: string[];
}

/** One statement, or one page of it, as it is written. */
export interface Written {
  readonly line: number;
  /** What the frame calls the message, such as 940; empty where it says nothing. */
  readonly messageType: string;
  readonly fields: Map<string, Field>;
  readonly entries: WrittenEntry[];
}

export type WrittenReading = { readonly outcome: 'statements'; readonly statements: readonly Written[]; readonly lastLine: number } | { readonly outcome: 'too-many' };

export function readStatements(bytes: Uint8Array, mostItems: number): WrittenReading {
  const reader = new BodyReader();
  for (const line of mt940Lines(bytes)) {
    reader.lastLine = line.number;
    if (line.kind === 'field') reader.take(line);
    else if (line.kind === 'end') reader.close();
    else reader.frame(line.text);
    if (reader.items > mostItems) return { outcome: 'too-many' };
  }
  return { outcome: 'statements', statements: reader.statements, lastLine: reader.lastLine };
}

/** A second `:86:` goes on with the first. */
const MOST_LINES = 1_000;
const BLOCK = /\{2:[IO](\d{3})/;
/** Without blocks the type stands alone on a line, as `940`, `:940:` or with a name behind it. */
const BARE = /^:?(9[45]\d):?(?:\s|$)/;

class BodyReader {
  readonly statements: Written[] = [];
  items = 0;
  lastLine = 1;
  private open: Written | undefined;
  /** Had no end yet when a line with a dash alone came. */
  private interrupted: Written | undefined;
  private messageType = '';

  frame(text: string): void {
    const type = BLOCK.exec(text)?.[1] ?? BARE.exec(text.trim())?.[1];
    if (text.startsWith('{1:')) this.messageType = '';
    if (type !== undefined) this.messageType = type;
    if (text.startsWith('{')) this.close(false);
  }

  close(forget = true): void {
    this.interrupted = forget && this.open?.fields.has('62') === false ? this.open : undefined;
    this.open = undefined;
    if (forget) this.messageType = '';
  }

  take(field: Field): void {
    const statement = this.statementFor(field);
    const kind = field.tag.slice(0, 2);
    if (kind === '61') {
      this.items += 1;
      statement.entries.push({ field, information: [] });
      return;
    }
    const last = statement.entries.at(-1);
    if (kind === '86' && last !== undefined && !statement.fields.has('62')) {
      if (last.information.length < MOST_LINES) for (const line of field.text) last.information.push(line);
      return;
    }
    const name = kind === '90' ? field.tag : kind;
    // What is said twice is said by the first one: a second opening balance begins a page of its own.
    if (!statement.fields.has(name)) statement.fields.set(name, field);
  }

  /** A message may hold several statements: they begin with what the one before has already said to its end. */
  private statementFor(field: Field): Written {
    const kind = field.tag.slice(0, 2);
    // A line of `:86:` may be a dash: what can only go on with a statement does.
    if (this.open === undefined && GOES_ON.has(kind)) this.open = this.interrupted;
    this.interrupted = undefined;
    const before = this.open;
    const ended = before?.fields.has('62') === true;
    if (before !== undefined && kind !== '20' && !(ended && CAN_BEGIN.has(kind))) return before;
    const said = kind === '20' || before === undefined ? [] : [...before.fields].filter(([name]) => KEPT.get(kind)?.includes(name) === true);
    this.items += 1;
    this.open = { line: field.number, messageType: this.messageType, fields: new Map(said), entries: [] };
    this.statements.push(this.open);
    return this.open;
  }
}

const GOES_ON: ReadonlySet<string> = new Set(['61', '86', '62', '64', '65', '90']);
const CAN_BEGIN: ReadonlySet<string> = new Set(['25', '28', '60']);
const KEPT: ReadonlyMap<string, readonly string[]> = new Map([
  ['25', ['20']],
  ['28', ['20', '25']],
  ['60', ['20', '25', '28']],
]);
