import type { JsonObject } from './json.js';
import type { Topic } from './topics.js';

/** A message as it lies in a partition. */
export interface StoredMessage {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** Where a reader stands when it does not know: what comes next comes after a hole. */
export const UNKNOWN_POSITION = -1;

/** Messages of one partition in their order, at least one. */
export interface MessageBatch {
  readonly topic: Topic;
  readonly partition: number;
  /**
   * Where the reader believes to stand. The handler compares it with the stored offset in its transaction. A first
   * message with a greater offset means a hole: the messages between are no longer in Kafka.
   */
  readonly position: number;
  readonly messages: readonly StoredMessage[];
  /** True once the partition was taken away or another position was asked for: nothing more should be done. */
  isStale(): boolean;
}

export type BatchOutcome =
  /** Committed: the stored offset is now `nextOffset`. */
  | { readonly kind: 'done'; readonly nextOffset: number }
  /** The stored offset is not where this reader stands: another one moved it. Nothing was changed. */
  | { readonly kind: 'elsewhere'; readonly nextOffset: number }
  /** Nothing was changed; the same batch is tried again. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Where the offsets that count are kept; Kafka's own are only a hint. */
export interface OffsetStore {
  /** The next offset of each of the topic's partitions; what was never read begins at 0. */
  positions(topic: Topic, partitions: number): Promise<ReadonlyMap<number, number>>;
  /** The partition no longer reaches the stored offset (the topic was made anew): from here on the position is unknown. */
  forget(topic: Topic, partition: number): Promise<void>;
}

export interface OutboxRow {
  readonly id: number;
  readonly topic: Topic;
  readonly key: string;
  readonly message: JsonObject;
}

/** The outbox as its one relay sees it. */
export interface WaitingOutbox {
  /** The oldest rows that are not sent, in the order of their ids. */
  waiting(limit: number): Promise<readonly OutboxRow[]>;
  markSent(ids: readonly number[]): Promise<void>;
}

export interface OutboxSource {
  /** Runs `work` while this process is the one relay; false at once when another one is. */
  exclusively(work: (outbox: WaitingOutbox) => Promise<void>): Promise<boolean>;
}
