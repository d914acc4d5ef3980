import type { BatchSender, OutboxRow, OutboxSource, OutgoingRecord, Topic, WaitingOutbox } from '@tickmark/contracts';
import type { Logger } from '@tickmark/platform';

interface RelayLimits {
  /** Rows of one send. */
  readonly batchMax: number;
  /** How long rows of other processes may wait before they are seen. */
  readonly pollMs: number;
  /** After a fault, or while another process is the relay. */
  readonly againMs: number;
}

const LIMITS: RelayLimits = { batchMax: 500, pollMs: 50, againMs: 1_000 };

/**
 * Sends what stands in the outbox, in the order of its ids, one send at a time, and marks it after the acknowledgement:
 * at least once, in order for each key. By state, never by the last id: ids are not in the order of commits.
 */
export class OutboxRelay {
  #running: Promise<void> | undefined;
  #ending = false;
  #wake: (() => void) | undefined;
  #poked = false;

  constructor(
    private readonly source: OutboxSource,
    private readonly sender: BatchSender,
    private readonly logger: Logger,
    private readonly limits: RelayLimits = LIMITS,
  ) {}

  start(): void {
    this.#running ??= this.#run();
  }

  /** Rows were just committed: look now. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#ending = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      try {
        if (await this.source.exclusively((outbox) => this.#relay(outbox))) continue;
      } catch (error) {
        this.logger.warn({ err: error }, 'the outbox relay begins anew');
      }
      await this.#pause(this.limits.againMs);
    }
  }

  async #relay(outbox: WaitingOutbox): Promise<void> {
    while (!this.#ending) {
      this.#poked = false;
      const rows = await outbox.waiting(this.limits.batchMax);
      if (rows.length > 0) await this.#send(outbox, rows);
      else if (!this.#wasPoked()) await this.#pause(this.limits.pollMs);
    }
  }

  #wasPoked(): boolean {
    return this.#poked;
  }

  async #send(outbox: WaitingOutbox, rows: readonly OutboxRow[]): Promise<void> {
    for (const [topic, records] of byTopic(rows)) await this.sender.send(topic, records);
    await outbox.markSent(rows.map(({ id }) => id));
  }

  #pause(ms: number): Promise<void> {
    if (this.#ending) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function byTopic(rows: readonly OutboxRow[]): ReadonlyMap<Topic, readonly OutgoingRecord[]> {
  const topics = new Map<Topic, OutgoingRecord[]>();
  for (const { id, topic, key, message } of rows) {
    const records = topics.get(topic) ?? [];
    records.push({ key, value: JSON.stringify({ ...message, sequence: id }) });
    topics.set(topic, records);
  }
  return topics;
}
