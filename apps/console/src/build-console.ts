import { KeyAuthenticator, RegisterFeed, SecretBox, Sessions, SignIn } from '@tickmark/access';
import { Database, readSealingFigures, sealingTrouble } from '@tickmark/persistence';
import { createRegistry, systemClock } from '@tickmark/platform';
import type { Clock, Dependency, Logger, Randomness } from '@tickmark/platform';
import { AccessLog } from './access/access-log.js';
import type { GateParts } from './access/gate.js';
import { Attestations } from './attestations/attestations.js';
import { ThreadedRunner } from './backtests/backtest-runner.js';
import type { BacktestRunner } from './backtests/backtest-runner.js';
import { Backtests } from './backtests/backtests.js';
import { Bundles } from './bundles/bundles.js';
import type { SealPatience } from './bundles/bundles.js';
import type { ConsoleConfig } from './console.config.js';
import { consoleMetrics } from './console.metrics.js';
import type { ConsoleParts } from './console.module.js';
import { ListControls } from './controls/list-controls.js';
import { ListObservations } from './controls/list-observations.js';
import { ListStates } from './controls/list-states.js';
import { ShowControl } from './controls/show-control.js';
import { ShowTimeline } from './controls/show-timeline.js';
import { ListCriteria } from './criteria/list-criteria.js';
import { CompareFrozen } from './engagements/compare-frozen.js';
import { Engagements } from './engagements/engagements.js';
import { FreezeRevision } from './engagements/freeze-revision.js';
import { ShowSummary } from './engagements/show-summary.js';
import { SummarisePeriod } from './engagements/summarise-period.js';
import { ListFeeds } from './feeds/list-feeds.js';
import { Catalogues } from './judged/catalogues.js';
import { DemoSign } from './judged/demo-sign.js';
import { Views } from './judged/view.js';
import { ProveEvidence } from './ledger/prove-evidence.js';
import { ReadLedger } from './ledger/read-ledger.js';
import { MeasureNow } from './metrics/measure-now.js';
import { ShowOverview } from './metrics/show-overview.js';
import { People } from './people/people.js';
import { DecideReport } from './readiness/decide-report.js';
import { ShowReadinessGaps } from './readiness/show-readiness-gaps.js';
import { ShowReadinessPlan } from './readiness/show-readiness-plan.js';
import { ListDeadLetters } from './records/list-dead-letters.js';
import { ListDeviations } from './records/list-deviations.js';
import { ListGaps } from './records/list-gaps.js';
import { ExplainVerdict } from './replay/explain-verdict.js';
import { ReplayDeadLetter } from './records/replay-dead-letter.js';
import { ResolveGap } from './records/resolve-gap.js';
import { ShowDelivery } from './records/show-delivery.js';
import { ShowEvidence } from './records/show-evidence.js';
import { CompareShadow } from './shadows/compare-shadow.js';
import { Shadows } from './shadows/shadows.js';

export interface Surroundings {
  readonly config: Pick<ConsoleConfig, 'DATABASE_URL' | 'TICKMARK_SECRET_KEY' | 'TICKMARK_ENTITY' | 'NODE_ENV'>;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly randomness?: Pick<Randomness, 'newId'>;
  /** How long metrics may be old; tests do not wait. */
  readonly metricsKeepMs?: number;
  /** Where backtests run; tests have no built thread. */
  readonly backtestRunner?: BacktestRunner;
  /** How long a bundle waits for a checkpoint. */
  readonly sealPatience?: SealPatience;
}

export interface BuiltConsole {
  readonly demoSign: DemoSign;
  readonly parts: ConsoleParts;
  readonly gate: GateParts;
  start(): void;
  stop(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECTIONS = 10;
const RECORD_USE_EVERY_MS = 60_000;

/** The composition root: what every part of the console is made of. */
export function buildConsole(surroundings: Surroundings): BuiltConsole {
  const { config, logger, clock = systemClock } = surroundings;
  const database = new Database({
    url: config.DATABASE_URL,
    app: 'console',
    maxConnections: CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to postgres was lost'),
  });
  const catalogues = new Catalogues();
  const views = new Views(database, catalogues, clock);
  const measureNow = new MeasureNow(views, clock, surroundings.metricsKeepMs);
  const registry = createRegistry('console');
  consoleMetrics(registry, measureNow, logger);
  const keys = new KeyAuthenticator(database, clock);
  const sessions = new Sessions(database, clock);
  const { backtestRunner: runner = new ThreadedRunner(config.DATABASE_URL) } = surroundings;
  const backtests = new Backtests({ database, catalogues, runner, clock, logger });
  const bundles = new Bundles({ database, entity: config.TICKMARK_ENTITY, clock, logger, patience: surroundings.sealPatience });
  const summarise = new SummarisePeriod(database, views, catalogues, { entity: config.TICKMARK_ENTITY });
  let recordUse: NodeJS.Timeout | undefined;
  return {
    parts: {
      useCases: [
        ...readingUseCases(database, views, logger),
        new RegisterFeed(database, new SecretBox(config.TICKMARK_SECRET_KEY)),
        new Engagements(database, catalogues, clock, surroundings.randomness),
        new FreezeRevision(database, summarise),
        new CompareFrozen(database),
        new Shadows(database),
        new CompareShadow(views),
        new ShowSummary(database, summarise),
        new ShowOverview(measureNow),
        new SignIn(database, sessions, clock),
        sessions,
        backtests,
        bundles,
        new Attestations(database, catalogues),
        new People(database, clock),
      ],
      registry,
      dependencies: [{ name: 'postgres', required: true, check: () => database.ping() }, sealerOf(database)],
      cookiesAreSecure: config.NODE_ENV === 'production',
    },
    demoSign: new DemoSign(database),
    gate: { keys, sessions, log: new AccessLog(database, clock) },
    start() {
      const record = (): void => void keys.recordUse().catch((error: unknown) => logger.warn({ err: error }, 'the use of keys was not recorded'));
      recordUse = setInterval(record, RECORD_USE_EVERY_MS);
      // Compiled before anybody asks; without an active catalogue the first request does it.
      catalogues.active(database).catch(() => undefined);
    },
    async stop() {
      clearInterval(recordUse);
      await backtests.stop().catch((error: unknown) => logger.warn({ err: error }, 'that backtests were interrupted was not recorded'));
      await bundles.stop().catch((error: unknown) => logger.warn({ err: error }, 'that bundles were interrupted was not recorded'));
      await keys.recordUse().catch(() => undefined);
      await database.close();
    },
  };
}

const readingUseCases = (database: Database, views: Views, logger: Logger): readonly object[] => [
  new ListCriteria(views),
  new ListControls(views),
  new ShowControl(views),
  new ListStates(views),
  new ShowTimeline(views),
  new ListObservations(views),
  new ListDeviations(views),
  new ListGaps(views),
  new ResolveGap(database, views),
  new ShowEvidence(database, logger),
  new ProveEvidence(database, logger),
  new ReadLedger(database),
  new ShowDelivery(database),
  new ListDeadLetters(database),
  new ReplayDeadLetter(database),
  new ListFeeds(database),
  new ExplainVerdict(views),
  new DecideReport(),
  new ShowReadinessGaps(views),
  new ShowReadinessPlan(views),
];

/** Without it proofs wait; everything else goes on. */
function sealerOf(database: Database): Dependency {
  const startedMs = Date.now();
  return { name: 'sealer', required: false, check: async () => sealingTrouble(await readSealingFigures(database), startedMs) };
}
