import { closeMonths, lockActivation, monthsToClose, readWatermark } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';

/** What comes later than this is backfill. */
const GRACE_MS = 24 * 3_600_000;

/**
 * Closes months that judging has passed by a day, so that summaries may sum them once. Judging waits for an instant: a
 * transaction that did not know of it can change nothing afterwards.
 */
export class CloseMonths {
  constructor(private readonly database: Database) {}

  async run(): Promise<void> {
    const watermarkMs = await readWatermark(this.database);
    if (watermarkMs === undefined) return;
    const months = await monthsToClose(this.database, watermarkMs - GRACE_MS);
    if (months.length === 0) return;
    await this.database.transaction(async (transaction) => {
      await lockActivation(transaction);
      await closeMonths(transaction, months);
    });
  }
}
