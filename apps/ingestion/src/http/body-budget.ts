import { HttpProblem, retryAfter } from '@tickmark/platform';

const MOST_BYTES = 128 * 1024 * 1024;
const RETRY_MS = 1_000;

/** All bodies that are in memory at once, together: many large deliveries at the same time wait for their turn. */
export class BodyBudget {
  private spent = 0;

  constructor(private readonly mostBytes: number = MOST_BYTES) {}

  async spend(bytes: number, work: () => Promise<void>): Promise<void> {
    if (this.spent > 0 && this.spent + bytes > this.mostBytes) {
      throw new HttpProblem(503, 'Too many large deliveries come at the same time; send this one again.', { headers: retryAfter(RETRY_MS) });
    }
    this.spent += bytes;
    try {
      await work();
    } finally {
      this.spent -= bytes;
    }
  }
}
