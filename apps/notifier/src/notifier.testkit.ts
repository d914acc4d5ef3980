import { TOPICS, toInstant } from '@tickmark/contracts';
import { KafkaBatchSender, ensureTopics } from '@tickmark/messaging';
import { Database } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import { createLogger, parseConfig } from '@tickmark/platform';
import { WebhookSink, eventually, makeTestDatabase, testAddress, uniqueTopicPrefix } from '@tickmark/testing';
import type { TestDatabase } from '@tickmark/testing';
import { createNotifier } from './create-notifier.js';
import { notifierEnvironment } from './notifier.config.js';
import type { NotifierTuning } from './tuning.js';

const PARTITIONS = 3;

/** Waits that a spec can live with; everything else is as in production. */
const QUICK: Partial<NotifierTuning> = {
  retryScheduleMs: [300, 300, 300],
  digest: { quietMs: 600, limitMs: 5_000 },
  leaseMs: 2_000,
  sendTimeoutMs: 1_000,
  reconcileEveryMs: 100,
  overdueMs: 500,
  releaseEveryMs: 50,
  watchEveryMs: 100,
};

let sequence = 0;

interface Written {
  readonly key: string;
  readonly value: string;
}

interface Choices {
  readonly id?: string;
  readonly account?: string;
  readonly control?: string;
  readonly combined?: boolean;
  readonly backfill?: boolean;
  readonly owner?: string;
}

const STATUS = { opened: 'open', closed: 'closed', withdrawn: 'withdrawn' } as const;
const ENDS = { opened: [], closed: ['remediatedAt', 'verifiedAt'], withdrawn: ['withdrawnAt'] } as const;

/** A state change as the evaluator sends it. */
export function change(kind: keyof typeof STATUS, { id = 'd1', account = 'ada', control = 'admin-mfa', ...rest }: Choices = {}): Written {
  sequence += 1;
  const now = toInstant(Date.now());
  const ends = Object.fromEntries(ENDS[kind].map((name) => [name, now]));
  const message = {
    schemaVersion: 1,
    id: `m${sequence}`,
    epoch: 1,
    sequence,
    occurredAt: now,
    causedBy: 'e1',
    kind: `deviation-${kind}`,
    control,
    check: 'second-factor',
    key: account,
    title: 'Administrators sign in with a second factor',
    severity: 'critical',
    owner: rest.owner ?? 'it-operations',
    version: 'abc',
    receivedAt: now,
    combined: rest.combined ?? false,
    backfill: rest.backfill ?? false,
    deviation: { id, status: STATUS[kind], occurredAt: now, detectedAt: now, ...ends, evidenceIds: ['e1'] },
  };
  return { key: `${control}/second-factor/${account}`, value: JSON.stringify(message) };
}

/** Servers, topics, a database and a sink of one spec, and notifiers that are started and stopped at will. */
export class NotifierStage implements AsyncDisposable {
  readonly #running = new Set<{ close(): Promise<void> }>();

  private constructor(
    readonly prefix: string,
    readonly sink: WebhookSink,
    readonly database: Database,
    private readonly testDatabase: TestDatabase,
    private readonly sender: KafkaBatchSender,
  ) {}

  static async set(): Promise<NotifierStage> {
    const prefix = uniqueTopicPrefix();
    const kafka = { brokers: testAddress('KAFKA_BROKERS').split(','), clientId: 'spec', topicPrefix: prefix, logger: createLogger('spec', 'silent') };
    const [testDatabase, sink] = await Promise.all([makeTestDatabase(), WebhookSink.start(), ensureTopics(kafka, { partitions: PARTITIONS })]);
    const database = new Database({ url: testDatabase.url, app: 'spec', maxConnections: 2 });
    return new NotifierStage(prefix, sink, database, testDatabase, new KafkaBatchSender(kafka));
  }

  get environment(): Record<string, string> {
    return {
      DATABASE_URL: this.testDatabase.url,
      REDIS_URL: testAddress('REDIS_URL'),
      KAFKA_BROKERS: testAddress('KAFKA_BROKERS'),
      TICKMARK_TOPIC_PREFIX: this.prefix,
      TICKMARK_WEBHOOK_URL: this.sink.url,
      TICKMARK_WEBHOOK_SECRET: this.sink.secret,
      CONSOLE_URL: 'https://console.larkspur.example',
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
    };
  }

  /** In this process; what is still at work when the stage goes is closed. */
  async start(environment: Record<string, string> = {}, tuning: Partial<NotifierTuning> = {}) {
    const config = parseConfig(notifierEnvironment, { ...this.environment, ...environment });
    const notifier = await createNotifier(config, {
      tuning: { ...QUICK, ...tuning },
      onDead: (reason) => {
        throw new Error(reason);
      },
    });
    const port = await notifier.listen(0, '127.0.0.1');
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const running = {
      get,
      close: async () => {
        this.#running.delete(running);
        await notifier.close();
      },
    };
    this.#running.add(running);
    await eventually(async () => {
      const answer = await get('/readyz');
      if (answer.status !== 200) throw new Error(await answer.text());
    });
    return running;
  }

  async send(...changes: readonly Written[]): Promise<void> {
    await this.sender.send(TOPICS.stateChanges, changes);
  }

  /** Through the outbox, whose ids are the sequence; without Kafka when that lost the message. */
  async sendAsRelay({ key, value }: Written, { kafka = true } = {}): Promise<void> {
    const { sequence: _ours, ...message } = JSON.parse(value) as Record<string, unknown>;
    const [row] = await this.rows<{ id: number }>(
      'INSERT INTO outbox (topic, message_key, message, sent_at) VALUES ($1, $2, $3, now()) RETURNING id',
      [TOPICS.stateChanges, key, JSON.stringify(message)],
    );
    if (kafka) await this.send({ key, value: JSON.stringify({ ...message, sequence: row?.id }) });
  }

  /** What only sealer may write. */
  async asSealer(statement: string): Promise<void> {
    const sealer = new Database({ url: this.testDatabase.url, app: 'spec', role: 'tickmark_sealer', maxConnections: 1 });
    await sealer.query(statement).finally(() => sealer.close());
  }

  async rows<Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await (this.database as Queryable).query<Row>(text, values)).rows;
  }

  /** The watermark, as the evaluator leaves it. */
  async judgedUntil(ms: number): Promise<void> {
    await this.rows(
      `INSERT INTO partition_progress (topic, partition, epoch, next_offset, tick_clock) VALUES ($1, 0, 1, 0, $2)
       ON CONFLICT (topic, partition) DO UPDATE SET tick_clock = excluded.tick_clock`,
      [TOPICS.controlEvents, toInstant(ms)],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.close()));
    await this.sender.close();
    await this.sink.close();
    await this.database.close();
    await this.testDatabase.drop();
  }
}
