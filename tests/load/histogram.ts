/** Latencies in milliseconds, as a table of shares and a picture. */
export class Histogram {
  readonly title: string;
  readonly #values: number[] = [];

  constructor(title: string) {
    this.title = title;
  }

  add(ms: number): void {
    this.#values.push(Math.max(0, ms));
  }

  get count(): number {
    return this.#values.length;
  }

  /** The smallest value that this share of all does not exceed. */
  quantile(share: number): number {
    const sorted = [...this.#values].sort((one, other) => one - other);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  }

  print(write: (line: string) => void): void {
    const figures = [0.5, 0.95, 0.99, 1].map((share) => `${share === 1 ? 'max' : `p${share * 100}`} ${this.quantile(share).toFixed(0)} ms`);
    write(`${this.title} (n = ${this.count}): ${figures.join('   ')}`);
    for (const { label, count } of this.#bars()) {
      const share = count / Math.max(1, this.count);
      write(`  ${label.padStart(16)}  ${String(count).padStart(6)}  ${'#'.repeat(Math.round(share * 60))}`);
    }
    write('');
  }

  #bars(): { label: string; count: number }[] {
    const bars: { label: string; count: number }[] = [];
    const most = this.quantile(1);
    for (let from = 0, to = 5; from <= most; [from, to] = [to, to * 2]) {
      const count = this.#values.filter((value) => value >= from && value < to).length;
      bars.push({ label: `${from} - ${to} ms`, count });
    }
    return bars;
  }
}
