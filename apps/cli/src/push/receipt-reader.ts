/** An item of one of the lists that a receipt holds, as it is written. */
export interface ListedItem {
  readonly list: string;
  readonly text: string;
}

/** The document is at 1, a list at 2, its items lie deeper. */
const LIST_DEPTH = 2;

/** Reads the answer to a large delivery as it comes: item by item, and in the end what stands around the lists. */
export class ReceiptReader {
  private around = '';
  private item = '';
  private list = '';
  private depth = 0;
  private from = 0;
  private inText = false;
  private escaped = false;

  *take(piece: string): Generator<ListedItem, void> {
    this.from = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const before = this.depth;
      this.look(piece.charAt(at));
      if (before !== this.depth && Math.min(before, this.depth) <= LIST_DEPTH) yield* this.cross(before, piece, at);
    }
    const rest = piece.slice(this.from);
    if (this.depth > LIST_DEPTH) this.item += rest;
    else this.keepAround(rest, this.depth);
  }

  /** An item begins or ends, or a list, or the document. */
  private *cross(before: number, piece: string, at: number): Generator<ListedItem, void> {
    const begins = this.depth > LIST_DEPTH;
    const text = piece.slice(this.from, begins ? at : at + 1);
    this.from += text.length;
    if (before > LIST_DEPTH) {
      yield { list: this.list, text: this.item + text };
      this.item = '';
    } else {
      this.keepAround(text, before);
      if (this.depth === LIST_DEPTH) this.list = /"(\w+)"\s*:\s*\[$/.exec(this.around)?.[1] ?? '';
    }
  }

  /** Without the commas between the items of a list. */
  private keepAround(text: string, depth: number): void {
    this.around += depth === LIST_DEPTH ? text.replaceAll(',', '') : text;
  }

  /** The document with its lists empty. Undefined: it broke off. */
  end(): string | undefined {
    return this.depth === 0 && this.around !== '' ? this.around : undefined;
  }

  private look(char: string): void {
    if (this.inText) this.lookInText(char);
    else if (char === '"') this.inText = true;
    else if (char === '{' || char === '[') this.depth += 1;
    else if (char === '}' || char === ']') this.depth -= 1;
  }

  private lookInText(char: string): void {
    if (this.escaped) this.escaped = false;
    else if (char === '\\') this.escaped = true;
    else if (char === '"') this.inText = false;
  }
}
