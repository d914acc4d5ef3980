import type { Clock } from '@tickmark/platform';

/** The time of the story. It never goes back. */
export class StoryClock implements Clock {
  #nowMs: number;

  constructor(beginMs: number) {
    this.#nowMs = beginMs;
  }

  now(): number {
    return this.#nowMs;
  }

  goTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
  }
}
