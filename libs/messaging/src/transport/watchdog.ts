/** What the watchdog may know of a consumer. */
export interface Watched {
  /** The partitions' ends on the cluster; rejects when Kafka or the store of offsets does not answer. */
  endOffsets(): Promise<ReadonlyMap<number, number>>;
  /** Where we stand in the partitions that are ours. */
  positions(): readonly { readonly partition: number; readonly position: number }[];
  /** A handler fails (its server is away) or works: standing still is not the consumer's fault. */
  isExcused(nowMs: number): boolean;
  /** Monotonic milliseconds of the last sign of life: fetch, heartbeat, join. */
  lastSignMs(): number;
}

const SILENT = 'the Kafka consumer shows no sign of life';
const STANDS_STILL = 'the Kafka consumer makes no progress while messages wait';

/**
 * kafkajs can die silently: the consumer is gone and the process lives. Whoever calls `look` again and again is told
 * when that is so. While Kafka itself is away nothing is held against the consumer.
 */
export class Watchdog {
  #reachableSinceMs: number | undefined;
  readonly #stuck = new Map<number, { readonly position: number; readonly sinceMs: number }>();
  #lag = 0;

  constructor(
    private readonly watched: Watched,
    private readonly patienceMs: number,
  ) {}

  /** Messages that wait, as of the last look. */
  get lag(): number {
    return this.#lag;
  }

  /** Why the process should end, if so. */
  async look(nowMs: () => number): Promise<string | undefined> {
    let ends: ReadonlyMap<number, number>;
    try {
      ends = await this.watched.endOffsets();
    } catch {
      this.#reachableSinceMs = undefined;
      this.#stuck.clear();
      return undefined;
    }
    const now = nowMs();
    this.#reachableSinceMs ??= now;
    if (now - Math.max(this.#reachableSinceMs, this.watched.lastSignMs()) > this.patienceMs) return SILENT;
    return this.#standsStill(ends, now) ? STANDS_STILL : undefined;
  }

  #standsStill(ends: ReadonlyMap<number, number>, now: number): boolean {
    const positions = this.watched.positions();
    const waiting = positions.map(({ partition, position }) => ({ partition, position, lag: Math.max(0, (ends.get(partition) ?? 0) - position) }));
    this.#lag = waiting.reduce((sum, { lag }) => sum + lag, 0);
    const excused = this.watched.isExcused(now);
    for (const { partition, position, lag } of waiting) {
      const stuck = this.#stuck.get(partition);
      if (lag === 0 || excused || stuck?.position !== position) this.#stuck.set(partition, { position, sinceMs: now });
    }
    return waiting.some(({ partition }) => now - (this.#stuck.get(partition)?.sinceMs ?? now) > this.patienceMs);
  }
}
