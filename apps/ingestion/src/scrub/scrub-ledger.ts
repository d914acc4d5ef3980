import { canonicalJson, compareEventLeaf, compareRecordLeaf } from '@tickmark/ledger';
import {
  HeldLock, LOCKS, deliveryToScrub, endScrubRound, firstLeafSince, leavesToScrub, saveRecentScrub, saveScrubStep, scrubStanding,
} from '@tickmark/persistence';
import type { AlteredLeaf, Database, LeafToScrub, Queryable, ScrubStanding } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { TellAltered } from './tell-altered.js';

interface ScrubOptions {
  readonly database: Database;
  readonly tell: TellAltered;
  readonly logger: Logger;
}

const PAGE = 500;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const RECENT_EVERY_MS = 60_000;
/** A step must leave room for the work that people wait for. */
const LEAVES_AT_ONCE_MOST = 5_000;
const LEAVES_AT_ONCE_LEAST = 200;
/** Everything within twenty of the twenty-four hours that are promised. */
const WHOLE_ROUND_S = 20 * 3_600;

/**
 * Reads again what is kept and compares it with its leaf: what was received in the last hour each minute, everything
 * within a day. One process of the installation does it. What differs is told once, and never put right by us.
 */
export class ScrubLedger {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private lock: HeldLock | undefined;
  private failing = false;
  /** Where the pass through the last hour goes on, while one is under way. */
  private recent: { nextLeaf: number; readonly endLeaf: number; readonly beganMs: number } | undefined;

  constructor(private readonly options: ScrubOptions) {}

  start(): void {
    this.timer = setInterval(() => {
      this.working ??= this.attempt().finally(() => {
        this.working = undefined;
      });
    }, SECOND_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.working;
    this.lock?.release();
  }

  private async attempt(): Promise<void> {
    try {
      await this.round();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.options.logger.warn({ err: error }, 'what is kept cannot be compared with the ledger now');
      this.failing = true;
      this.lock?.release();
      this.lock = undefined;
    }
  }

  /** Bounded, so that a large ledger takes longer and not more. */
  private async round(): Promise<void> {
    this.lock = this.lock?.lost === false ? this.lock : await HeldLock.take(this.options.database, LOCKS.scrub);
    if (this.lock === undefined) return;
    const { connection } = this.lock;
    const standing = await scrubStanding(connection);
    await this.scrubRecent(connection, standing);
    await this.scrubWhole(connection, standing);
  }

  private async scrubRecent(database: Queryable, { nowMs, leaves, recentAtMs = -Infinity }: ScrubStanding): Promise<void> {
    if (this.recent === undefined && nowMs - recentAtMs < RECENT_EVERY_MS) return;
    this.recent ??= { nextLeaf: await firstLeafSince(database, nowMs - HOUR_MS), endLeaf: leaves, beganMs: nowMs };
    const { nextLeaf, endLeaf, beganMs } = this.recent;
    const reached = await this.compare(database, nextLeaf, Math.min(endLeaf, nextLeaf + LEAVES_AT_ONCE_MOST));
    if (reached < endLeaf) {
      this.recent = { nextLeaf: reached, endLeaf, beganMs };
    } else {
      this.recent = undefined;
      await saveRecentScrub(database, beganMs);
    }
  }

  private async scrubWhole(database: Queryable, { nextLeaf, leaves }: ScrubStanding): Promise<void> {
    const share = Math.ceil(leaves / (WHOLE_ROUND_S * (1_000 / SECOND_MS)));
    const most = Math.min(LEAVES_AT_ONCE_MOST, Math.max(LEAVES_AT_ONCE_LEAST, share));
    const reached = await this.compare(database, nextLeaf, Math.min(leaves, nextLeaf + most));
    if (reached < leaves) await saveScrubStep(database, reached);
    else await endScrubRound(database);
  }

  /** Leaves of [from, to); answers `to`. */
  private async compare(database: Queryable, from: number, to: number): Promise<number> {
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + PAGE);
      const leaves = await leavesToScrub(database, at, end - at);
      const altered = await alteredOf(database, leaves.filter(({ leafIndex }) => leafIndex < end));
      await this.options.tell.execute([...missingLeaves(leaves, at, end), ...altered]);
      at = end;
    }
    return to;
  }
}

/** Indices are gap-free: what is not there was taken away. */
function missingLeaves(leaves: readonly LeafToScrub[], from: number, to: number): readonly AlteredLeaf[] {
  const there = new Set(leaves.map(({ leafIndex }) => leafIndex));
  return Array.from({ length: to - from }, (_, offset) => from + offset)
    .filter((leafIndex) => !there.has(leafIndex))
    .map((leafIndex) => ({ leafIndex, difference: 'missing' }));
}

async function alteredOf(database: Queryable, leaves: readonly LeafToScrub[]): Promise<readonly AlteredLeaf[]> {
  const altered: AlteredLeaf[] = [];
  let delivery: Awaited<ReturnType<typeof deliveryToScrub>>;
  for (const { leafIndex, bytes, event, record } of leaves) {
    // A batch is one delivery: its body is read once for all of its events that stand side by side.
    if (event !== undefined && delivery?.id !== event.deliveryId) delivery = await deliveryToScrub(database, event.deliveryId);
    const difference =
      record === undefined
        ? compareEventLeaf(bytes, {
            raw: delivery === undefined ? 'missing' : delivery.body,
            normal: event && { salt: event.salt, bytes: event.normal },
          })
        : compareRecordLeaf(bytes, { salt: record.salt, bytes: canonicalJson(record.payload) });
    if (difference !== undefined) altered.push({ leafIndex, difference, ...(event === undefined ? {} : { evidenceId: event.id }) });
  }
  return altered;
}
