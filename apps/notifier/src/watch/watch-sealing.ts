import { lockWatch, openGap, readGap, readSealingFigures } from '@tickmark/persistence';
import type { Database, GapRevision, Queryable, SealingFigures } from '@tickmark/persistence';
import type { Announce } from '../plan/announce.js';
import type { OwnGaps } from '../plan/own-gaps.js';

const UNSEALED = 'unsealed';
const ALTERED = 'altered';

interface Limits {
  readonly sealingLateMs: number;
  readonly sealingCaughtUpMs: number;
}

/**
 * While the ledger is not sealed, whoever owns the database could rewrite it unseen; sealer may be what is gone, so it
 * is told here. One gap for one stretch, caught up once the leaves are sealed. A sealed leaf that was changed has a gap
 * of its own, which a person resolves.
 */
export class WatchSealing {
  /** What waited before anybody looked counts from the first look: a story's leaves are old from the start. */
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
    const figures = await readSealingFigures(transaction);
    this.#firstLookMs ??= figures.nowMs;
    return [...(await this.#unsealed(transaction, figures)), ...(await this.#altered(transaction, figures))];
  }

  async #unsealed(transaction: Queryable, figures: SealingFigures): Promise<readonly string[]> {
    const open = await openGap(transaction, UNSEALED, UNSEALED);
    const { nowMs, unsealedSinceMs = nowMs } = figures;
    const trouble = this.#troubleOf(figures);
    if (open !== undefined && trouble === undefined && nowMs - unsealedSinceMs < this.limits.sealingCaughtUpMs) {
      return this.gaps.record(transaction, { ...open, revision: open.revision + 1, toMs: nowMs, status: 'caught-up', knownFromMs: nowMs }, []);
    }
    if (open !== undefined || trouble === undefined) return [];
    const gap: GapRevision = { id: `${UNSEALED}.${nowMs}`, revision: 1, cause: UNSEALED, fromMs: unsealedSinceMs, status: 'open', detail: trouble, knownFromMs: nowMs };
    return this.gaps.record(transaction, gap, []);
  }

  #troubleOf({ nowMs, unsealedSinceMs, sealerSeenAtMs = 0, refusal, leaves, sealedLeaves }: SealingFigures): string | undefined {
    const { sealingLateMs } = this.limits;
    // What a sealer said that is gone now says nothing.
    if (refusal !== undefined && nowMs - sealerSeenAtMs <= sealingLateMs) return `nothing is signed: ${refusal}`;
    if (unsealedSinceMs === undefined) return undefined;
    const lateMs = nowMs - Math.max(unsealedSinceMs, this.#firstLookMs ?? nowMs);
    return lateMs > sealingLateMs ? `${leaves - sealedLeaves} leaves are not sealed in time` : undefined;
  }

  async #altered(transaction: Queryable, { alteredLeaf, nowMs }: SealingFigures): Promise<readonly string[]> {
    if (alteredLeaf === undefined) return [];
    const id = `${ALTERED}.seal.${alteredLeaf}`;
    if ((await readGap(transaction, id)) !== undefined) return [];
    const detail = `leaf ${alteredLeaf} is not the one that was sealed`;
    return this.gaps.record(transaction, { id, revision: 1, cause: ALTERED, fromMs: nowMs, status: 'open', detail, knownFromMs: nowMs }, []);
  }
}
