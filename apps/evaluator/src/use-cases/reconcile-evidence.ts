import {
  addUnreconciled, dropUnreconciled, evidenceByLeaf, judgedThroughLeaf, lockReconciliation, missingPoints, readUnreconciled, saveReconciliation,
} from '@tickmark/persistence';
import type { EvidenceToJudge, StoredPoint, Unreconciled } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import { isShadow } from '../catalogue/live-catalogue.js';
import { extractPoints } from '../judging/extract-points.js';
import { groupsOf, judgeEvidence } from '../judging/judge-evidence.js';
import type { Judging } from '../judging/judging.js';
import type { Unit } from '../judging/unit.js';
import { fillUnreconciledGaps, openUnreconciledGaps, toldUnreconciled } from '../judging/unreconciled-gaps.js';

const LEAVES_AT_ONCE = 2_000;
const PAGES_AT_ONCE = 10;
const SETTLED_AT_ONCE = 1_000;
/** A difference that is gone by itself within this time was a race, not a loss. */
const LASTS_MS = 3_000;

/**
 * The standing reconciliation: every leaf that was accepted and passed is compared with what the checks took from it.
 * What lasts blinds the check and is told; then the evidence is judged from the ledger, and the gap stays listed.
 */
export class ReconcileEvidence {
  constructor(
    private readonly judging: Judging,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
      if (!(await this.judging.run(comparePage))) break;
    }
    const told = await this.judging.run(tellWhatLasts);
    if (told > 0) this.logger.error({ checks: told }, 'evidence was accepted and not judged; it is judged from the ledger now');
    await this.#judgeWhatLasts();
  }

  /** Only what was told: nobody must find a gap that was filled before it was seen. */
  async #judgeWhatLasts(): Promise<void> {
    try {
      await this.judging.run(judgeWhatWasTold);
    } catch (error) {
      this.logger.error({ err: error }, 'evidence that was not judged cannot be judged now either');
    }
  }
}

/** True: there is more to compare. */
async function comparePage(unit: Unit): Promise<boolean> {
  const { transaction, nowMs } = unit;
  const afterLeaf = await lockReconciliation(transaction);
  if (afterLeaf === undefined) return false;
  const throughLeaf = await judgedThroughLeaf(transaction);
  if (throughLeaf <= afterLeaf) return false;
  const page = await evidenceByLeaf(transaction, { afterLeaf, throughLeaf, limit: LEAVES_AT_ONCE });
  const missing = await missingOf(unit, page);
  await addUnreconciled(transaction, missing.map(({ checkId, leafIndex, point }) => ({ checkId, leafIndex, atMs: point.atMs, foundAtMs: nowMs })));
  const isFull = page.length === LEAVES_AT_ONCE;
  await saveReconciliation(transaction, isFull ? (page.at(-1)?.leafIndex ?? throughLeaf) : throughLeaf);
  return isFull;
}

async function missingOf(unit: Unit, evidence: readonly EvidenceToJudge[]): Promise<readonly StoredPoint[]> {
  const { points } = extractPoints(evidence, unit.catalogue);
  const groups = await groupsOf(unit, points.filter(({ check }) => !isShadow(check)));
  return missingPoints(unit.transaction, groups.flatMap((group) => group.points));
}

/** How many checks are blind from now on. */
async function tellWhatLasts(unit: Unit): Promise<number> {
  const { transaction, nowMs } = unit;
  if ((await lockReconciliation(transaction)) === undefined) return 0;
  const rows = await readUnreconciled(transaction, nowMs - LASTS_MS, SETTLED_AT_ONCE);
  if (rows.length === 0) return 0;
  return openUnreconciledGaps(unit, await stillMissing(unit, rows));
}

async function judgeWhatWasTold(unit: Unit): Promise<void> {
  const { transaction, nowMs } = unit;
  if ((await lockReconciliation(transaction)) === undefined) return;
  const told = await toldUnreconciled(unit);
  if (told.size === 0) return;
  const rows = (await readUnreconciled(transaction, nowMs, SETTLED_AT_ONCE)).filter(({ checkId }) => told.has(unit.catalogue.checks.get(checkId)?.ref ?? ''));
  await judgeEvidence(unit, await evidenceOf(unit, rows));
  await fillUnreconciledGaps(unit, await stillMissing(unit, rows));
}

/** Drops the rows that are settled, and gives the others. */
async function stillMissing(unit: Unit, rows: readonly Unreconciled[]): Promise<readonly Unreconciled[]> {
  const missing = new Set((await missingOf(unit, await evidenceOf(unit, rows))).map(({ checkId, leafIndex }) => `${checkId} ${leafIndex}`));
  const isMissing = ({ checkId, leafIndex }: Unreconciled): boolean => missing.has(`${checkId} ${leafIndex}`);
  await dropUnreconciled(unit.transaction, rows.filter((row) => !isMissing(row)));
  return rows.filter(isMissing);
}

async function evidenceOf(unit: Unit, rows: readonly Unreconciled[]): Promise<readonly EvidenceToJudge[]> {
  const leaves = [...new Set(rows.map(({ leafIndex }) => leafIndex))].sort((a, b) => a - b);
  const found: EvidenceToJudge[] = [];
  for (const leaf of leaves) found.push(...(await evidenceByLeaf(unit.transaction, { afterLeaf: leaf - 1, throughLeaf: leaf, limit: 1 })));
  return found;
}
