import kafkajs from 'kafkajs';
import { eventually } from './eventually.js';
import { testAddress } from './test-environment.js';
import { uniqueName } from './unique-name.js';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

interface ReadOptions {
  /** As it is named on the cluster. */
  readonly topic: string;
  /** Looks at all that was read so far, and throws until it is enough. */
  readonly until: (records: readonly TopicRecord[]) => void;
  readonly limitMs?: number;
}

/** What stands in a topic, from its beginning; in the order of each partition. */
export async function readTopic({ topic, until, limitMs = 30_000 }: ReadOptions): Promise<readonly TopicRecord[]> {
  const kafka = new kafkajs.Kafka({
    clientId: 'spec',
    brokers: testAddress('KAFKA_BROKERS').split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: uniqueName('reader') });
  const records: TopicRecord[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ partition, message }) => {
        records.push({ partition, offset: Number(message.offset), key: message.key?.toString() ?? '', value: message.value?.toString() ?? '' });
        return Promise.resolve();
      },
    });
    await eventually(() => until(records), { limitMs });
    return records;
  } finally {
    await consumer.disconnect();
  }
}
