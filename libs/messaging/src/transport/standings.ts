import { UNKNOWN_POSITION } from '@tickmark/contracts';
import type { OffsetStore, Topic } from '@tickmark/contracts';

/** Where this reader stands in one partition since it was given it. */
export interface Standing {
  position: number;
  /** The position was asked of Kafka since then: what comes after is where the partition really begins. */
  sought: boolean;
}

/** The standings of one topic for as long as an assignment lasts; loaded from the store, never from Kafka's offsets. */
export class Standings {
  #loaded: Promise<Map<number, Standing>> | undefined;
  #known = new Map<number, Standing>();
  #assigned: readonly number[] = [];

  constructor(
    readonly topic: Topic,
    private readonly store: OffsetStore,
    private readonly countPartitions: () => Promise<number>,
  ) {}

  /** A new assignment: nothing that was known before counts. */
  assign(partitions: readonly number[]): void {
    this.#assigned = partitions;
    this.#loaded = undefined;
    this.#known = new Map();
  }

  async of(partition: number): Promise<Standing> {
    const all = await this.#load();
    const standing = all.get(partition) ?? { position: UNKNOWN_POSITION, sought: false };
    all.set(partition, standing);
    return standing;
  }

  /** Positions of the partitions that are ours, as far as they are loaded: for lag and for Kafka's hint. */
  known(): readonly { readonly partition: number; readonly position: number }[] {
    return this.#assigned.flatMap((partition) => {
      const position = this.#known.get(partition)?.position ?? UNKNOWN_POSITION;
      return position === UNKNOWN_POSITION ? [] : [{ partition, position }];
    });
  }

  /** Partitions that are ours and whose position nobody has asked Kafka for yet; from now on it counts as asked. */
  async toSeek(): Promise<readonly { readonly partition: number; readonly position: number }[]> {
    const all = await this.#load();
    return this.#assigned.flatMap((partition) => {
      const standing = all.get(partition);
      if (standing === undefined || standing.sought) return [];
      standing.sought = true;
      return [{ partition, position: standing.position }];
    });
  }

  async lost(partition: number, standing: Standing): Promise<void> {
    await this.store.forget(this.topic, partition);
    standing.position = UNKNOWN_POSITION;
  }

  #load(): Promise<Map<number, Standing>> {
    if (this.#loaded !== undefined) return this.#loaded;
    const loading = this.#ask();
    this.#loaded = loading;
    loading.then(
      (known) => {
        if (this.#loaded === loading) this.#known = known;
      },
      () => {
        if (this.#loaded === loading) this.#loaded = undefined;
      },
    );
    return loading;
  }

  async #ask(): Promise<Map<number, Standing>> {
    const positions = await this.store.positions(this.topic, await this.countPartitions());
    return new Map([...positions].map(([partition, position]) => [partition, { position, sought: false }]));
  }
}
