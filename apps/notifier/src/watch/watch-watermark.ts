import { activeControls, databaseNow, lockWatch, openGap, readWatermark } from '@tickmark/persistence';
import type { Database, GapRevision, Queryable } from '@tickmark/persistence';
import type { Announce } from '../plan/announce.js';
import type { OwnGaps } from '../plan/own-gaps.js';

const CAUSE = 'not-judged';

interface Limits {
  readonly judgingLateMs: number;
  readonly judgingCaughtUpMs: number;
}

/**
 * While judging stands still nobody else would say so: the evaluator may be what is gone. One gap for one stretch, from
 * the watermark on; caught up once the watermark is near again, and kept.
 */
export class WatchWatermark {
  /** Without any tick yet: the stretch counts from the first look. */
  #firstLookMs: number | undefined;

  constructor(
    private readonly database: Database,
    private readonly gaps: OwnGaps,
    private readonly announce: Announce,
    private readonly limits: Limits,
  ) {}

  async look(): Promise<void> {
    await this.announce.newNotices(await this.database.transaction((transaction) => this.#look(transaction)));
  }

  async #look(transaction: Queryable): Promise<readonly string[]> {
    if (!(await lockWatch(transaction))) return [];
    const nowMs = await databaseNow(transaction);
    this.#firstLookMs ??= nowMs;
    const watermarkMs = await readWatermark(transaction);
    const open = await openGap(transaction, CAUSE, CAUSE);
    const sinceMs = watermarkMs ?? this.#firstLookMs;
    const lateMs = nowMs - sinceMs;
    if (open === undefined) return lateMs > this.limits.judgingLateMs ? this.#open(transaction, sinceMs, nowMs) : [];
    if (watermarkMs === undefined || lateMs > this.limits.judgingCaughtUpMs) return [];
    return this.#close(transaction, open, { watermarkMs, nowMs });
  }

  async #open(transaction: Queryable, fromMs: number, nowMs: number): Promise<readonly string[]> {
    const gap: GapRevision = { id: `${CAUSE}.${fromMs}`, revision: 1, cause: CAUSE, fromMs, status: 'open', knownFromMs: nowMs };
    return this.gaps.record(transaction, gap, await activeControls(transaction));
  }

  async #close(transaction: Queryable, open: GapRevision, { watermarkMs, nowMs }: { watermarkMs: number; nowMs: number }): Promise<readonly string[]> {
    const toMs = Math.max(watermarkMs, open.fromMs);
    const gap: GapRevision = { ...open, revision: open.revision + 1, toMs, status: 'caught-up', knownFromMs: nowMs };
    return this.gaps.record(transaction, gap, await activeControls(transaction));
  }
}
