import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { CHANNELS } from '@tickmark/channels';
import type { OpenChannel } from '@tickmark/channels';
import type { Routing } from '@tickmark/alerting';
import { JobQueue } from '@tickmark/jobs';
import { KafkaTransport } from '@tickmark/messaging';
import { Database, PartitionOffsets, noticeFigures } from '@tickmark/persistence';
import { HealthModule } from '@tickmark/platform';
import type { Logger, Registry } from '@tickmark/platform';
import { DeliverNotice } from './deliver/deliver-notice.js';
import { ReconcileNotices } from './deliver/reconcile-notices.js';
import { OpenapiController } from './http/openapi.controller.js';
import { KnownControls } from './known-controls.js';
import type { NotifierConfig } from './notifier.config.js';
import { notifierMetrics } from './notifier.metrics.js';
import type { NotifierMetrics } from './notifier.metrics.js';
import { Announce } from './plan/announce.js';
import { DeadLetters } from './plan/dead-letters.js';
import { OwnGaps } from './plan/own-gaps.js';
import { PlanNotices } from './plan/plan-notices.js';
import { RecordChanges } from './plan/record-changes.js';
import { ReplayDeadLetters } from './plan/replay-dead-letters.js';
import { ReplayMissed } from './plan/replay-missed.js';
import { ReleaseWaiting } from './plan/release-waiting.js';
import { StateChangesController } from './plan/state-changes.controller.js';
import type { NotifierTuning } from './tuning.js';
import { WatchSealing } from './watch/watch-sealing.js';
import { WatchWatermark } from './watch/watch-watermark.js';

/** What is there before the module: configuration read, servers addressed. */
export interface NotifierParts {
  readonly config: NotifierConfig;
  readonly routing: Routing;
  readonly tuning: NotifierTuning;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly onDead: (reason: string) => void;
}

/** Everything that is made by hand, in the order in which it needs each other. */
export interface NotifierServers {
  readonly database: Database;
  readonly queue: JobQueue;
  readonly transport: KafkaTransport;
  readonly channels: ReadonlyMap<string, OpenChannel>;
  readonly ending: AbortController;
}

const METRICS = Symbol('tickmark.notifier.metrics');
const CONNECTIONS = 12;
const PARTITIONS_AT_ONCE = 6;

export function openServers({ config, tuning, logger, onDead }: NotifierParts): NotifierServers {
  const database = new Database({
    url: config.DATABASE_URL,
    app: 'notifier',
    maxConnections: CONNECTIONS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  });
  const prefix = config.TICKMARK_TOPIC_PREFIX;
  const channelSettings = {
    production: config.NODE_ENV === 'production',
    allowedNetworks: config.TICKMARK_ALLOWED_NETWORKS,
    mailFrom: config.TICKMARK_EMAIL_FROM,
    timeoutMs: tuning.sendTimeoutMs,
    ...(config.SMTP_URL === undefined ? {} : { smtpUrl: config.SMTP_URL }),
  };
  return {
    database,
    queue: new JobQueue(queueSettings(config, logger)),
    transport: new KafkaTransport({
      brokers: config.KAFKA_BROKERS,
      clientId: 'tickmark-notifier',
      groupId: `${prefix}tickmark-notifier`,
      topicPrefix: prefix,
      offsets: new PartitionOffsets(database),
      concurrency: PARTITIONS_AT_ONCE,
      logger,
      onDead,
    }),
    channels: new Map(CHANNELS.map((channel) => [channel.id, channel.open(channelSettings)])),
    ending: new AbortController(),
  };
}

export const queueSettings = (config: NotifierConfig, logger: Logger) => ({
  redisUrl: config.REDIS_URL,
  prefix: `${config.TICKMARK_TOPIC_PREFIX}tickmark`,
  name: 'notices',
  logger,
});

@Module({})
export class NotifierModule {
  static with(parts: NotifierParts, servers: NotifierServers): DynamicModule {
    const { database, queue, transport } = servers;
    const dependencies = [
      { name: 'Postgres', required: true, check: () => database.ping() },
      { name: 'Kafka', required: true, check: () => transport.check() },
      { name: 'Redis', required: true, check: () => queue.check() },
    ];
    return {
      module: NotifierModule,
      imports: [HealthModule.with(dependencies, parts.registry)],
      controllers: [StateChangesController, OpenapiController],
      providers: [...planning(parts, servers), ...watching(parts, servers), ...delivering(parts, servers)],
    };
  }
}

function planning({ config, routing, tuning, logger, registry }: NotifierParts, servers: NotifierServers): Provider[] {
  const { database, queue, transport } = servers;
  return [
    {
      provide: METRICS,
      useFactory: () => notifierMetrics(registry, { figures: () => noticeFigures(database), lag: () => transport.lag() }),
    },
    { provide: KnownControls, useFactory: () => new KnownControls() },
    {
      provide: RecordChanges,
      inject: [KnownControls],
      useFactory: (controls: KnownControls) =>
        new RecordChanges({ routing, consoleUrl: config.CONSOLE_URL, digest: tuning.digest }, controls),
    },
    {
      provide: Announce,
      inject: [METRICS],
      useFactory: (metrics: NotifierMetrics) => new Announce(queue, logger, (count) => metrics.planned(count)),
    },
    { provide: OwnGaps, inject: [RecordChanges], useFactory: (changes: RecordChanges) => new OwnGaps(changes) },
    {
      provide: ReplayMissed,
      inject: [RecordChanges, OwnGaps],
      useFactory: (changes: RecordChanges, gaps: OwnGaps) => new ReplayMissed(changes, gaps),
    },
    { provide: DeadLetters, inject: [OwnGaps], useFactory: (gaps: OwnGaps) => new DeadLetters(gaps) },
    {
      provide: PlanNotices,
      inject: [RecordChanges, DeadLetters, ReplayMissed, Announce],
      useFactory: (changes: RecordChanges, letters: DeadLetters, missed: ReplayMissed, announce: Announce) =>
        new PlanNotices(database, changes, letters, missed, announce),
    },
    {
      provide: ReplayDeadLetters,
      inject: [RecordChanges, DeadLetters, Announce],
      useFactory: (changes: RecordChanges, letters: DeadLetters, announce: Announce) => new ReplayDeadLetters(database, changes, letters, announce),
    },
    {
      provide: ReleaseWaiting,
      inject: [RecordChanges, Announce],
      useFactory: (changes: RecordChanges, announce: Announce) => new ReleaseWaiting(database, changes, announce),
    },
  ];
}

/** What stands still elsewhere and could not say so itself. */
function watching({ tuning }: NotifierParts, { database }: NotifierServers): Provider[] {
  return [
    {
      provide: WatchWatermark,
      inject: [OwnGaps, Announce],
      useFactory: (gaps: OwnGaps, announce: Announce) => new WatchWatermark(database, gaps, announce, tuning),
    },
    {
      provide: WatchSealing,
      inject: [OwnGaps, Announce],
      useFactory: (gaps: OwnGaps, announce: Announce) => new WatchSealing(database, gaps, announce, tuning),
    },
  ];
}

function delivering({ routing, tuning, logger }: NotifierParts, servers: NotifierServers): Provider[] {
  const { database, queue, channels, ending } = servers;
  const work = { routing, channels, tuning, chance: Math.random, signal: ending.signal };
  return [
    {
      provide: DeliverNotice,
      inject: [METRICS],
      useFactory: (metrics: NotifierMetrics) => new DeliverNotice(database, queue, work, metrics, logger),
    },
    { provide: ReconcileNotices, useFactory: () => new ReconcileNotices(database, queue, tuning.overdueMs) },
  ];
}
