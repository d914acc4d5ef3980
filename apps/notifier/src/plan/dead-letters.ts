import { TOPICS } from '@tickmark/contracts';
import { addDeadLetters, countUnreplayed, databaseNow, openGap } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import type { Unreadable } from './decode-changes.js';
import type { OwnGaps } from './own-gaps.js';

const PREFIX = 'state-changes.dead-letter.';

/** What cannot be read is kept, and shows as one gap that stays open until a person resolves it. */
export class DeadLetters {
  constructor(private readonly gaps: OwnGaps) {}

  async keep(transaction: Queryable, partition: number, unreadable: readonly Unreadable[]): Promise<readonly string[]> {
    const [first] = unreadable;
    if (first === undefined) return [];
    const topic = TOPICS.stateChanges;
    await addDeadLetters(
      transaction,
      unreadable.map(({ message: { offset, key, value }, reason }) => ({ topic, partition, offset, key, value, reason })),
    );
    if ((await openGap(transaction, 'dead-letter', PREFIX)) !== undefined) return [];
    const nowMs = await databaseNow(transaction);
    const gap = {
      id: `${PREFIX}${partition}.${first.message.offset}`,
      revision: 1,
      cause: 'dead-letter' as const,
      fromMs: nowMs,
      status: 'open' as const,
      detail: `${unreadable.length} message(s) of ${topic}, partition ${partition}, from offset ${first.message.offset}: ${first.reason}`,
      knownFromMs: nowMs,
    };
    return this.gaps.record(transaction, gap, []);
  }

  /** The gap ends by what was done, not only by a person's note. */
  async closeWhenNothingIsLeft(transaction: Queryable): Promise<readonly string[]> {
    if ((await countUnreplayed(transaction, TOPICS.stateChanges)) > 0) return [];
    const gap = await openGap(transaction, 'dead-letter', PREFIX);
    if (gap === undefined) return [];
    const nowMs = await databaseNow(transaction);
    return this.gaps.record(transaction, { ...gap, revision: gap.revision + 1, status: 'closed', toMs: nowMs, knownFromMs: nowMs }, []);
  }
}
