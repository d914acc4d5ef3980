import { TOPICS, partitionOf } from '@tickmark/contracts';
import type { BatchSender, OutgoingRecord } from '@tickmark/contracts';
import type { LedgerHead, RelayRow } from '@tickmark/persistence';
import { evidenceText, tickText } from './evidence-message.js';
import { PartitionLane } from './partition-lane.js';
import type { LaneEntry } from './partition-lane.js';

/** A commit of this process, as the relay hears of it. */
export interface CommittedLeaves {
  readonly firstIndex: number;
  readonly nextIndex: number;
  readonly clockMs: number;
  readonly evidence: readonly RelayRow[];
}

interface SessionOptions {
  readonly sender: BatchSender;
  readonly partitions: number;
  readonly epoch: number;
  /** The first leaf that is not acknowledged. */
  readonly startIndex: number;
  readonly readEvidence: (fromIndex: number, belowIndex: number, limit: number) => Promise<readonly RelayRow[]>;
  readonly pause: (ms: number) => Promise<void>;
  readonly onAcknowledged: (entries: readonly LaneEntry[]) => void;
  readonly onFailed: (error: unknown) => void;
}

const MOST_WAITING = 20_000;
const MOST_WAITING_BYTES = 32 * 1024 * 1024;
const READ_ROWS = 2_000;

/** The relay's work while it holds the lock: leaves in order to their partitions, ticks behind them. */
export class RelaySession {
  private readonly lanes: readonly PartitionLane[];
  private nextIndex: number;
  private loadedClockMs: number | undefined;
  private waiting = 0;
  private waitingBytes = 0;
  private loading = false;

  constructor(private readonly options: SessionOptions) {
    this.nextIndex = options.startIndex;
    this.lanes = Array.from({ length: options.partitions }, () => this.lane());
  }

  /** Every leaf up to it is acknowledged (or is none that is relayed). */
  get acknowledgedIndex(): number {
    const waiting = this.lanes.flatMap((lane) => lane.firstWaiting ?? []);
    return Math.min(this.nextIndex, ...waiting) - 1;
  }

  /** Taken when it follows what was taken before; otherwise it is read from the ledger in its turn. */
  offer({ firstIndex, nextIndex, clockMs, evidence }: CommittedLeaves): void {
    if (this.loading || firstIndex !== this.nextIndex || this.isFull()) return;
    this.take(evidence);
    this.nextIndex = nextIndex;
    this.loadedClockMs = clockMs;
    this.flush();
  }

  /** Reads what is committed and was not offered: after a start, an outage, or from another instance. */
  async catchUp(head: LedgerHead): Promise<void> {
    if (head.nextIndex <= this.nextIndex) return;
    this.loading = true;
    try {
      while (this.nextIndex < head.nextIndex && !this.isFull()) await this.load(head.nextIndex);
    } finally {
      this.loading = false;
    }
  }

  private async load(belowIndex: number): Promise<void> {
    const rows = await this.options.readEvidence(this.nextIndex, belowIndex, READ_ROWS);
    const last = rows.at(-1);
    this.take(rows);
    if (last !== undefined) this.loadedClockMs = last.receivedAtMs;
    this.nextIndex = last !== undefined && rows.length === READ_ROWS ? last.leafIndex + 1 : belowIndex;
    this.flush();
  }

  /**
   * To every partition: all its leaves up to the index stand before the tick, and whatever is received later has a
   * later clock. An append may still carry the head's own clock, so the tick stays a millisecond behind it.
   */
  tick(head: LedgerHead): void {
    const isCaughtUp = this.nextIndex >= head.nextIndex;
    const clockMs = isCaughtUp ? head.clockMs : this.loadedClockMs;
    if (clockMs === undefined) return;
    const leafIndex = isCaughtUp ? head.nextIndex - 1 : this.nextIndex - 1;
    if (leafIndex < 0) return;
    const value = tickText({ leafIndex, clockMs: clockMs - 1 }, this.options.epoch);
    this.lanes.forEach((lane, partition) => {
      lane.push({ leafIndex, kind: 'tick', record: { key: 'tick', value, partition }, bytes: value.length, receivedAtMs: clockMs });
      lane.flush();
    });
  }

  /** When the oldest evidence that is not acknowledged was received. */
  get oldestWaitingMs(): number | undefined {
    const times = this.lanes.flatMap((lane) => lane.firstReceivedAtMs ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  private take(rows: readonly RelayRow[]): void {
    for (const row of rows) {
      const partition = partitionOf(row.key, this.options.partitions);
      const value = evidenceText(row, this.options.epoch);
      const record: OutgoingRecord = { key: row.key, value, partition };
      const bytes = value.length + row.key.length;
      this.lanes[partition]?.push({ leafIndex: row.leafIndex, kind: 'evidence', record, bytes, receivedAtMs: row.receivedAtMs });
      this.waiting += 1;
      this.waitingBytes += bytes;
    }
  }

  private flush(): void {
    for (const lane of this.lanes) lane.flush();
  }

  private isFull(): boolean {
    return this.waiting >= MOST_WAITING || this.waitingBytes >= MOST_WAITING_BYTES;
  }

  private lane(): PartitionLane {
    const { sender, pause, onAcknowledged, onFailed } = this.options;
    return new PartitionLane({
      send: (records) => sender.send(TOPICS.controlEvents, records),
      acknowledged: (entries) => {
        for (const entry of entries) {
          if (entry.kind !== 'evidence') continue;
          this.waiting -= 1;
          this.waitingBytes -= entry.bytes;
        }
        onAcknowledged(entries);
      },
      failed: onFailed,
      pause,
    });
  }
}
