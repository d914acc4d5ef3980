import { randomUUID } from 'node:crypto';
import type { StoredMessage, Topic } from '@tickmark/contracts';
import type { EachBatchPayload, Kafka } from 'kafkajs';
import { connectKafka, withAdmin } from './kafka.js';
import type { KafkaSettings } from './kafka.js';
import { nameOnCluster } from './topics.js';

const FETCH = { minBytes: 1, maxWaitTimeInMs: 250, maxBytesPerPartition: 1_048_576, maxBytes: 4 * 1_048_576 };
/** Nothing comes although something must: longer than a broker's restart. */
const PATIENCE_MS = 120_000;

type Take = (messages: readonly StoredMessage[]) => Promise<void>;

/**
 * Hands over everything that a topic holds at the moment of the call, oldest first in each partition, and ends. What
 * `take` rejects with ends it too. Reads in a group of its own that is gone afterwards, so nobody's offsets are touched.
 */
export async function readTopic(settings: KafkaSettings, topic: Topic, take: Take): Promise<void> {
  const kafka = connectKafka(settings);
  const name = nameOnCluster(topic, settings.topicPrefix ?? '');
  const waiting = await endsOf(kafka, name);
  if (waiting.size === 0) return;
  const groupId = `${settings.clientId}-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, ...FETCH });
  const reading = Promise.withResolvers<undefined>();
  let lastMs = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - lastMs > PATIENCE_MS) reading.reject(new Error(`${topic}: nothing came for ${PATIENCE_MS / 1_000} s, though more is there`));
  }, PATIENCE_MS / 10);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: name, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        lastMs = performance.now();
        await handOver(payload, waiting, take).catch((error: unknown) => reading.reject(error));
        if (waiting.size === 0) reading.resolve(undefined);
      },
    });
    await reading.promise;
  } finally {
    clearInterval(watch);
    await consumer.disconnect();
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId])).catch((error: unknown) => settings.logger.debug({ err: error }, 'the group of a reading was not deleted'));
  }
}

/** Where each partition that holds something ends now. */
async function endsOf(kafka: Kafka, name: string): Promise<Map<number, number>> {
  const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(name));
  return new Map(offsets.filter(({ low, high }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]));
}

async function handOver(payload: EachBatchPayload, waiting: Map<number, number>, take: Take): Promise<void> {
  const { batch } = payload;
  const end = waiting.get(batch.partition);
  const messages = batch.messages.map(({ offset, key, value }) => ({ offset: Number(offset), key, value }));
  const wanted = end === undefined ? [] : messages.filter(({ offset }) => offset < end);
  if (wanted.length > 0) await take(wanted);
  payload.resolveOffset(batch.lastOffset());
  await payload.heartbeat();
  // By offset, not by the last message: what stands before the end may be gone already.
  if (end !== undefined && Number(batch.lastOffset()) + 1 >= end) waiting.delete(batch.partition);
}
