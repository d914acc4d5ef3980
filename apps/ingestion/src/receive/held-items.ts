import { deflateRawSync, inflateRawSync } from 'node:zlib';

const PAGE_CHARS = 256 * 1024;

/** Items of an answer that waits for its end: as JSON, deflated page by page, so that a million of them fit. */
export class HeldItems<Item> {
  private readonly pages: Buffer[] = [];
  private open: string[] = [];
  private openChars = 0;
  private held = 0;

  get count(): number {
    return this.held;
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      const text = JSON.stringify(item);
      this.open.push(text);
      this.openChars += text.length;
      this.held += 1;
      if (this.openChars >= PAGE_CHARS) this.closePage();
    }
  }

  /** The items with commas between them. */
  *json(): Generator<string> {
    for (const [index, page] of this.pages.entries()) {
      yield `${index === 0 ? '' : ','}${inflateRawSync(page).toString()}`;
    }
    if (this.open.length > 0) yield `${this.pages.length === 0 ? '' : ','}${this.open.join(',')}`;
  }

  /** At most so many, from the first on. */
  first(most: number): readonly Item[] {
    const items: Item[] = [];
    for (const page of [...this.pages.map((deflated) => () => inflateRawSync(deflated).toString()), () => this.open.join(',')]) {
      if (items.length >= most) break;
      items.push(...(JSON.parse(`[${page()}]`) as Item[]));
    }
    return items.slice(0, most);
  }

  private closePage(): void {
    this.pages.push(deflateRawSync(this.open.join(','), { level: 1 }));
    this.open = [];
    this.openChars = 0;
  }
}
