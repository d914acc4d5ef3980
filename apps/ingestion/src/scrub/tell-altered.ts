import { TOPICS, toInstant } from '@tickmark/contracts';
import { addAlteredLeaves, addToOutbox, databaseNow, ledgerEpoch, openGap, putIntoLedger, saveGaps } from '@tickmark/persistence';
import type { AlteredLeaf, Database, Queryable } from '@tickmark/persistence';
import { newId } from '@tickmark/platform';
import type { Logger } from '@tickmark/platform';

const CAUSE = 'altered';
const WHAT: Readonly<Record<string, string>> = {
  missing: 'is missing',
  leaf: 'is no leaf that can be read',
  raw: 'vouches for other bytes than the delivery that is kept',
  normal: 'vouches for another event than the one that is kept',
  record: 'vouches for another record than the one that is kept',
};

/** What is kept is not what was received: on record, told, and open until a person has looked into it. Nothing is put right. */
export class TellAltered {
  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  async execute(altered: readonly AlteredLeaf[]): Promise<void> {
    if (altered.length === 0) return;
    const added = await this.database.transaction((transaction) => tell(transaction, altered));
    for (const one of added) this.logger.error(one, 'what is kept differs from its leaf');
  }
}

async function tell(transaction: Queryable, altered: readonly AlteredLeaf[]): Promise<readonly AlteredLeaf[]> {
  const added = await addAlteredLeaves(transaction, altered);
  const first = added[0];
  if (first === undefined || (await openGap(transaction, CAUSE, `${CAUSE}.`)) !== undefined) return added;
  const nowMs = await databaseNow(transaction);
  const id = `${CAUSE}.${first.leafIndex}`;
  const about = first.evidenceId === undefined ? '' : ` (evidence ${first.evidenceId})`;
  const detail = `leaf ${first.leafIndex} ${WHAT[first.difference] ?? 'differs'}${about}; ${added.length} found together`;
  await saveGaps(transaction, [{ id, revision: 1, cause: CAUSE, fromMs: nowMs, status: 'open', detail, knownFromMs: nowMs }]);
  const from = toInstant(nowMs);
  await putIntoLedger(transaction, 'gap', { event: 'opened', id, cause: CAUSE, from });
  await addToOutbox(transaction, [
    {
      topic: TOPICS.stateChanges,
      key: `gap/${id}`,
      message: {
        schemaVersion: 1, id: newId(nowMs), epoch: await ledgerEpoch(transaction), occurredAt: from, causedBy: `gap/${id}`, kind: 'gap-opened',
        gap: { id, cause: CAUSE, from, controls: [] },
      },
    },
  ]);
  return added;
}
