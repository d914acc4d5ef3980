import { FeedDirectory, KeyAuthenticator, SecretBox, VendorAddresses } from '@tickmark/access';
import type { BatchSender } from '@tickmark/contracts';
import { Database, SourceNames, dropUnusedParts } from '@tickmark/persistence';
import { createRegistry, guardedAgent, guardedGet, systemClock } from '@tickmark/platform';
import type { Clock, Dependency, Got, Logger } from '@tickmark/platform';
import { AppendGroup } from './append/append-group.js';
import { AppendLeaves } from './append/append-leaves.js';
import type { EventTypes } from './event-types.js';
import type { IngestionConfig } from './ingestion.config.js';
import { ingestionMetrics, relayGauges, scrubGauges } from './ingestion.metrics.js';
import type { IngestionParts } from './ingestion.module.js';
import { Housekeeping } from './housekeeping.js';
import { UploadSlots } from './http/upload-slots.js';
import { AuthoriseFeed } from './receive/authorise-feed.js';
import { KnownFormats } from './receive/known-formats.js';
import { RateLimiter } from './receive/rate-limiter.js';
import { ReceiveDelivery } from './receive/receive-delivery.js';
import { ReceiveUpload } from './receive/receive-upload.js';
import { TakeAttestations } from './receive/take-attestations.js';
import { ScrubLedger } from './scrub/scrub-ledger.js';
import { TellAltered } from './scrub/tell-altered.js';
import { RelayEvidence } from './relay/relay-evidence.js';

export interface Surroundings {
  readonly config: Pick<IngestionConfig, 'DATABASE_URL' | 'TICKMARK_SECRET_KEY'> & Partial<Pick<IngestionConfig, 'TICKMARK_ALLOWED_NETWORKS'>>;
  readonly eventTypes: EventTypes;
  readonly sender: BatchSender;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** For tests that do not wait ten seconds. */
  readonly patienceMs?: number;
  /** For tests: what lies at a vendor's address, instead of calling it. */
  readonly getFromVendor?: (url: string) => Promise<Got>;
}

export interface BuiltIngestion {
  readonly parts: IngestionParts;
  start(): void;
  /** Breaks large deliveries off: they would outlast the patience of whoever stops us. */
  stopIntake(): void;
  /** Finishes what was taken, then what was committed. */
  stop(): Promise<void>;
}

/** With the margin of the client, nobody waits longer than ten seconds for a Postgres that keeps silent. */
const STATEMENT_TIMEOUT_MS = 8_000;
const CONNECTIONS = 8;
/** A certificate is two kilobytes, and whoever sends waits for it. */
const VENDOR_LIMITS = { timeoutMs: 5_000, bytes: 16_384 };
/** Longer than a broker's restart: what lasts so long is worth a look. */
const LATE_RELAY_SECONDS = 10;

/** The composition root: what every part of ingestion is made of. */
export function buildIngestion(surroundings: Surroundings): BuiltIngestion {
  const { eventTypes, sender, logger, clock = systemClock } = surroundings;
  const { validate } = eventTypes;
  const database = databaseOf(surroundings);
  const registry = createRegistry('ingestion');
  const metrics = ingestionMetrics(registry);
  const relay = new RelayEvidence({ database, sender, clock, logger, observe: (seconds) => metrics.relayed(seconds) });
  relayGauges(registry, () => relay.standing());
  const appender = new AppendLeaves({
    database,
    group: new AppendGroup(new SourceNames(database)),
    logger,
    patienceMs: surroundings.patienceMs,
    listener: {
      committed(result, seconds) {
        relay.committed(result);
        metrics.committed(result, seconds);
      },
    },
  });
  const receive = new ReceiveDelivery({ clock, validate, append: (request) => appender.append(request), received: (receipt) => metrics.received(receipt) });
  const attestations = new TakeAttestations({ database, validate, append: (request) => appender.append(request), logger });
  const scrub = new ScrubLedger({ database, tell: new TellAltered(database, logger), logger });
  scrubGauges(registry, database);
  const slots = new UploadSlots();
  const senders = sendersOf(surroundings, database, clock);
  const housekeeping = new Housekeeping({ database, keys: senders.keys, attestations, logger });
  return {
    parts: {
      authorise: senders.authorise,
      formats: new KnownFormats(() => eventTypes.mapped),
      rates: new RateLimiter(clock),
      receive,
      slots,
      uploads: new ReceiveUpload({ clock, validate, ledger: appender, dropUnused: (id) => dropUnusedParts(database, id), received: (receipt) => metrics.uploaded(receipt) }),
      registry,
      dependencies: dependenciesOf(database, relay, eventTypes),
    },
    start() {
      appender.start();
      relay.start();
      housekeeping.start();
      scrub.start();
    },
    stopIntake: () => slots.close(),
    async stop() {
      await appender.stop();
      await relay.stop();
      await housekeeping.stop();
      await scrub.stop();
      await senders.close();
      await database.close();
    },
  };
}

function databaseOf({ config, logger }: Surroundings): Database {
  return new Database({
    url: config.DATABASE_URL,
    app: 'ingestion',
    maxConnections: CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to postgres was lost'),
  });
}

/** Who may send, and how that is told. */
function sendersOf({ config, getFromVendor }: Surroundings, database: Database, clock: Clock): { keys: KeyAuthenticator; authorise: AuthoriseFeed; close(): Promise<void> } {
  const keys = new KeyAuthenticator(database, clock);
  const feeds = new FeedDirectory(database, clock, new SecretBox(config.TICKMARK_SECRET_KEY));
  const agent = guardedAgent({ production: true, allowedNetworks: config.TICKMARK_ALLOWED_NETWORKS ?? [] });
  const vendor = new VendorAddresses({ clock, get: getFromVendor ?? ((url) => guardedGet(agent, url, VENDOR_LIMITS)) });
  return { keys, authorise: new AuthoriseFeed(keys, feeds, vendor), close: () => agent.destroy() };
}

function dependenciesOf(database: Database, relay: RelayEvidence, eventTypes: EventTypes): readonly Dependency[] {
  return [
    { name: 'postgres', required: true, check: () => database.ping() },
    { name: 'event types', required: false, check: () => Promise.resolve(eventTypes.trouble) },
    {
      name: 'kafka',
      required: false,
      check: () => {
        const { trouble, waitingSeconds, waitingLeaves } = relay.standing();
        if (trouble !== undefined) return Promise.resolve(`${trouble}; ${waitingLeaves} leaves wait`);
        return Promise.resolve(waitingSeconds > LATE_RELAY_SECONDS ? `evidence waits for ${Math.round(waitingSeconds)} s` : undefined);
      },
    },
  ];
}
