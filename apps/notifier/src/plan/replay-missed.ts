import { TOPICS, stateChangeMessage } from '@tickmark/contracts';
import type { MessageBatch } from '@tickmark/contracts';
import { databaseNow, missedChanges } from '@tickmark/persistence';
import type { Queryable } from '@tickmark/persistence';
import type { OwnGaps } from './own-gaps.js';
import { READER } from './record-changes.js';
import type { RecordChanges } from './record-changes.js';

const AT_ONCE = 1_000;

/**
 * Kafka no longer holds what comes next (it was down for too long, or was lost): what the outbox still has is planned
 * from there, and the hole shows as a gap, since what was sent more than a day ago is gone there too.
 */
export class ReplayMissed {
  constructor(
    private readonly changes: RecordChanges,
    private readonly gaps: OwnGaps,
  ) {}

  async replay(transaction: Queryable, { partition, position, messages }: MessageBatch): Promise<readonly string[]> {
    const newNotices: string[] = [];
    let afterId = -1;
    for (;;) {
      const rows = await missedChanges(transaction, { reader: READER, afterId, limit: AT_ONCE });
      const last = rows.at(-1);
      if (last === undefined) break;
      const readable = rows.flatMap(({ id, message }) => stateChangeMessage.safeParse({ ...message, sequence: id }).data ?? []);
      newNotices.push(...(await this.changes.plan(transaction, readable)));
      afterId = last.id;
    }
    const nowMs = await databaseNow(transaction);
    const first = messages[0]?.offset ?? 0;
    const gap = {
      id: `state-changes.hole.${partition}.${nowMs}`,
      revision: 1,
      cause: 'dead-letter' as const,
      fromMs: nowMs,
      status: 'open' as const,
      detail: `${TOPICS.stateChanges}, partition ${partition}: Kafka holds nothing between offset ${position} and ${first}; ${newNotices.length} notice(s) were planned from the outbox`,
      knownFromMs: nowMs,
    };
    return [...newNotices, ...(await this.gaps.record(transaction, gap, []))];
  }
}
