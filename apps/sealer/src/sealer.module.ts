import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Database, readSealingFigures } from '@tickmark/persistence';
import { HealthModule } from '@tickmark/platform';
import type { Logger, Registry } from '@tickmark/platform';
import { OpenapiController } from './http/openapi.controller.js';
import { Memory } from './keep/memory.js';
import { PublishCheckpoints } from './publish/publish-checkpoints.js';
import { targetsOf } from './publish/targets.js';
import { KeepSealing } from './seal/keep-sealing.js';
import { RecheckLeaves } from './seal/recheck-leaves.js';
import { SealLedger } from './seal/seal-ledger.js';
import type { SealerConfig } from './sealer.config.js';
import { sealerMetrics } from './sealer.metrics.js';

/** What is there before the module: configuration read, servers addressed. */
export interface SealerParts {
  readonly config: SealerConfig;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly database: Database;
}

const CONNECTIONS = 5;

export const openDatabase = ({ DATABASE_URL: url }: SealerConfig, logger: Logger): Database =>
  new Database({
    url,
    app: 'sealer',
    role: 'tickmark_sealer',
    maxConnections: CONNECTIONS,
    onConnectionLost: (error) => logger.warn({ err: error }, 'an idle database connection broke'),
  });

@Module({})
export class SealerModule {
  static with({ config, logger, registry, database }: SealerParts): DynamicModule {
    const leaves = new RecheckLeaves(database, config.TICKMARK_SEAL_EVERY);
    const sealing = new KeepSealing(database, new SealLedger(database, new Memory(config.TICKMARK_SEALER_MEMORY_FILE), config.TICKMARK_SEALER_KEY_FILE), leaves, logger);
    const metrics = sealerMetrics(registry, {
      figures: () => readSealingFigures(database),
      isRefusing: () => sealing.standing.refusal !== undefined,
      recheckedMs: () => leaves.lastPassMs,
    });
    const publishing = new PublishCheckpoints(database, targetsOf(config), metrics, logger);
    return {
      module: SealerModule,
      imports: [HealthModule.with(dependenciesOf(database, sealing, publishing), registry)],
      controllers: [OpenapiController],
      providers: [
        { provide: KeepSealing, useFactory: () => sealing },
        { provide: PublishCheckpoints, useFactory: () => publishing },
      ],
    };
  }
}

function dependenciesOf(database: Database, sealing: KeepSealing, publishing: PublishCheckpoints) {
  const says = (reason: () => string | undefined) => () => Promise.resolve(reason());
  return [
    { name: 'Postgres', required: true, check: () => database.ping() },
    { name: 'ledger', required: true, check: refuses(() => sealing.standing.refusal ?? sealing.standing.failure) },
    { name: 'sealing', required: false, check: says(() => (sealing.standing.isStandby ? 'another sealer is at work' : undefined)) },
    { name: 'leaves', required: false, check: says(() => altered(sealing.standing.alteredLeaf)) },
    { name: 'publishing', required: false, check: () => publishing.troubles() },
  ];
}

/** Without a ledger that goes on from what was signed, sealer cannot do its work. */
const refuses = (reason: () => string | undefined) => () => {
  const given = reason();
  return given === undefined ? Promise.resolve(undefined) : Promise.reject(new Error(given));
};

const altered = (leaf: number | undefined): string | undefined => (leaf === undefined ? undefined : `leaf ${leaf} is not the one that was sealed`);
