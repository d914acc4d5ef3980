import { TOPICS } from '@tickmark/contracts';
import { countUnreplayed, evidenceByLeaf, lockAskedLetter, lockProgress, openGap, settleReplay } from '@tickmark/persistence';
import type { AskedDeadLetter, Database, EvidenceToJudge } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import { decodeBatch } from '../judging/decode-batch.js';
import type { GapChange } from '../judging/error-gaps.js';
import { judgeEvidence } from '../judging/judge-evidence.js';
import type { Judging } from '../judging/judging.js';
import { applyGapChanges } from '../judging/unit.js';
import type { Unit } from '../judging/unit.js';

const LEAVES_AT_ONCE = 2_000;
const LETTERS_AT_ONCE = 100;
/** Each second a tick follows the leaves of its partition, so the message's own leaf lies well within. */
const LEAVES_MOST = 100_000;

/**
 * Judges dead letters again when somebody asked for it, through the same door as any message. Bytes that still cannot
 * be decoded are no loss: Kafka is a transport, and what the message carried is read from the ledger.
 */
export class ReplayDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly judging: Judging,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    for (let replayed = 0; replayed < LETTERS_AT_ONCE; replayed += 1) {
      if (!(await this.#next())) return;
    }
  }

  async #next(): Promise<boolean> {
    let letter: AskedDeadLetter | undefined;
    try {
      return await this.judging.run(async (unit) => {
        letter = await lockAskedLetter(unit.transaction, TOPICS.controlEvents);
        if (letter === undefined) return false;
        await replay(unit, letter);
        await settleReplay(unit.transaction, letter.id);
        await closeWhenNothingIsLeft(unit);
        return true;
      });
    } catch (error) {
      if (letter === undefined) throw error;
      const trouble = error instanceof Error ? error.message : String(error);
      this.logger.warn({ err: error, letter: letter.id }, 'a dead letter cannot be judged this time either');
      await settleReplay(this.database, letter.id, trouble);
      return true;
    }
  }
}

async function replay(unit: Unit, letter: AskedDeadLetter): Promise<void> {
  const { partition, offset, key, value } = letter;
  const batch = { topic: TOPICS.controlEvents, partition, position: offset, messages: [{ offset, key, value }], isStale: () => false };
  const entry = decodeBatch(batch)[0];
  if (entry?.kind === 'evidence') return judgeAll(unit, [entry.evidence]);
  if (entry?.kind === 'tick') return undefined;
  return judgeFromLedger(unit, letter);
}

/** Whatever the partition has passed since: the message was one of these leaves. What was judged changes nothing. */
async function judgeFromLedger(unit: Unit, { partition, afterLeaf }: AskedDeadLetter): Promise<void> {
  const progress = await lockProgress(unit.transaction, TOPICS.controlEvents, partition);
  const throughLeaf = Math.min(progress?.leafIndex ?? -1, (afterLeaf ?? -1) + LEAVES_MOST);
  if (afterLeaf === undefined || throughLeaf <= afterLeaf) {
    throw new Error('the bytes cannot be decoded, and the partition has passed no later leaf yet; ask again in a moment');
  }
  for (let after = afterLeaf; ; ) {
    const evidence = await evidenceByLeaf(unit.transaction, { afterLeaf: after, throughLeaf, limit: LEAVES_AT_ONCE });
    const last = evidence.at(-1);
    if (last === undefined) return;
    await judgeAll(unit, evidence);
    after = last.leafIndex;
  }
}

async function judgeAll(unit: Unit, evidence: readonly EvidenceToJudge[]): Promise<void> {
  await judgeEvidence(unit, evidence);
}

/** The gap of dead letters ends by what was done, not only by a person's note. */
async function closeWhenNothingIsLeft(unit: Unit): Promise<void> {
  if ((await countUnreplayed(unit.transaction, TOPICS.controlEvents)) > 0) return;
  const gap = await openGap(unit.transaction, 'dead-letter', 'dead-letter.');
  if (gap === undefined) return;
  const change: GapChange = { kind: 'closed', gap: { ...gap, status: 'closed', toMs: unit.nowMs, knownFromMs: unit.nowMs } };
  await applyGapChanges(unit, [change], () => ({ controls: [] }));
}
