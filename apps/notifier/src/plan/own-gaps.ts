import { gapMessage, toInstant } from '@tickmark/contracts';
import type { GapMessage } from '@tickmark/contracts';
import { addStateChange, ledgerEpoch, putIntoLedger, saveGaps } from '@tickmark/persistence';
import type { GapRevision, Queryable } from '@tickmark/persistence';
import type { RecordChanges } from './record-changes.js';

/**
 * Gaps that the notifier itself finds: a row, a leaf, a message for other readers, and the notice at once, since the
 * relay that sends messages may be just what stands still. The copy that comes back through Kafka has the same sequence
 * and is planned no more.
 */
export class OwnGaps {
  constructor(private readonly changes: RecordChanges) {}

  async record(transaction: Queryable, gap: GapRevision, controls: readonly string[]): Promise<readonly string[]> {
    await saveGaps(transaction, [gap]);
    const { sequence: _later, ...message } = await this.#messageOf(transaction, gap, controls);
    await putIntoLedger(transaction, 'gap', leafOf(message));
    const sequence = await addStateChange(transaction, `gap/${gap.id}`, message);
    return this.changes.plan(transaction, [gapMessage.parse({ ...message, sequence })]);
  }

  async #messageOf(transaction: Queryable, gap: GapRevision, controls: readonly string[]): Promise<GapMessage> {
    const kind = gap.status === 'open' ? 'gap-opened' : 'gap-closed';
    return {
      schemaVersion: 1,
      id: `${gap.id}/${gap.revision}`,
      epoch: await ledgerEpoch(transaction),
      sequence: 0,
      occurredAt: toInstant(kind === 'gap-opened' ? gap.fromMs : (gap.toMs ?? gap.knownFromMs)),
      causedBy: 'notifier',
      kind,
      gap: {
        id: gap.id,
        cause: gap.cause,
        from: toInstant(gap.fromMs),
        ...(gap.toMs === undefined ? {} : { to: toInstant(gap.toMs) }),
        controls: [...controls],
      },
    };
  }
}

/** As the evaluator's leaves of gaps. */
const leafOf = ({ kind, gap: { id, cause, from, to } }: Omit<GapMessage, 'sequence'>) => ({
  event: kind === 'gap-opened' ? 'opened' : 'closed',
  id,
  cause,
  from,
  ...(to === undefined ? {} : { to }),
});
