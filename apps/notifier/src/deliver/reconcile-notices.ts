import type { JobQueue } from '@tickmark/jobs';
import { overdueNotices } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';

const AT_ONCE = 1_000;
/** In each such stretch an overdue notice gets one more job at most; a notice that is not due any more ignores it. */
const AGAIN_EVERY_MS = 10_000;

/** Queues again what is due and was not done: after an emptied Redis, a dead worker, a queue that was away. */
export class ReconcileNotices {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly overdueMs: number,
  ) {}

  async reconcile(): Promise<void> {
    const overdue = await overdueNotices(this.database, this.overdueMs, AT_ONCE);
    if (overdue.length === 0) return;
    const again = Math.floor(Date.now() / AGAIN_EVERY_MS);
    await this.queue.enqueue(overdue.map(({ id, attempts }) => ({ rowId: id, turn: attempts + 1, again })));
  }
}
