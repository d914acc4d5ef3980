import type { Topic } from './topics.js';

/** One record for Kafka; `value` is the message as JSON text. */
export interface OutgoingRecord {
  readonly key: string;
  readonly value: string;
  /** Explicit; without it the sender takes `partitionOf(key, partitions)`. */
  readonly partition?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends records and resolves when all of them are acknowledged by all in-sync replicas (`acks: -1`); rejects otherwise,
 * and then some of them may be there. Records of one call keep their order within a partition. The caller sees to it
 * that at most one call is in flight for each partition.
 */
export interface BatchSender {
  send(topic: Topic, records: readonly OutgoingRecord[]): Promise<void>;
  /** How many partitions the topic has; asked again after an error. */
  partitions(topic: Topic): Promise<number>;
}
