import { HeldLock, LOCKS, noteSealerStatus } from '@tickmark/persistence';
import type { Database } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import type { RecheckLeaves } from './recheck-leaves.js';
import type { SealLedger } from './seal-ledger.js';

interface Standing {
  /** The last round did not come to its end. */
  readonly failure?: string;
  readonly refusal?: string;
  readonly alteredLeaf?: number;
  readonly isStandby: boolean;
}

/** One round after the other: seal, look again at what is sealed, say how it stands. One process of the installation does. */
export class KeepSealing {
  #held: HeldLock | undefined;
  #standing: Standing = { isStandby: false };

  constructor(
    private readonly database: Database,
    private readonly ledger: SealLedger,
    private readonly leaves: RecheckLeaves,
    private readonly logger: Logger,
  ) {}

  get standing(): Standing {
    return this.#standing;
  }

  async round(): Promise<void> {
    try {
      await this.#round();
    } catch (error) {
      this.#standing = { ...this.#standing, failure: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  async #round(): Promise<void> {
    if (this.#held?.lost === true) this.#letGo();
    this.#held ??= await HeldLock.take(this.database, LOCKS.sealer);
    if (this.#held === undefined) {
      this.#standing = { isStandby: true };
      return;
    }
    const refusal = await this.#seal();
    const alteredLeaf = await this.leaves.some(Date.now());
    if (alteredLeaf !== undefined && alteredLeaf !== this.#standing.alteredLeaf) {
      this.logger.error({ leafIndex: alteredLeaf }, 'a leaf is not the one that was sealed');
    }
    this.#standing = { isStandby: false, ...(refusal === undefined ? {} : { refusal }), ...(alteredLeaf === undefined ? {} : { alteredLeaf }) };
    await noteSealerStatus(this.database, this.#standing);
  }

  close(): Promise<void> {
    this.#letGo();
    return Promise.resolve();
  }

  #letGo(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  async #seal(): Promise<string | undefined> {
    const outcome = await this.ledger.seal();
    if (outcome.kind === 'sealed') this.logger.info({ size: outcome.checkpoint.size, origin: outcome.checkpoint.origin }, 'sealed');
    if (outcome.kind !== 'refused') return undefined;
    // Once for each reason: it stays until somebody acts.
    if (outcome.reason !== this.#standing.refusal) this.logger.error({ reason: outcome.reason }, 'nothing is signed any more');
    return outcome.reason;
  }
}
