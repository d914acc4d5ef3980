import kafkajs from 'kafkajs';
import { testAddress } from './test-environment.js';
import { uniqueName } from './unique-name.js';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
}

/** Tells every record of a topic, named as on the cluster, from its beginning on; in the order of each partition. */
export async function followTopic(topic: string, onRecord: (record: TopicRecord) => void): Promise<AsyncDisposable> {
  const kafka = new kafkajs.Kafka({
    clientId: 'spec',
    brokers: testAddress('KAFKA_BROKERS').split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: uniqueName('reader'), maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      onRecord({ partition, offset: Number(message.offset), key: message.key?.toString() ?? '', value: message.value?.toString() ?? '' });
      return Promise.resolve();
    },
  });
  return { [Symbol.asyncDispose]: () => consumer.disconnect() };
}
