import { toInstant } from '@tickmark/contracts';
import type { GapMessage } from '@tickmark/contracts';
import { originOf } from '@tickmark/ledger';
import { activeControls, addStateChange, latestCheckpoint, putIntoLedger, readLedgerToSeal, saveGaps } from '@tickmark/persistence';
import type { Database, LedgerToSeal, Queryable } from '@tickmark/persistence';
import type { Memory } from '../keep/memory.js';
import { whyNot } from '../seal/why-not.js';

interface Previous {
  readonly origin: string;
  readonly epoch: number;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  readonly signedAtMs: number;
}

export type StartedEpoch =
  | { readonly ok: true; readonly epoch: number; readonly previous: Previous }
  | { readonly ok: false; readonly reason: string };

/**
 * The way on when sealer refuses, after everything that was kept elsewhere has been appended again. Two persons answer for
 * it: a leaf names them and the last checkpoint from before, a gap says that something may be missing, and an approval
 * beside the memory lets sealer sign again, under another origin.
 */
export class StartEpoch {
  constructor(
    private readonly database: Database,
    private readonly memory: Memory,
  ) {}

  async start(startedBy: readonly [string, string]): Promise<StartedEpoch> {
    const [first, second] = startedBy.map((name) => name.trim().toLowerCase());
    if (first === '' || second === '' || first === second) return { ok: false, reason: 'two different persons start an epoch' };
    const ledger = await readLedgerToSeal(this.database);
    const previous = await this.#previous();
    if (previous === undefined) return { ok: false, reason: 'nothing was signed yet, so there is nothing to begin anew' };
    const refusal = await whyNot(this.database, this.memory, ledger);
    if (refusal === undefined) return { ok: false, reason: 'the ledger goes on from what was signed; it needs no new epoch' };
    const epoch = Math.max(ledger.epoch, previous.epoch) + 1;
    this.memory.approve({ epoch, startedBy: [...startedBy], previousRoot: previous.root });
    await this.database.transaction((transaction) => record(transaction, { ledger, epoch, previous, startedBy, refusal }));
    return { ok: true, epoch, previous };
  }

  async #previous(): Promise<Previous | undefined> {
    const last = this.memory.last();
    if (last !== undefined) {
      const { ledger, epoch, size, root, signedAt } = last;
      return { origin: originOf(ledger, epoch), epoch, size, root, signedAtMs: Date.parse(signedAt) };
    }
    const stored = await latestCheckpoint(this.database);
    return stored && { ...stored, root: stored.root.toString('base64') };
  }
}

interface Beginning {
  readonly ledger: LedgerToSeal;
  readonly epoch: number;
  readonly previous: Previous;
  readonly startedBy: readonly [string, string];
  readonly refusal: string;
}

async function record(transaction: Queryable, { ledger, epoch, previous, startedBy, refusal }: Beginning): Promise<void> {
  const { origin, size, root, signedAtMs } = previous;
  await putIntoLedger(transaction, 'epoch', { event: 'started', epoch, previous: { origin, epoch: previous.epoch, size, root }, startedBy });
  const id = `epoch.${epoch}`;
  const fromMs = Math.min(signedAtMs, ledger.nowMs);
  await saveGaps(transaction, [{ id, revision: 1, cause: 'epoch', fromMs, status: 'open', detail: refusal, knownFromMs: ledger.nowMs }]);
  await putIntoLedger(transaction, 'gap', { event: 'opened', id, cause: 'epoch', from: toInstant(fromMs) });
  const message: Omit<GapMessage, 'sequence'> = {
    schemaVersion: 1,
    id: `${id}/1`,
    epoch: ledger.epoch,
    occurredAt: toInstant(fromMs),
    causedBy: 'sealer',
    kind: 'gap-opened',
    gap: { id, cause: 'epoch', from: toInstant(fromMs), controls: [...(await activeControls(transaction))] },
  };
  await addStateChange(transaction, `gap/${id}`, message);
}
