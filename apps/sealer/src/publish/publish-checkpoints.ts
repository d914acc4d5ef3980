import { checkpointsAfter, latestCheckpoint, readPublications, savePublication } from '@tickmark/persistence';
import type { Database, Publication, StoredCheckpoint } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { SealerMetrics } from '../sealer.metrics.js';
import type { Target } from './target.js';

/** After these waits a checkpoint is given up, and the latest one is tried instead: it vouches for those before it. */
const RETRY_MS: readonly number[] = [5_000, 30_000, 120_000, 600_000, 1_800_000];
const AT_ONCE = 100;

/** Sends checkpoints where the database's administrator cannot rewrite them. How far they got is on record. */
export class PublishCheckpoints {
  readonly #ending = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly targets: readonly Target[],
    private readonly metrics: SealerMetrics,
    private readonly logger: Logger,
    private readonly retryMs: readonly number[] = RETRY_MS,
  ) {}

  async round(): Promise<void> {
    const records = await readPublications(this.database);
    const nowMs = Date.now();
    await Promise.all(
      this.targets.map(async (target) => {
        const before = records.find((record) => record.target === target.id) ?? { target: target.id, epoch: 0, size: 0, givenUp: 0, attempts: 0 };
        if (before.nextAttemptAtMs === undefined || before.nextAttemptAtMs <= nowMs) await this.#bringUpToDate(target, before, nowMs);
      }),
    );
  }

  /** What does not get through, for readiness. */
  async troubles(): Promise<string | undefined> {
    const failing = (await readPublications(this.database)).filter(({ target, lastError }) => lastError !== undefined && this.targets.some(({ id }) => id === target));
    return failing.length === 0 ? undefined : failing.map(({ target, lastError }) => `${target}: ${lastError ?? ''}`).join('; ');
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.targets.map((target) => target.close()));
  }

  async #bringUpToDate(target: Target, before: Publication, nowMs: number): Promise<void> {
    let record = before;
    for (const checkpoint of await this.#waiting(target, before, nowMs)) {
      const outcome = await target.publish(checkpoint, this.#ending.signal);
      this.metrics.published(target.id, outcome.ok ? 'published' : 'failed');
      record = outcome.ok ? arrived(record, checkpoint) : await this.#failed(record, outcome.reason);
      await savePublication(this.database, record);
      if (!outcome.ok || this.#ending.signal.aborted) return;
    }
  }

  async #waiting({ everyMs }: Target, { epoch, size, publishedAtMs, attempts }: Publication, nowMs: number): Promise<readonly StoredCheckpoint[]> {
    if (everyMs === undefined && attempts === 0) return checkpointsAfter(this.database, { epoch, size, limit: AT_ONCE });
    if (everyMs === undefined) return checkpointsAfter(this.database, { epoch, size, limit: 1 });
    if (attempts === 0 && publishedAtMs !== undefined && nowMs - publishedAtMs < everyMs) return [];
    const latest = await latestCheckpoint(this.database);
    return latest === undefined || (latest.epoch === epoch && latest.size === size) ? [] : [latest];
  }

  async #failed(record: Publication, reason: string): Promise<Publication> {
    const waitMs = this.retryMs[record.attempts];
    if (record.attempts === 0) this.logger.warn({ target: record.target, reason }, 'a checkpoint could not be published, it is tried again');
    const failed = { ...record, attempts: record.attempts + 1, lastError: reason };
    if (waitMs !== undefined) return { ...failed, nextAttemptAtMs: Date.now() + waitMs };
    return this.#givenUp(failed);
  }

  async #givenUp(record: Publication): Promise<Publication> {
    const waiting = await checkpointsAfter(this.database, { epoch: record.epoch, size: record.size, limit: AT_ONCE });
    // The newest of them is kept to be tried next, unless it is the only one.
    const skipped = waiting.length > 1 ? waiting.slice(0, -1) : waiting;
    const last = skipped.at(-1);
    this.metrics.published(record.target, 'given-up');
    this.logger.error({ target: record.target, reason: record.lastError, checkpoints: skipped.length }, 'checkpoints were not published, and are tried no more');
    return {
      ...record,
      ...(last === undefined ? {} : { epoch: last.epoch, size: last.size }),
      givenUp: record.givenUp + skipped.length,
      attempts: 0,
      nextAttemptAtMs: Date.now() + (this.retryMs.at(-1) ?? 0),
    };
  }
}

const arrived = ({ target, givenUp }: Publication, { epoch, size }: StoredCheckpoint): Publication => ({
  target,
  epoch,
  size,
  publishedAtMs: Date.now(),
  givenUp,
  attempts: 0,
});
