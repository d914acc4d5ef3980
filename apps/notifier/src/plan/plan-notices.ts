import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch, StoredMessage } from '@tickmark/contracts';
import { faultOf, lockProgress, saveProgress } from '@tickmark/persistence';
import type { Database, Queryable } from '@tickmark/persistence';
import type { Announce } from './announce.js';
import type { DeadLetters } from './dead-letters.js';
import { decodeChanges } from './decode-changes.js';
import type { RecordChanges } from './record-changes.js';
import type { ReplayMissed } from './replay-missed.js';

interface Recorded {
  readonly outcome: BatchOutcome;
  readonly newNotices: readonly string[];
}

/**
 * State changes become notices: one transaction holds the plan, what it rests on, and the offset. Only afterwards the
 * workers are told.
 */
export class PlanNotices {
  constructor(
    private readonly database: Database,
    private readonly changes: RecordChanges,
    private readonly deadLetters: DeadLetters,
    private readonly missed: ReplayMissed,
    private readonly announce: Announce,
  ) {}

  async handle(batch: MessageBatch): Promise<BatchOutcome> {
    try {
      return await this.#commit(batch, (transaction) => this.#record(transaction, batch));
    } catch (error) {
      if (faultOf(error) !== 'data') return { kind: 'failed', error };
      return this.#oneByOne(batch);
    }
  }

  /** One message that the database refuses holds nobody else back: it is a dead letter. */
  async #oneByOne(batch: MessageBatch): Promise<BatchOutcome> {
    let outcome: BatchOutcome = { kind: 'elsewhere', nextOffset: batch.position };
    let { position } = batch;
    for (const message of batch.messages) {
      const single = { ...batch, position, messages: [message] };
      try {
        outcome = await this.#commit(single, (transaction) => this.#record(transaction, single));
      } catch (error) {
        if (faultOf(error) !== 'data') return { kind: 'failed', error };
        outcome = await this.#commit(single, (transaction) => this.#refuse(transaction, single, message));
      }
      if (outcome.kind !== 'done') return outcome;
      position = outcome.nextOffset;
    }
    return outcome;
  }

  async #commit(batch: MessageBatch, work: (transaction: Queryable) => Promise<readonly string[]>): Promise<BatchOutcome> {
    const { outcome, newNotices } = await this.database.transaction((transaction) => this.#fenced(transaction, batch, work));
    await this.announce.newNotices(newNotices);
    return outcome;
  }

  async #fenced(
    transaction: Queryable,
    batch: MessageBatch,
    work: (transaction: Queryable) => Promise<readonly string[]>,
  ): Promise<Recorded> {
    const { partition, messages, position } = batch;
    const progress = await lockProgress(transaction, TOPICS.stateChanges, partition);
    if (progress === undefined) throw new Error(`partition ${partition} of ${TOPICS.stateChanges} has no row of progress`);
    if (progress.nextOffset !== position) return { outcome: { kind: 'elsewhere', nextOffset: progress.nextOffset }, newNotices: [] };
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) throw new Error('a batch has at least one message');
    const missed = position === first.offset ? [] : await this.missed.replay(transaction, batch);
    const newNotices = [...missed, ...(await work(transaction))];
    const nextOffset = last.offset + 1;
    await saveProgress(transaction, { ...progress, nextOffset });
    return { outcome: { kind: 'done', nextOffset }, newNotices };
  }

  async #record(transaction: Queryable, batch: MessageBatch): Promise<readonly string[]> {
    const { readable, unreadable } = decodeChanges(batch.messages);
    const told = await this.changes.plan(transaction, readable);
    if (unreadable.length === 0) return told;
    return [...told, ...(await this.deadLetters.keep(transaction, batch.partition, unreadable))];
  }

  #refuse(transaction: Queryable, { partition }: MessageBatch, message: StoredMessage): Promise<readonly string[]> {
    return this.deadLetters.keep(transaction, partition, [{ message, reason: 'the database refused it' }]);
  }
}
