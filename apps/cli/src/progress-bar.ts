import { SingleBar } from 'cli-progress';
import type { Terminal } from './io.js';

/** One line on a terminal that says how far something is; elsewhere only waiting is told. */
export class ProgressBar {
  private readonly bar: SingleBar | undefined;

  constructor(
    private readonly terminal: Terminal,
    total: number,
    format: string,
  ) {
    const looks = { format, clearOnComplete: true, hideCursor: true };
    this.bar = terminal.isTerminal ? new SingleBar(looks) : undefined;
    this.bar?.start(total, 0, { note: '' });
  }

  advance(items: number): void {
    this.bar?.increment(items, { note: '' });
  }

  reach(items: number, note: string): void {
    this.bar?.update(items, { note });
  }

  waiting(reason: string, ms: number): void {
    const note = `${reason}; trying again in ${(ms / 1_000).toFixed(1)} s`;
    if (this.bar === undefined) this.terminal.write(`tickmark: ${note}\n`);
    else this.bar.update({ note });
  }

  end(): void {
    this.bar?.stop();
  }
}
