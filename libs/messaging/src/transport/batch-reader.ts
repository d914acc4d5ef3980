import type { BatchOutcome, MessageBatch, StoredMessage } from '@tickmark/contracts';
import type { Logger } from '@tickmark/platform';
import { align } from './alignment.js';
import type { Standing, Standings } from './standings.js';

/** What Kafka hands over of one partition, and what can be done with it. */
export interface Delivered {
  readonly partition: number;
  readonly messages: readonly StoredMessage[];
  readonly endOffset: number;
  seek(offset: number): void;
  /** The next fetch begins after this offset. */
  resolve(offset: number): void;
  /** Rejects when the partition is being taken away. */
  heartbeat(): Promise<void>;
  isRunning(): boolean;
  isStale(): boolean;
}

export type BatchHandler = (batch: MessageBatch) => Promise<BatchOutcome>;

export interface ReaderLimits {
  /** Messages handed to the handler at once: one transaction. */
  readonly batchMax: number;
  readonly heartbeatMs: number;
  readonly retryMs: number;
  readonly retryMsMax: number;
  /** A handler that works longer than this hangs. */
  readonly workMsMax: number;
}

/**
 * Reads one topic: brings Kafka to the stored offset, hands over slices, moves on only after the handler has committed,
 * and tries the same slice again for as long as the handler fails. Nothing is skipped here.
 */
export class BatchReader {
  /** Handlers that fail now (their server is away), and handlers at work: no fault of the consumer. */
  #failing = 0;
  #working = 0;
  #workedMs = 0;

  constructor(
    private readonly standings: Standings,
    private readonly handler: BatchHandler,
    private readonly limits: ReaderLimits,
    private readonly logger: Logger,
  ) {}

  /** Whether standing still has a reason outside the consumer; a handler that never ends is none for ever. */
  isExcused(nowMs: number): boolean {
    return this.#failing > 0 || (this.#working > 0 && nowMs - this.#workedMs < this.limits.workMsMax);
  }

  async read(delivered: Delivered): Promise<void> {
    const { messages, partition } = delivered;
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return;
    const standing = await this.#retrying(delivered, () => this.standings.of(partition));
    if (standing === undefined) return;
    const where = align(standing, { firstOffset: first.offset, lastOffset: last.offset, endOffset: delivered.endOffset });
    if (where === 'seek') {
      this.#seek(delivered, standing);
      return;
    }
    standing.sought = true;
    if (where === 'lost') {
      this.logger.warn({ topic: this.standings.topic, partition, position: standing.position }, 'the partition was made anew');
      if ((await this.#retrying(delivered, () => this.standings.lost(partition, standing).then(() => true))) === undefined) return;
    }
    await this.#readFrom(delivered, standing);
  }

  #seek(delivered: Delivered, standing: Standing): void {
    standing.sought = true;
    delivered.seek(standing.position);
  }

  async #readFrom(delivered: Delivered, standing: Standing): Promise<void> {
    const wanted = delivered.messages.filter(({ offset }) => offset >= standing.position);
    for (let at = 0; at < wanted.length; at += this.limits.batchMax) {
      if (!(await this.#handle(delivered, standing, wanted.slice(at, at + this.limits.batchMax)))) return;
      await delivered.heartbeat();
    }
  }

  /** True when the slice is done and the next one may come. */
  async #handle(delivered: Delivered, standing: Standing, messages: readonly StoredMessage[]): Promise<boolean> {
    const outcome = await this.#retrying(delivered, async () => {
      const { topic } = this.standings;
      const isStale = () => delivered.isStale() || !delivered.isRunning();
      const answer = await this.handler({ topic, partition: delivered.partition, position: standing.position, messages, isStale });
      if (answer.kind === 'failed') throw answer.error instanceof Error ? answer.error : new Error(String(answer.error));
      return answer;
    });
    if (outcome === undefined) return false;
    standing.position = outcome.nextOffset;
    if (outcome.kind === 'done') {
      delivered.resolve(outcome.nextOffset - 1);
      return true;
    }
    this.logger.warn({ topic: this.standings.topic, partition: delivered.partition }, 'another reader moved the stored offset');
    this.#seek(delivered, standing);
    return false;
  }

  /** Until it succeeds; undefined when the partition is no longer ours to read. Rejects when the group says so. */
  async #retrying<T>(delivered: Delivered, work: () => Promise<T>): Promise<T | undefined> {
    let failing = false;
    try {
      for (let waitMs = this.limits.retryMs; delivered.isRunning() && !delivered.isStale(); waitMs = Math.min(waitMs * 2, this.limits.retryMsMax)) {
        const answer = await this.#whileBeating(delivered, () => work().then((value) => ({ value }), (error: unknown) => ({ error })));
        if ('value' in answer) return answer.value;
        if (!failing) this.#failing += 1;
        failing = true;
        this.logger.warn({ err: answer.error, topic: this.standings.topic, partition: delivered.partition, waitMs }, 'a batch failed and is tried again');
        await this.#whileBeating(delivered, () => pauseWhile(waitMs, () => delivered.isRunning()));
      }
      return undefined;
    } finally {
      if (failing) this.#failing -= 1;
    }
  }

  /** Long work keeps the partition by heartbeats; when the group takes it away, that is said after the work. */
  async #whileBeating<T>(delivered: Delivered, work: () => Promise<T>): Promise<T> {
    let lost: unknown;
    this.#working += 1;
    this.#workedMs = performance.now();
    const timer = setInterval(() => {
      delivered.heartbeat().catch((error: unknown) => {
        lost ??= error;
      });
    }, this.limits.heartbeatMs);
    try {
      const value = await work();
      if (lost !== undefined) throw lost as Error;
      return value;
    } finally {
      clearInterval(timer);
      this.#working -= 1;
      this.#workedMs = performance.now();
    }
  }
}

const STEP_MS = 200;

async function pauseWhile(ms: number, wanted: () => boolean): Promise<void> {
  for (let left = ms; left > 0 && wanted(); left -= STEP_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, STEP_MS)));
  }
}
