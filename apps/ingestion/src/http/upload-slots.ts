import { HttpProblem, retryAfter } from '@tickmark/platform';

const MOST_UPLOADS = 2;
const RETRY_MS = 5_000;

/** Large deliveries that are read at the same time: each holds memory and a good part of the ledger's appends. */
export class UploadSlots {
  private taken = 0;
  private readonly stopping = new AbortController();

  constructor(private readonly most: number = MOST_UPLOADS) {}

  /** Aborted when the process ends: what is under way is broken off, and can be sent again elsewhere. */
  get stop(): AbortSignal {
    return this.stopping.signal;
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.taken >= this.most) {
      throw new HttpProblem(503, `${this.most} large deliveries are read at the moment; send this one again.`, { headers: retryAfter(RETRY_MS) });
    }
    this.taken += 1;
    try {
      return await work();
    } finally {
      this.taken -= 1;
    }
  }

  close(): void {
    this.stopping.abort();
  }
}
