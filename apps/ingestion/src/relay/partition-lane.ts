import type { OutgoingRecord } from '@tickmark/contracts';

/** What waits for a partition: evidence, or a tick that may only follow what stands before it. */
export interface LaneEntry {
  readonly leafIndex: number;
  readonly kind: 'evidence' | 'tick';
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly receivedAtMs: number;
}

interface LaneOptions {
  /** Resolves when all are acknowledged. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  acknowledged(entries: readonly LaneEntry[]): void;
  failed(error: unknown): void;
  /** Waits before the next attempt; cut short when the lane is closed. */
  pause(ms: number): Promise<void>;
}

const MOST_RECORDS = 1_000;
const MOST_BYTES = 700_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The way to one partition: in order, at most one send in flight, and after a failure the same records again until
 * they are acknowledged. A tick goes by itself, after everything before it was acknowledged.
 */
export class PartitionLane {
  private queue: LaneEntry[] = [];
  private sending: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: LaneOptions) {}

  push(entry: LaneEntry): void {
    const tail = this.queue.at(-1);
    // Behind an outage one tick says as much as hundreds; the first in the queue may be on its way already.
    if (entry.kind === 'tick' && tail?.kind === 'tick' && this.queue.length > 1) this.queue[this.queue.length - 1] = entry;
    else this.queue.push(entry);
  }

  /** Sends what waits; called after pushing, as often as one likes. */
  flush(): void {
    if (this.closed || this.queue.length === 0) return;
    this.sending ??= this.sendAll().finally(() => {
      this.sending = undefined;
    });
  }

  /** The first leaf that is not acknowledged; undefined when all are. */
  get firstWaiting(): number | undefined {
    return this.firstEvidence()?.leafIndex;
  }

  get firstReceivedAtMs(): number | undefined {
    return this.firstEvidence()?.receivedAtMs;
  }

  private firstEvidence(): LaneEntry | undefined {
    return this.queue.find((entry) => entry.kind === 'evidence');
  }

  /** No further attempts; resolves when the send in flight has ended. */
  async close(): Promise<void> {
    this.closed = true;
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (this.queue.length > 0 && !this.closed) {
      const batch = this.queue.slice(0, batchSize(this.queue));
      try {
        await this.options.send(batch.map((entry) => entry.record));
        this.queue = this.queue.slice(batch.length);
        this.options.acknowledged(batch);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.options.failed(error);
        await this.options.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }
}

function batchSize(queue: readonly LaneEntry[]): number {
  if (queue[0]?.kind === 'tick') return 1;
  let bytes = 0;
  for (const [index, entry] of queue.entries()) {
    bytes += entry.bytes;
    const isFull = index >= MOST_RECORDS || bytes > MOST_BYTES;
    if (index > 0 && (isFull || entry.kind === 'tick')) return index;
  }
  return queue.length;
}
