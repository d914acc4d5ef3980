import { isUtf8 } from 'node:buffer';

const RECORD = 94;
/** In UTF-8 a character takes up to four bytes. */
const LONGEST = RECORD * 4;
/** Within so many bytes a file that has line ends shows one. */
const LAYOUT_BYTES = RECORD * 2;
const LINE_FEED = 0x0a;
/** With which a line may end; a line feed also stands alone behind the last record of a file without line ends. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x0d, LINE_FEED]);

export interface Line {
  /** From 1, as an editor shows it. */
  readonly number: number;
  /** Always as long as a record: blanks at its end are often trimmed. */
  readonly text: string;
  /** Longer than a record can be. */
  readonly tooLong: boolean;
  /** Where the next line begins, in bytes from the beginning of the body. */
  readonly until: number;
}

/**
 * Records by line, or one after the other where the body has no line ends at all. Of a line that goes on and on no more
 * is held than a record can have.
 */
export class AchLines {
  private beginning: Buffer | undefined = Buffer.alloc(0);
  private unbroken = false;
  private number = 0;
  private offset = 0;
  /** Of the line that has not ended: its first bytes, how many there were, and how many without blanks at the end. */
  private readonly held = Buffer.alloc(LONGEST);
  private bytes = 0;
  private written = 0;

  *take(bytes: Uint8Array): Generator<Line, void> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const beginning = this.beginning === undefined ? undefined : Buffer.concat([this.beginning, buffer]);
    if (beginning === undefined) yield* this.read(buffer);
    else if (beginning.length >= LAYOUT_BYTES) yield* this.begin(beginning);
    else this.beginning = beginning;
  }

  *end(): Generator<Line, void> {
    if (this.beginning !== undefined) yield* this.begin(this.beginning);
    if (this.bytes > 0) yield* this.endLine();
  }

  private begin(beginning: Buffer): Generator<Line, void> {
    this.beginning = undefined;
    this.unbroken = !beginning.subarray(0, LAYOUT_BYTES).includes(LINE_FEED) && beginning.length > RECORD;
    return this.read(beginning);
  }

  private *read(buffer: Buffer): Generator<Line, void> {
    for (let from = 0; from < buffer.length; ) {
      const end = this.unbroken ? from + RECORD - this.bytes : buffer.indexOf(LINE_FEED, from);
      const isWhole = end >= 0 && (this.unbroken ? end <= buffer.length : true);
      const until = isWhole ? end : buffer.length;
      this.keep(buffer.subarray(from, until));
      from = until;
      if (!isWhole) return;
      if (!this.unbroken) {
        from += 1;
        this.offset += 1;
      }
      yield* this.endLine();
    }
  }

  private keep(piece: Buffer): void {
    let end = piece.length;
    while (end > 0 && BLANKS.has(piece[end - 1] as number)) end -= 1;
    if (end > 0) this.written = this.bytes + end;
    if (this.bytes < LONGEST) piece.copy(this.held, this.bytes);
    this.bytes += piece.length;
    this.offset += piece.length;
  }

  private *endLine(): Generator<Line, void> {
    const { written, offset: until } = this;
    this.bytes = 0;
    this.written = 0;
    this.number += 1;
    const { number } = this;
    if (written > LONGEST) yield { number, text: '', tooLong: true, until };
    else if (written > 0) yield lineOf(this.held.subarray(0, written), number, until);
  }
}

/** Names are sometimes written in UTF-8 or Latin-1 though the rules say ASCII; characters count, not bytes. */
function lineOf(written: Buffer, number: number, until: number): Line {
  const text = written.toString(written.length > RECORD && isUtf8(written) ? 'utf8' : 'latin1');
  return { number, text: text.padEnd(RECORD), tooLong: text.length > RECORD, until };
}
