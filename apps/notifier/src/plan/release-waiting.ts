import type { Database } from '@tickmark/persistence';
import type { Announce } from './announce.js';
import type { RecordChanges } from './record-changes.js';

/** Tells groups and digests whose time has come. */
export class ReleaseWaiting {
  constructor(
    private readonly database: Database,
    private readonly changes: RecordChanges,
    private readonly announce: Announce,
  ) {}

  async release(): Promise<void> {
    const ids = await this.database.transaction((transaction) => this.changes.release(transaction));
    await this.announce.newNotices(ids);
  }
}
