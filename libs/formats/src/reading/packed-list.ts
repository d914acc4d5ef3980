import { deflateRawSync, inflateRawSync } from 'node:zlib';

const PAGE_CHARS = 128 * 1024;

/** A long list of small values that waits for what comes after it: held as their JSON, deflated page by page. */
export class PackedList<Value> implements Iterable<Value> {
  private readonly pages: Buffer[] = [];
  private open: string[] = [];
  private openChars = 0;
  private packed = 0;

  get length(): number {
    return this.packed;
  }

  add(value: Value): void {
    const text = JSON.stringify(value);
    this.open.push(text);
    this.openChars += text.length;
    this.packed += 1;
    if (this.openChars < PAGE_CHARS) return;
    this.pages.push(deflateRawSync(this.open.join(','), { level: 1 }));
    this.open = [];
    this.openChars = 0;
  }

  *[Symbol.iterator](): Generator<Value, void> {
    for (const page of this.texts()) yield* JSON.parse(`[${page}]`) as Value[];
  }

  /** The values as JSON, with commas between them. */
  *json(): Generator<string, void> {
    let isFirst = true;
    for (const page of this.texts()) {
      yield isFirst ? page : `,${page}`;
      isFirst = false;
    }
  }

  first(most: number): readonly Value[] {
    const values: Value[] = [];
    for (const value of this) {
      if (values.length >= most) break;
      values.push(value);
    }
    return values;
  }

  private *texts(): Generator<string, void> {
    for (const page of this.pages) yield inflateRawSync(page).toString();
    if (this.open.length > 0) yield this.open.join(',');
  }
}
