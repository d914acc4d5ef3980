import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, OffsetStore, Topic } from '@tickmark/contracts';
import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { lastValueFrom } from 'rxjs';
import { countPartitions } from '../batch-sender.js';
import { connectKafka, withAdmin } from '../kafka.js';
import type { KafkaSettings } from '../kafka.js';
import { nameOnCluster } from '../topics.js';
import { BatchReader } from './batch-reader.js';
import type { Delivered } from './batch-reader.js';
import { Standings } from './standings.js';
import { Watchdog } from './watchdog.js';

/** Given to every `@EventPattern(topic, KAFKA_TRANSPORT)`: without it Nest would also register the handler elsewhere. */
export const KAFKA_TRANSPORT = Symbol.for('tickmark.kafka');

export interface KafkaTransportSettings extends KafkaSettings {
  readonly groupId: string;
  readonly offsets: OffsetStore;
  /** Ends the process: the consumer is dead, and only a new process helps. */
  readonly onDead: (reason: string) => void;
  /** Partitions read at once, a database connection each. */
  readonly concurrency?: number;
  readonly batchMax?: number;
  readonly patienceMs?: number;
}

const DEFAULTS = { concurrency: 3, batchMax: 2_000, patienceMs: 60_000 };
const SESSION = { sessionTimeout: 8_000, heartbeatInterval: 2_000, rebalanceTimeout: 15_000 };
const FETCH = { minBytes: 1, maxWaitTimeInMs: 250, maxBytesPerPartition: 4 * 1_048_576, maxBytes: 16 * 1_048_576 };
const METADATA_MS = 30_000;
const READER = { heartbeatMs: 1_000, retryMs: 200, retryMsMax: 5_000, workMsMax: 600_000 };
const CONNECT_AGAIN_MS = 1_000;
const LOOK_EVERY_MS = 5_000;
const HINT_EVERY_MS = 5_000;

interface Reading {
  readonly standings: Standings;
  readonly reader: BatchReader;
  readonly watchdog: Watchdog;
  hintedMs: number;
}

/**
 * Nest transport over kafkajs that hands whole batches to one handler a topic, `(batch: MessageBatch) => BatchOutcome`.
 * Kafka's committed offsets are a hint for other tools; the handler's store is what counts.
 */
export class KafkaTransport extends Server implements CustomTransportStrategy {
  override readonly transportId = KAFKA_TRANSPORT;
  override readonly propagatesEventHandlerErrors = true;
  readonly #settings: KafkaTransportSettings & typeof DEFAULTS;
  readonly #kafka: Kafka;
  readonly #readings = new Map<string, Reading>();
  #consumer: Consumer | undefined;
  /** As soon as it exists: it joins before `run` is over. */
  #joined: Consumer | undefined;
  #running: Promise<void> | undefined;
  #closing = false;
  #lastSignMs = performance.now();
  #looking: NodeJS.Timeout | undefined;

  constructor(settings: KafkaTransportSettings) {
    super();
    this.#settings = { ...DEFAULTS, ...settings };
    this.#kafka = connectKafka(settings);
  }

  /** Calls back at once: with Kafka away the app starts, says so in /readyz, and goes on trying. */
  listen(callback: () => void): void {
    for (const topic of this.#topics()) this.#readings.set(nameOnCluster(topic, this.#settings.topicPrefix), this.#makeReading(topic));
    this.#running = this.#connect();
    this.#looking = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    callback();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#looking);
    await this.#running;
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    await this.#hintAll(consumer).catch(() => undefined);
    await consumer.disconnect().catch((error: unknown) => this.#settings.logger.warn({ err: error }, 'the consumer did not close'));
  }

  on(): never {
    throw new Error('KafkaTransport has no events of its own');
  }

  unwrap(): never {
    throw new Error('KafkaTransport keeps its client to itself');
  }

  /** Resolves when Kafka answers, for /readyz. */
  async check(): Promise<undefined> {
    await withAdmin(this.#kafka, (admin) => admin.describeCluster());
    return undefined;
  }

  /** Messages that wait in the partitions of this process, as of the last look (every five seconds). */
  lag(): readonly { readonly topic: Topic; readonly messages: number }[] {
    return [...this.#readings.values()].map(({ standings, watchdog }) => ({ topic: standings.topic, messages: watchdog.lag }));
  }

  #topics(): readonly Topic[] {
    return Object.values(TOPICS).filter((topic) => this.messageHandlers.has(topic));
  }

  #makeReading(topic: Topic): Reading {
    const { topicPrefix, offsets, logger, batchMax, patienceMs } = this.#settings;
    const name = nameOnCluster(topic, topicPrefix);
    const standings = new Standings(topic, offsets, () => countPartitions(this.#kafka, name));
    const reader = new BatchReader(standings, (batch) => this.#call(topic, batch), { ...READER, batchMax }, logger);
    const watchdog = new Watchdog(
      {
        endOffsets: () => this.#seekAll(name, standings).then(() => this.#endOffsets(name)),
        positions: () => standings.known(),
        isExcused: (nowMs) => reader.isExcused(nowMs),
        lastSignMs: () => this.#lastSignMs,
      },
      patienceMs,
    );
    return { standings, reader, watchdog, hintedMs: 0 };
  }

  async #call(topic: Topic, batch: unknown): Promise<BatchOutcome> {
    const handler = this.getHandlerByPattern(topic);
    if (handler === null) throw new Error(`no handler for ${topic}`);
    return lastValueFrom(this.transformToObservable<BatchOutcome>((await handler(batch)) as BatchOutcome));
  }

  async #connect(): Promise<void> {
    while (!this.#closing) {
      const consumer = this.#makeConsumer();
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: [...this.#readings.keys()], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: this.#settings.concurrency,
          eachBatch: (payload) => this.#eachBatch(consumer, payload),
        });
        this.#consumer = consumer;
        return;
      } catch (error) {
        this.#settings.logger.warn({ err: error }, 'cannot read from Kafka yet');
        await consumer.disconnect().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
      }
    }
  }

  /** Kafka's hint may lie beyond the stored offset, and then no batch would come that shows it. */
  async #seekAll(topic: string, standings: Standings): Promise<void> {
    for (const { partition, position } of await standings.toSeek()) {
      this.#joined?.seek({ topic, partition, offset: offsetText(position) });
    }
  }

  #makeConsumer(): Consumer {
    const consumer = this.#kafka.consumer({
      groupId: this.#settings.groupId,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MS,
      retry: { retries: 3, initialRetryTime: 300, maxRetryTime: 3_000, restartOnFailure: () => Promise.resolve(!this.#closing) },
      ...SESSION,
      ...FETCH,
    });
    this.#joined = consumer;
    const { GROUP_JOIN, FETCH: FETCHED, HEARTBEAT, CRASH } = consumer.events;
    const alive = () => {
      this.#lastSignMs = performance.now();
    };
    consumer.on(GROUP_JOIN, ({ payload }) => {
      alive();
      for (const [topic, { standings }] of this.#readings) {
        standings.assign(payload.memberAssignment[topic] ?? []);
        this.#seekAll(topic, standings).catch((error: unknown) => this.#settings.logger.warn({ err: error }, 'stored offsets cannot be read yet'));
      }
    });
    consumer.on(FETCHED, alive);
    consumer.on(HEARTBEAT, alive);
    consumer.on(CRASH, ({ payload }) => {
      if (!payload.restart && !this.#closing) this.#settings.onDead(`the Kafka consumer crashed: ${payload.error.message}`);
    });
    return consumer;
  }

  async #eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const reading = this.#readings.get(payload.batch.topic);
    if (reading === undefined) return;
    await reading.reader.read(toDelivered(consumer, payload));
    if (performance.now() - reading.hintedMs < HINT_EVERY_MS) return;
    reading.hintedMs = performance.now();
    await this.#hintAll(consumer);
  }

  /** Tells Kafka how far we are, for whoever looks at the group's lag; a failure changes nothing. */
  async #hintAll(consumer: Consumer): Promise<void> {
    const offsets = [...this.#readings].flatMap(([topic, { standings }]) =>
      standings.known().map(({ partition, position }) => ({ topic, partition, offset: String(position) })),
    );
    if (offsets.length === 0) return;
    await consumer.commitOffsets(offsets).catch((error: unknown) => this.#settings.logger.debug({ err: error }, 'offsets were not hinted to Kafka'));
  }

  async #endOffsets(name: string): Promise<ReadonlyMap<number, number>> {
    const offsets = await withAdmin(this.#kafka, (admin) => admin.fetchTopicOffsets(name));
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  }

  async #look(): Promise<void> {
    for (const { watchdog } of this.#readings.values()) {
      const reason = await watchdog.look(() => performance.now());
      if (reason !== undefined && !this.#closing) this.#settings.onDead(reason);
    }
  }
}

const EARLIEST = '-2';
const offsetText = (position: number): string => (position < 0 ? EARLIEST : String(position));

function toDelivered(consumer: Consumer, payload: EachBatchPayload): Delivered {
  const { batch } = payload;
  const { topic, partition } = batch;
  return {
    partition,
    endOffset: Number(batch.highWatermark),
    messages: batch.messages.map(({ offset, key, value }) => ({ offset: Number(offset), key, value })),
    seek: (offset) => consumer.seek({ topic, partition, offset: offsetText(offset) }),
    resolve: (offset) => payload.resolveOffset(String(offset)),
    heartbeat: () => payload.heartbeat(),
    isRunning: () => payload.isRunning(),
    isStale: () => payload.isStale(),
  };
}
