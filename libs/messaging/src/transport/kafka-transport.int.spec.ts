import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch, OffsetStore } from '@tickmark/contracts';
import { createLogger } from '@tickmark/platform';
import { eventually, testAddress, uniqueTopicPrefix } from '@tickmark/testing';
import { KafkaBatchSender } from '../batch-sender.js';
import { connectKafka, withAdmin } from '../kafka.js';
import { ensureTopics, nameOnCluster } from '../topics.js';
import { KafkaTransport } from './kafka-transport.js';

const TOPIC = TOPICS.controlEvents;
const logger = createLogger('spec', process.env['SPEC_LOG'] ?? 'silent');

class MemoryOffsets implements OffsetStore {
  readonly next = new Map<number, number>();
  readonly forgotten: number[] = [];
  positions(_topic: string, partitions: number) {
    for (let partition = 0; partition < partitions; partition += 1) if (!this.next.has(partition)) this.next.set(partition, 0);
    return Promise.resolve(new Map(this.next));
  }
  forget(_topic: string, partition: number) {
    this.forgotten.push(partition);
    this.next.set(partition, -1);
    return Promise.resolve();
  }
}

jest.setTimeout(120_000);

let prefix: string;
let settings: { brokers: string[]; clientId: string; logger: typeof logger; topicPrefix: string };
let sender: KafkaBatchSender;
let offsets: MemoryOffsets;
let running: KafkaTransport[];

beforeEach(async () => {
  prefix = uniqueTopicPrefix();
  settings = { brokers: testAddress('KAFKA_BROKERS').split(','), clientId: 'spec', logger, topicPrefix: prefix };
  await ensureTopics(settings, { partitions: 2 });
  sender = new KafkaBatchSender(settings);
  offsets = new MemoryOffsets();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((transport) => transport.close()));
  await sender.close();
});

const send = (partition: number, ...values: string[]) => sender.send(TOPIC, values.map((value) => ({ key: 'k', value, partition })));

interface Seen {
  readonly partition: number;
  readonly position: number;
  readonly offsets: readonly number[];
  readonly texts: readonly string[];
}

/** A reader that keeps what it was given, and moves the stored offset as a handler's transaction would. */
function reader(answer: (batch: MessageBatch) => BatchOutcome | undefined = () => undefined) {
  const seen: Seen[] = [];
  const transport = new KafkaTransport({
    ...settings,
    groupId: `${prefix}group`,
    offsets,
    onDead: (reason) => {
      throw new Error(reason);
    },
  });
  transport.addHandler(TOPIC, (batch: MessageBatch): Promise<BatchOutcome> => {
    const special = answer(batch);
    if (special !== undefined) return Promise.resolve(special);
    seen.push({
      partition: batch.partition,
      position: batch.position,
      offsets: batch.messages.map(({ offset }) => offset),
      texts: batch.messages.map(({ value }) => Buffer.from(value ?? []).toString()),
    });
    const nextOffset = (batch.messages.at(-1)?.offset ?? 0) + 1;
    offsets.next.set(batch.partition, nextOffset);
    return Promise.resolve({ kind: 'done', nextOffset });
  }, true);
  transport.listen(() => undefined);
  running.push(transport);
  return { transport, seen, texts: () => seen.flatMap(({ texts }) => texts) };
}

it('reads each partition from its beginning, in order', async () => {
  await send(0, 'a0', 'a1', 'a2');
  await send(1, 'b0');
  const { seen, texts } = reader();
  await eventually(() => expect(texts().sort()).toEqual(['a0', 'a1', 'a2', 'b0']));
  expect(seen.filter(({ partition }) => partition === 0).flatMap((one) => one.offsets)).toEqual([0, 1, 2]);
});

it('begins at the stored offset, whatever Kafka believes', async () => {
  await send(0, 'a0', 'a1', 'a2');
  const first = reader();
  await eventually(() => expect(first.texts()).toEqual(['a0', 'a1', 'a2']));
  await first.transport.close();
  running = [];
  offsets.next.set(0, 1);
  const second = reader();
  await eventually(() => expect(second.texts()).toEqual(['a1', 'a2']));
  expect(second.seen[0]?.position).toBe(1);
});

it('hands over a hole that retention made, with the position before it', async () => {
  await send(0, 'a0', 'a1', 'a2', 'a3');
  const topic = nameOnCluster(TOPIC, prefix);
  await withAdmin(connectKafka(settings), async (admin) => {
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
  });
  offsets.next.set(0, 1);
  const { seen } = reader();
  await eventually(() => expect(seen).toEqual([{ partition: 0, position: 1, offsets: [3], texts: ['a3'] }]));
});

it('knows that a topic was made anew, and begins with an unknown position', async () => {
  offsets.next.set(0, 50);
  await send(0, 'a0');
  const { seen } = reader();
  await eventually(() => expect(seen).toEqual([{ partition: 0, position: -1, offsets: [0], texts: ['a0'] }]));
  expect(offsets.forgotten).toEqual([0]);
});

it('tries what failed again, and hands over nothing later before it', async () => {
  let failures = 2;
  const { texts } = reader(() => (failures-- > 0 ? { kind: 'failed', error: new Error('the database is away') } : undefined));
  await send(0, 'a0');
  await send(0, 'a1');
  await eventually(() => expect(texts()).toEqual(['a0', 'a1']));
});

it('goes where another reader moved the stored offset', async () => {
  await send(0, 'a0', 'a1', 'a2');
  let fenced = false;
  const { texts } = reader(() => {
    if (fenced) return undefined;
    fenced = true;
    offsets.next.set(0, 2);
    return { kind: 'elsewhere', nextOffset: 2 };
  });
  await eventually(() => expect(texts()).toEqual(['a2']));
});

it('two readers share the partitions, and one takes over when the other ends', async () => {
  const first = reader();
  const second = reader();
  await send(0, 'a0');
  await send(1, 'b0');
  await eventually(() => expect([...first.texts(), ...second.texts()].sort()).toEqual(['a0', 'b0']), { limitMs: 20_000 });
  await first.transport.close();
  running = [second.transport];
  await send(0, 'a1');
  await send(1, 'b1');
  await eventually(() => expect(new Set([...first.texts(), ...second.texts()])).toEqual(new Set(['a0', 'b0', 'a1', 'b1'])), { limitMs: 20_000 });
});

it('answers whether Kafka is there', async () => {
  const { transport } = reader();
  await expect(transport.check()).resolves.toBeUndefined();
});
