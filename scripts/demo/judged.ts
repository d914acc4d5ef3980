import type { CatalogueFile } from '@tickmark/catalogue';
import { TOPICS } from '@tickmark/contracts';
import type { StoredMessage } from '@tickmark/contracts';
import { PartitionOffsets, RelaySource, nextDue } from '@tickmark/persistence';
import type { Database, RelayRow } from '@tickmark/persistence';
import type { Logger, Randomness } from '@tickmark/platform';
import { LiveCatalogues } from '../../apps/evaluator/dist/catalogue/read-live-catalogue.js';
import { Judging } from '../../apps/evaluator/dist/judging/judging.js';
import { ActivateCatalogue } from '../../apps/evaluator/dist/use-cases/activate-catalogue.js';
import { DecideDue } from '../../apps/evaluator/dist/use-cases/decide-due.js';
import { DecideLiveness } from '../../apps/evaluator/dist/use-cases/decide-liveness.js';
import { JudgeBatch } from '../../apps/evaluator/dist/use-cases/judge-batch.js';
import { evidenceText, tickText } from '../../apps/ingestion/dist/relay/evidence-message.js';
import type { StoryClock } from './story-clock.ts';

interface JudgedParts {
  readonly database: Database;
  readonly clock: StoryClock;
  readonly randomness: Randomness;
  readonly logger: Logger;
}

/** The apps begin with as many partitions as Kafka has; a new one starts where this one stands. */
const PARTITION = 0;
const PARTITIONS = 1;

/** The evaluator without Kafka: the messages that it would have read, judged at the time of the story. */
export class Judged {
  readonly #parts: JudgedParts;
  readonly #source: RelaySource;
  readonly #activate: ActivateCatalogue;
  readonly #batch: JudgeBatch;
  readonly #liveness: DecideLiveness;
  readonly #due: DecideDue;
  #offset = 0;

  constructor(parts: JudgedParts) {
    const { database, clock, randomness, logger } = parts;
    const catalogues = new LiveCatalogues();
    const judging = new Judging(database, catalogues, clock, () => undefined, randomness);
    this.#parts = parts;
    this.#source = new RelaySource(database);
    this.#activate = new ActivateCatalogue(judging, catalogues, clock);
    this.#batch = new JudgeBatch(judging, { judged: () => undefined, deadLettered: () => undefined }, logger);
    this.#liveness = new DecideLiveness(database, judging);
    this.#due = new DecideDue(database, judging, { decided: () => undefined }, logger);
  }

  async begin(files: readonly CatalogueFile[]): Promise<void> {
    await new PartitionOffsets(this.#parts.database).positions(TOPICS.controlEvents, PARTITIONS);
    const outcome = await this.#activate.run(files);
    if (outcome.kind === 'refused') {
      const [first] = outcome.faults;
      throw new Error(`the catalogue does not load: ${first?.file ?? ''} ${first?.message ?? ''}; see npx tickmark controls check`);
    }
  }

  /** Reads the evidence, and that the ledger's clock has come to these instants. */
  async read(evidence: readonly RelayRow[], clocksMs: readonly number[]): Promise<void> {
    const { epoch, nextIndex } = await this.#source.head();
    const leafIndex = nextIndex - 1;
    const texts = [
      ...evidence.map((row) => evidenceText(row, epoch)),
      ...(leafIndex < 0 ? [] : clocksMs.map((clockMs) => tickText({ leafIndex, clockMs }, epoch))),
    ];
    const messages = texts.map((text, index): StoredMessage => ({ offset: this.#offset + index, key: null, value: Buffer.from(text) }));
    if (messages.length === 0) return;
    const batch = { topic: TOPICS.controlEvents, partition: PARTITION, position: this.#offset, messages, isStale: () => false } as const;
    const outcome = await this.#batch.run(batch);
    if (outcome.kind === 'failed') throw outcome.error;
    this.#offset = outcome.nextOffset;
  }

  /** What fell due until then. Silence first, as the evaluator does. */
  async decide(untilMs: number): Promise<void> {
    const { dueMs, isSilent } = await nextDue(this.#parts.database);
    if (dueMs > untilMs && !isSilent) return;
    await this.#liveness.run();
    await this.#due.run();
  }

  /** When the next thing falls due. */
  async nextDue(): Promise<number> {
    return (await nextDue(this.#parts.database)).dueMs;
  }
}
