import { TOPICS, UNKNOWN_POSITION } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch } from '@tickmark/contracts';
import { addDeadLetters, evidenceByLeaf, faultOf, lastLeaf, lockProgress, longestSettle, openGap, saveProgress } from '@tickmark/persistence';
import type { NewDeadLetter, PartitionProgress } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import { deadEntry, decodeBatch } from '../judging/decode-batch.js';
import type { Entry } from '../judging/decode-batch.js';
import type { GapChange } from '../judging/error-gaps.js';
import { judgeEvidence } from '../judging/judge-evidence.js';
import type { Judging } from '../judging/judging.js';
import { partForeign, tellForeign } from '../judging/foreign-evidence.js';
import { mayJump, passEvidence, passHole, passTick } from '../judging/progress.js';
import { applyGapChanges } from '../judging/unit.js';
import type { Unit } from '../judging/unit.js';

/** What came in by a batch, as metrics want to know it. */
export interface BatchMetrics {
  judged(receivedAtMs: readonly number[]): void;
  deadLettered(count: number): void;
}

const ATTEMPTS_TOGETHER = 3;
const LEAVES_AT_ONCE = 2_000;

interface Part {
  readonly batch: MessageBatch;
  readonly position: number;
  readonly entries: readonly Entry[];
}

type Fenced = { readonly kind: 'elsewhere'; readonly nextOffset: number };

/**
 * Judges a batch of one partition in one transaction, with the offset that counts: a consumer that lost its partition
 * changes nothing, and the same batch again finds nothing new.
 */
export class JudgeBatch {
  readonly #failures = new Map<number, { readonly position: number; readonly count: number }>();

  constructor(
    private readonly judging: Judging,
    private readonly metrics: BatchMetrics,
    private readonly logger: Logger,
  ) {}

  async run(batch: MessageBatch): Promise<BatchOutcome> {
    const entries = decodeBatch(batch);
    try {
      const outcome = await this.#judge({ batch, position: batch.position, entries });
      this.#failures.delete(batch.partition);
      return outcome;
    } catch (error) {
      if (isAway(error) || this.#countFailure(batch) < ATTEMPTS_TOGETHER) return { kind: 'failed', error };
      this.logger.error({ err: error, partition: batch.partition, position: batch.position }, 'a batch cannot be judged as a whole');
      return this.#oneByOne(batch, entries);
    }
  }

  #countFailure({ partition, position }: MessageBatch): number {
    const known = this.#failures.get(partition);
    const count = known?.position === position ? known.count + 1 : 1;
    this.#failures.set(partition, { position, count });
    return count;
  }

  /** The good ones are judged; the one that cannot be is a dead letter. */
  async #oneByOne(batch: MessageBatch, entries: readonly Entry[]): Promise<BatchOutcome> {
    let { position } = batch;
    for (const [index, entry] of entries.entries()) {
      const message = batch.messages[index];
      if (message === undefined) break;
      const outcome = await this.#judge({ batch, position, entries: [entry] }).catch((error: unknown): BatchOutcome => ({ kind: 'failed', error }));
      if (outcome.kind === 'elsewhere' || (outcome.kind === 'failed' && (entry.kind !== 'evidence' || isAway(outcome.error)))) return outcome;
      if (outcome.kind === 'failed') {
        const dead = deadEntry(batch, message, `judging failed: ${reasonOf(outcome.error)}`);
        const buried = await this.#judge({ batch, position, entries: [dead] });
        if (buried.kind === 'elsewhere') return buried;
      }
      position = entry.offset + 1;
    }
    this.#failures.delete(batch.partition);
    return { kind: 'done', nextOffset: position };
  }

  async #judge(part: Part): Promise<BatchOutcome> {
    const filled = await this.#fillHole(part);
    if (filled !== undefined) return filled;
    const done = await this.judging.run(async (unit) => {
      const progress = await lockProgress(unit.transaction, part.batch.topic, part.batch.partition);
      if (progress === undefined) throw new Error(`partition ${part.batch.partition} has no row of progress`);
      if (progress.nextOffset !== part.position) return { elsewhere: progress.nextOffset };
      const { own, foreign } = await partForeign(unit, part.entries);
      await tellForeign(unit, foreign);
      const judged = await judgeEvidence(unit, own.flatMap((entry) => (entry.kind === 'evidence' ? [entry.evidence] : [])));
      const letters = part.entries.flatMap((entry) => (entry.kind === 'dead-letter' ? [{ ...entry.letter, afterLeaf: progress.leafIndex }] : []));
      const buried = await bury(unit, letters);
      const nextOffset = (part.entries.at(-1)?.offset ?? part.position) + 1;
      await saveProgress(unit.transaction, { ...(await passAll(unit, progress, own)), epoch: unit.epoch, nextOffset });
      return { nextOffset, judged, buried, foreign: foreign.length };
    });
    if ('elsewhere' in done) return { kind: 'elsewhere', nextOffset: done.elsewhere };
    this.metrics.judged(done.judged.receivedAtMs);
    if (done.buried > 0) this.metrics.deadLettered(done.buried);
    if (done.foreign > 0) this.logger.error({ partition: part.batch.partition, messages: done.foreign }, 'Kafka holds evidence that this ledger does not; it is not judged');
    return { kind: 'done', nextOffset: done.nextOffset };
  }

  /** What Kafka no longer holds is read from the ledger by index, and judged in the same way. */
  async #fillHole(part: Part): Promise<Fenced | undefined> {
    const first = part.entries[0];
    if (first === undefined || (part.position !== UNKNOWN_POSITION && first.offset === part.position)) return undefined;
    this.logger.warn({ partition: part.batch.partition, position: part.position, offset: first.offset }, 'Kafka no longer holds what comes next; reading it from the ledger');
    for (;;) {
      const page = await this.judging.run((unit) => fillPage(unit, part));
      if (page.kind === 'filled') return undefined;
      if (page.kind === 'elsewhere') return page;
      this.metrics.judged(page.receivedAtMs);
    }
  }
}

type Page = Fenced | { readonly kind: 'filled' } | { readonly kind: 'page'; readonly receivedAtMs: readonly number[] };

async function fillPage(unit: Unit, part: Part): Promise<Page> {
  const { topic, partition } = part.batch;
  const progress = await lockProgress(unit.transaction, topic, partition);
  if (progress === undefined || progress.nextOffset !== part.position) return { kind: 'elsewhere', nextOffset: progress?.nextOffset ?? 0 };
  const throughLeaf = leafBefore(part.entries) ?? (await lastLeaf(unit.transaction));
  const evidence = await evidenceByLeaf(unit.transaction, { afterLeaf: progress.leafIndex, throughLeaf, limit: LEAVES_AT_ONCE });
  const last = evidence.at(-1);
  if (last === undefined) return { kind: 'filled' };
  const judged = await judgeEvidence(unit, evidence);
  await saveProgress(unit.transaction, passHole(progress, { index: last.leafIndex, receivedAtMs: last.event.receivedAtMs }));
  return { kind: 'page', ...judged };
}

/** Every leaf of the partition up to this one stands before the first message, or stood in the hole. */
function leafBefore(entries: readonly Entry[]): number | undefined {
  for (const entry of entries) {
    if (entry.kind === 'tick') return entry.tick.leafIndex;
    if (entry.kind === 'evidence') return entry.evidence.leafIndex - 1;
  }
  return undefined;
}

async function passAll(unit: Unit, progress: PartitionProgress, entries: readonly Entry[]): Promise<PartitionProgress> {
  const ticks = entries.flatMap((entry) => (entry.kind === 'tick' ? [entry.tick] : []));
  const settleMs = mayJump(progress, ticks) ? await longestSettle(unit.transaction) : 0;
  return entries.reduce<PartitionProgress>((passed, entry) => {
    if (entry.kind === 'tick') return passTick(passed, entry.tick, settleMs);
    return entry.kind === 'evidence' ? passEvidence(passed, entry.evidence.leafIndex) : passed;
  }, progress);
}

/** Dead letters open one gap that stays until a person resolves it. */
async function bury(unit: Unit, letters: readonly NewDeadLetter[]): Promise<number> {
  const added = await addDeadLetters(unit.transaction, letters);
  const first = letters[0];
  if (added === 0 || first === undefined) return 0;
  if ((await openGap(unit.transaction, 'dead-letter', 'dead-letter.')) !== undefined) return added;
  const change: GapChange = {
    kind: 'opened',
    gap: {
      id: `dead-letter.${first.partition}.${first.offset}`,
      revision: 1,
      cause: 'dead-letter',
      fromMs: unit.nowMs,
      status: 'open',
      detail: `a message of ${TOPICS.controlEvents} could not be decoded: ${first.reason}`,
      knownFromMs: unit.nowMs,
    },
  };
  await applyGapChanges(unit, [change], () => ({ controls: [] }));
  return added;
}

const isAway = (error: unknown): boolean => ['unavailable', 'retry'].includes(faultOf(error));
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

