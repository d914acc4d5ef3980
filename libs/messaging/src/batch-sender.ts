import { partitionOf } from '@tickmark/contracts';
import type { BatchSender, OutgoingRecord, Topic } from '@tickmark/contracts';
import kafkajs from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import { connectKafka, withAdmin } from './kafka.js';
import type { KafkaSettings } from './kafka.js';
import { nameOnCluster } from './topics.js';

const ALL_IN_SYNC_REPLICAS = -1;
const SEND_TIMEOUT_MS = 10_000;
const RETRIES = { retries: 4, initialRetryTime: 100, maxRetryTime: 1_000 };
const PARTITIONS_VALID_MS = 30_000;

/**
 * Sends with all acknowledgements and bounded retries. After a failure the producer is thrown away and the next call
 * connects anew: a client that was cut off is never trusted to heal. No idempotence and no transactions of Kafka:
 * readers drop doubles by ledger index or sequence.
 */
export class KafkaBatchSender implements BatchSender {
  readonly #kafka: Kafka;
  readonly #prefix: string;
  #producer: Promise<Producer> | undefined;
  readonly #partitions = new Map<Topic, { readonly count: number; readonly askedAtMs: number }>();

  constructor(settings: KafkaSettings) {
    this.#kafka = connectKafka(settings);
    this.#prefix = settings.topicPrefix ?? '';
  }

  async send(topic: Topic, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    const producer = this.#connected();
    try {
      const partitions = await this.partitions(topic);
      await (await producer).send({
        topic: nameOnCluster(topic, this.#prefix),
        acks: ALL_IN_SYNC_REPLICAS,
        timeout: SEND_TIMEOUT_MS,
        messages: records.map((record) => toMessage(record, partitions)),
      });
    } catch (error) {
      this.#partitions.delete(topic);
      this.#dropProducer(producer);
      throw new Error(`${records.length} message(s) could not be sent to ${topic}`, { cause: error });
    }
  }

  async partitions(topic: Topic): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined && performance.now() - known.askedAtMs < PARTITIONS_VALID_MS) return known.count;
    const count = await countPartitions(this.#kafka, nameOnCluster(topic, this.#prefix));
    this.#partitions.set(topic, { count, askedAtMs: performance.now() });
    return count;
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await (await producer?.catch(() => undefined))?.disconnect();
  }

  #connected(): Promise<Producer> {
    this.#producer ??= connect(this.#kafka);
    return this.#producer;
  }

  #dropProducer(failed: Promise<Producer>): void {
    if (this.#producer === failed) this.#producer = undefined;
    void failed.then((producer) => producer.disconnect()).catch(() => undefined);
  }
}

async function connect(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    // The partition is always explicit; naming a partitioner keeps kafkajs from warning about its default.
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    retry: RETRIES,
  });
  await producer.connect();
  return producer;
}

export async function countPartitions(kafka: Kafka, name: string): Promise<number> {
  const { topics } = await withAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: [name] }));
  const count = topics[0]?.partitions.length ?? 0;
  if (count === 0) throw new Error(`the topic ${name} has no partitions; create the topics first`);
  return count;
}

function toMessage({ key, value, partition, headers }: OutgoingRecord, partitions: number): Message {
  const message = { key, value, partition: partition ?? partitionOf(key, partitions) };
  return headers === undefined ? message : { ...message, headers: { ...headers } };
}
