import { isDemoLedger } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';

/** Set on every answer while nothing of what is shown happened. */
export const ORIGIN_HEADER = 'Tickmark-Origin';

/** Whether the ledger is a demo's: asked until it is known, since a ledger keeps its origin. */
export class DemoSign {
  private known: Promise<boolean> | undefined;

  constructor(private readonly database: Queryable) {}

  /** False while Postgres is away: then there is nothing to show either. */
  isDemo(): Promise<boolean> {
    this.known ??= isDemoLedger(this.database);
    return this.known.catch(() => {
      this.known = undefined;
      return false;
    });
  }
}
