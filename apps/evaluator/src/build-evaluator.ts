import type { CatalogueFile } from '@tickmark/catalogue';
import { KafkaBatchSender, KafkaTransport, OutboxRelay } from '@tickmark/messaging';
import { Database, PartitionOffsets, PostgresOutbox } from '@tickmark/persistence';
import { createRegistry, systemClock } from '@tickmark/platform';
import type { Clock, Dependency, Logger } from '@tickmark/platform';
import { KeepActivated } from './catalogue/keep-activated.js';
import { LiveCatalogues } from './catalogue/read-live-catalogue.js';
import type { EvaluatorConfig } from './evaluator.config.js';
import { evaluatorGauges, evaluatorMetrics } from './evaluator.metrics.js';
import type { EvaluatorParts } from './evaluator.module.js';
import { Judging } from './judging/judging.js';
import { Repeating } from './repeating.js';
import { ActivateCatalogue } from './use-cases/activate-catalogue.js';
import { CloseMonths } from './use-cases/close-months.js';
import { DecideDue } from './use-cases/decide-due.js';
import { DecideLiveness } from './use-cases/decide-liveness.js';
import { JudgeBatch } from './use-cases/judge-batch.js';
import { ReconcileEvidence } from './use-cases/reconcile-evidence.js';
import { ReplayDeadLetters } from './use-cases/replay-dead-letters.js';
import { RunShadows } from './use-cases/run-shadows.js';

export interface Surroundings {
  readonly config: Pick<EvaluatorConfig, 'DATABASE_URL' | 'KAFKA_BROKERS' | 'TICKMARK_TOPIC_PREFIX'>;
  readonly logger: Logger;
  /** The files to activate, asked again and again. */
  readonly catalogue: () => Promise<readonly CatalogueFile[]>;
  /** Ends the process: only a new one helps. */
  readonly onDead: (reason: string) => void;
  readonly clock?: Clock;
  /** How often what falls due is looked for. */
  readonly everyMs?: number;
}

export interface BuiltEvaluator {
  readonly parts: EvaluatorParts;
  readonly transport: KafkaTransport;
  start(): void;
  /** Looks at the catalogue's files now. */
  reload(): void;
  /** After the transport: hands over what waits, closes. */
  stop(): Promise<void>;
}

const CONNECTIONS = 8;
const DUE_EVERY_MS = 200;
const CATALOGUE_EVERY_MS = 5_000;
const SHADOWS_EVERY_MS = 1_000;
const DEAD_LETTERS_EVERY_MS = 1_000;
const RECONCILED_EVERY_MS = 5_000;
const MONTHS_EVERY_MS = 6 * 3_600_000;
const CLOSING_EVERY_MS = 60_000;

/** The composition root: what every part of evaluator is made of. */
export function buildEvaluator({ config, logger, catalogue, onDead, clock = systemClock, everyMs = DUE_EVERY_MS }: Surroundings): BuiltEvaluator {
  const database = new Database({
    url: config.DATABASE_URL,
    app: 'evaluator',
    maxConnections: CONNECTIONS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to postgres was lost'),
  });
  const kafka = { brokers: config.KAFKA_BROKERS, clientId: 'tickmark-evaluator', topicPrefix: config.TICKMARK_TOPIC_PREFIX, logger };
  const sender = new KafkaBatchSender(kafka);
  const relay = new OutboxRelay(new PostgresOutbox(database), sender, logger);
  const registry = createRegistry('evaluator');
  const metrics = evaluatorMetrics(registry, clock);
  const catalogues = new LiveCatalogues();
  const judging = new Judging(database, catalogues, clock, () => relay.poke());
  const activated = new KeepActivated(catalogue, new ActivateCatalogue(judging, catalogues, clock), logger);
  const liveness = new DecideLiveness(database, judging);
  const due = new DecideDue(database, judging, metrics, logger);
  const closing = new CloseMonths(database);
  const shadows = new RunShadows({ database, judging, catalogues, clock, logger });
  const reconcile = new ReconcileEvidence(judging, logger);
  const deadLetters = new ReplayDeadLetters(database, judging, logger);
  const transport = new KafkaTransport({ ...kafka, groupId: `${config.TICKMARK_TOPIC_PREFIX}tickmark-evaluator`, offsets: new PartitionOffsets(database), onDead });
  evaluatorGauges(registry, { database, clock, lag: () => transport.lag() });
  const loops = {
    catalogue: new Repeating({ what: 'catalogue', everyMs: CATALOGUE_EVERY_MS, logger, work: () => activated.run() }),
    // Silence first: what falls due while a feed is silent must not be taken for a failure.
    due: new Repeating({ what: 'due', everyMs, logger, work: () => liveness.run().then(() => due.run()) }),
    shadows: new Repeating({ what: 'shadows', everyMs: SHADOWS_EVERY_MS, logger, work: () => shadows.run() }),
    reconcile: new Repeating({ what: 'reconciliation', everyMs: RECONCILED_EVERY_MS, logger, work: () => reconcile.run() }),
    deadLetters: new Repeating({ what: 'dead-letters', everyMs: DEAD_LETTERS_EVERY_MS, logger, work: () => deadLetters.run() }),
    closing: new Repeating({ what: 'closing', everyMs: CLOSING_EVERY_MS, logger, work: () => closing.run() }),
    months: new Repeating({ what: 'months', everyMs: MONTHS_EVERY_MS, logger, work: () => database.query('SELECT ensure_partitions_ahead()') }),
  };
  return {
    parts: { judgeBatch: new JudgeBatch(judging, metrics, logger), registry, dependencies: dependenciesOf(database, transport, activated) },
    transport,
    start() {
      for (const loop of Object.values(loops)) loop.start();
      relay.start();
    },
    reload: () => loops.catalogue.poke(),
    async stop() {
      await Promise.all(Object.values(loops).map((loop) => loop.stop()));
      await relay.stop();
      await sender.close();
      await database.close();
    },
  };
}

function dependenciesOf(database: Database, transport: KafkaTransport, activated: KeepActivated): readonly Dependency[] {
  return [
    { name: 'postgres', required: true, check: () => database.ping() },
    { name: 'kafka', required: true, check: () => transport.check() },
    { name: 'first-catalogue', required: true, check: () => Promise.resolve(activated.waiting) },
    { name: 'catalogue', required: false, check: () => Promise.resolve(activated.trouble) },
  ];
}
