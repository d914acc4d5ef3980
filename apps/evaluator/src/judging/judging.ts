import { systemRandomness } from '@tickmark/platform';
import type { Clock, Randomness } from '@tickmark/platform';
import { KeyNames, faultOf, ledgerEpoch, shareActivation, stopShadow } from '@tickmark/persistence';
import type { Database, Queryable } from '@tickmark/persistence';
import { liveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCatalogue } from '../catalogue/live-catalogue.js';
import type { LiveCatalogues } from '../catalogue/read-live-catalogue.js';
import { DraftFailed } from './draft-failed.js';
import { writeOutgoing } from './unit.js';
import type { Unit } from './unit.js';

const ATTEMPTS = 5;
/** Before the first activation there is nothing to judge by; what came before is seen by it. */
const NOTHING_ACTIVE = liveCatalogue(0, []);

/** Opens the transactions of judging, and runs one again that met another in a ring of locks, or a draft that cannot be judged. */
export class Judging {
  readonly #keyNames = new KeyNames();

  constructor(
    private readonly database: Database,
    private readonly catalogues: LiveCatalogues,
    private readonly clock: Clock,
    private readonly committed: () => void,
    private readonly randomness: Pick<Randomness, 'newId'> = systemRandomness,
  ) {}

  /** By the catalogue that is active in the transaction; no activation comes in between. */
  run<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    return this.runWith(async (transaction) => {
      await shareActivation(transaction);
      return (await this.catalogues.current(transaction)) ?? NOTHING_ACTIVE;
    }, work);
  }

  /** By a catalogue that the transaction itself brings; undefined: nothing to do. */
  async runWith<T>(begin: (transaction: Queryable) => Promise<LiveCatalogue>, work: (unit: Unit) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(begin, work);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        if (error instanceof DraftFailed) await this.database.transaction((transaction) => stopShadow(transaction, error.shadowId, error.message));
        else if (faultOf(error) !== 'retry') throw error;
      }
    }
  }

  async #once<T>(begin: (transaction: Queryable) => Promise<LiveCatalogue>, work: (unit: Unit) => Promise<T>): Promise<T> {
    let made: Unit | undefined;
    const result = await this.database.transaction(async (transaction) => {
      const catalogue = await begin(transaction);
      const keyNames = this.#keyNames.within(transaction);
      const epoch = await ledgerEpoch(transaction);
      const nowMs = this.clock.now();
      const newId = (): string => this.randomness.newId(nowMs);
      const unit: Unit = { transaction, catalogue, keyNames, nowMs, newId, epoch, traceparents: new Map(), messages: [], leaves: [], changed: [] };
      made = unit;
      const value = await work(unit);
      await writeOutgoing(unit);
      return value;
    });
    made?.keyNames.keep();
    if ((made?.messages.length ?? 0) > 0) this.committed();
    return result;
  }
}
