import { TOPICS, stateChangeMessage } from '@tickmark/contracts';
import { decodeMessage } from '@tickmark/messaging';
import { lockAskedLetter, settleReplay } from '@tickmark/persistence';
import type { AskedDeadLetter, Database, Queryable } from '@tickmark/persistence';
import type { Announce } from './announce.js';
import type { DeadLetters } from './dead-letters.js';
import type { RecordChanges } from './record-changes.js';

const LETTERS_AT_ONCE = 100;

/** Plans dead letters again when somebody asked for it, by the same plan as any state change: what was told is not told twice. */
export class ReplayDeadLetters {
  constructor(
    private readonly database: Database,
    private readonly changes: RecordChanges,
    private readonly letters: DeadLetters,
    private readonly announce: Announce,
  ) {}

  async run(): Promise<void> {
    for (let replayed = 0; replayed < LETTERS_AT_ONCE; replayed += 1) {
      if (!(await this.#next())) return;
    }
  }

  async #next(): Promise<boolean> {
    let letter: AskedDeadLetter | undefined;
    try {
      const newNotices = await this.database.transaction(async (transaction) => {
        letter = await lockAskedLetter(transaction, TOPICS.stateChanges);
        return letter === undefined ? undefined : this.#replay(transaction, letter);
      });
      if (newNotices === undefined) return false;
      await this.announce.newNotices(newNotices);
    } catch (error) {
      if (letter === undefined) throw error;
      await settleReplay(this.database, letter.id, error instanceof Error ? error.message : String(error));
    }
    return true;
  }

  async #replay(transaction: Queryable, { id, value }: AskedDeadLetter): Promise<readonly string[]> {
    const decoded = decodeMessage(stateChangeMessage, value);
    if (!decoded.ok) throw new Error(decoded.error);
    const told = await this.changes.plan(transaction, [decoded.value]);
    await settleReplay(transaction, id);
    return [...told, ...(await this.letters.closeWhenNothingIsLeft(transaction))];
  }
}
