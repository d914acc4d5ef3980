import { TOPICS } from '@tickmark/contracts';
import type { BatchSender } from '@tickmark/contracts';
import { HeldLock, LOCKS, RelaySource } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import type { Clock, Logger } from '@tickmark/platform';
import { Pause } from './pause.js';
import { RelaySession } from './relay-session.js';
import type { CommittedLeaves } from './relay-session.js';

interface RelayOptions {
  readonly database: Database;
  readonly sender: BatchSender;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Seconds from receipt to acknowledgement, for each leaf. */
  observe(seconds: number): void;
}

/** What /readyz and the metrics say of the relay. */
export interface RelayStanding {
  /** This process is the one that relays. */
  readonly active: boolean;
  readonly waitingLeaves: number;
  readonly waitingSeconds: number;
  /** Why nothing could be sent the last time; undefined while all is well. */
  readonly trouble: string | undefined;
}

const TOPIC = TOPICS.controlEvents;
const POLL_MS = 100;
const TICK_MS = 1_000;
const NEXT_TRY_MS = 1_000;
const CLOSE_MS = 3_000;

/**
 * Publishes evidence to Kafka in leaf order, after a start from the last acknowledged index. One process of the
 * installation does it at a time: whoever holds the lock.
 */
export class RelayEvidence {
  private readonly source: RelaySource;
  private readonly pause = new Pause();
  private session: RelaySession | undefined;
  private running: Promise<void> | undefined;
  private stopping = false;
  private trouble: string | undefined;
  private headIndex = 0;
  private acknowledged = -1;

  constructor(private readonly options: RelayOptions) {
    this.source = new RelaySource(options.database);
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.pause.end();
    await this.running;
  }

  /** Right after a commit of this process. */
  committed(leaves: CommittedLeaves): void {
    this.headIndex = Math.max(this.headIndex, leaves.nextIndex);
    this.session?.offer(leaves);
  }

  standing(): RelayStanding {
    const oldestMs = this.session?.oldestWaitingMs;
    return {
      active: this.session !== undefined,
      waitingLeaves: Math.max(0, this.headIndex - 1 - (this.session?.acknowledgedIndex ?? this.acknowledged)),
      waitingSeconds: oldestMs === undefined ? 0 : Math.max(0, this.options.clock.now() - oldestMs) / 1_000,
      trouble: this.trouble,
    };
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.runWithLock();
      } catch (error) {
        this.note(error);
      }
      await this.pause.wait(NEXT_TRY_MS);
    }
  }

  private async runWithLock(): Promise<void> {
    const lock = await HeldLock.take(this.options.database, LOCKS.controlEventsRelay);
    if (lock === undefined) {
      this.trouble = undefined;
      return;
    }
    try {
      await this.relay(lock);
    } finally {
      this.session = undefined;
      lock.release();
    }
  }

  private async relay(lock: HeldLock): Promise<void> {
    // On the lock's own connection: when it breaks, this fails, and another process may relay from here on.
    const held = new RelaySource(lock.connection);
    const head = await this.source.head();
    this.headIndex = head.nextIndex;
    this.acknowledged = await held.acknowledged(TOPIC);
    const partitions = await this.options.sender.partitions(TOPIC);
    const session = this.open(head.epoch, partitions);
    this.session = session;
    this.options.logger.info({ fromLeaf: this.acknowledged + 1, partitions }, 'relaying evidence');
    try {
      await this.keepRelaying({ session, held, lock, epoch: head.epoch, partitions });
    } finally {
      await Promise.race([session.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
      await this.saveProgress(held, session, head.epoch);
    }
  }

  private async keepRelaying(work: Work): Promise<void> {
    const { session, held, lock, epoch, partitions } = work;
    let nextTickMs = 0;
    while (!this.stopping && !lock.lost) {
      const head = await this.source.head();
      if (head.epoch !== epoch) return;
      this.headIndex = head.nextIndex;
      await session.catchUp(head);
      if (performance.now() >= nextTickMs) {
        nextTickMs = performance.now() + TICK_MS;
        session.tick(head);
        await this.saveProgress(held, session, epoch);
        if (this.trouble === undefined && (await this.hasOtherPartitions(partitions))) return;
      }
      await this.pause.wait(POLL_MS);
    }
  }

  private open(epoch: number, partitions: number): RelaySession {
    return new RelaySession({
      sender: this.options.sender,
      partitions,
      epoch,
      startIndex: this.acknowledged + 1,
      readEvidence: (fromIndex, belowIndex, limit) => this.source.evidence(fromIndex, belowIndex, limit),
      pause: (ms) => this.pause.wait(ms),
      onAcknowledged: (entries) => {
        this.trouble = undefined;
        const nowMs = this.options.clock.now();
        for (const entry of entries) {
          if (entry.kind === 'evidence') this.options.observe(Math.max(0, nowMs - entry.receivedAtMs) / 1_000);
        }
      },
      onFailed: (error) => this.note(error),
    });
  }

  private async saveProgress(held: RelaySource, session: RelaySession, epoch: number): Promise<void> {
    const index = session.acknowledgedIndex;
    if (index === this.acknowledged) return;
    await held.acknowledge(TOPIC, epoch, index);
    this.acknowledged = index;
  }

  /** Somebody added partitions: keys move, so a new session begins. An unreachable Kafka is no answer. */
  private async hasOtherPartitions(partitions: number): Promise<boolean> {
    const now = await this.options.sender.partitions(TOPIC).catch(() => partitions);
    return now !== partitions;
  }

  private note(error: unknown): void {
    const isNew = this.trouble === undefined;
    this.trouble = error instanceof Error ? error.message : String(error);
    if (isNew && !this.stopping) this.options.logger.warn({ err: error }, 'evidence cannot be relayed now, it is kept and sent later');
  }
}

interface Work {
  readonly session: RelaySession;
  readonly held: RelaySource;
  readonly lock: HeldLock;
  readonly epoch: number;
  readonly partitions: number;
}

