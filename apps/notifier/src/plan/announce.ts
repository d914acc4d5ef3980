import type { JobQueue } from '@tickmark/jobs';
import type { Logger } from '@tickmark/platform';

/** Tells the workers of new notices. When that fails the notices wait for the reconciler: they are on record. */
export class Announce {
  constructor(
    private readonly queue: JobQueue,
    private readonly logger: Logger,
    private readonly planned: (count: number) => void,
  ) {}

  async newNotices(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    this.planned(ids.length);
    try {
      await this.queue.enqueue(ids.map((rowId) => ({ rowId, turn: 1 })));
    } catch (error) {
      this.logger.debug({ err: error, notices: ids.length }, 'notices could not be queued and wait for the reconciler');
    }
  }
}
