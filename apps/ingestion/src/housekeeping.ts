import type { KeyAuthenticator } from '@tickmark/access';
import type { Queryable } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { TakeAttestations } from './receive/take-attestations.js';

interface HousekeepingOptions {
  readonly database: Queryable;
  readonly keys: KeyAuthenticator;
  readonly attestations: TakeAttestations;
  readonly logger: Logger;
}

const ATTESTATIONS_MS = 1_000;
const KEY_USE_MS = 30_000;
const PARTITIONS_MS = 6 * 3_600_000;

/** What has to happen now and then: attestations taken, months made ahead, last use of keys. */
export class Housekeeping {
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: HousekeepingOptions) {}

  start(): void {
    void this.makePartitions();
    this.timers = [
      setInterval(() => void this.options.attestations.execute(), ATTESTATIONS_MS),
      setInterval(() => void this.recordKeyUse(), KEY_USE_MS),
      setInterval(() => void this.makePartitions(), PARTITIONS_MS),
    ];
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.options.attestations.settled();
    await this.recordKeyUse();
  }

  private async makePartitions(): Promise<void> {
    try {
      await this.options.database.query('SELECT ensure_partitions_ahead()');
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the months ahead could not be made now, the default partitions take their rows');
    }
  }

  private async recordKeyUse(): Promise<void> {
    try {
      await this.options.keys.recordUse();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the last use of keys could not be written down');
    }
  }
}
