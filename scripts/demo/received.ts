import { formatById } from '@tickmark/formats';
import { SourceNames, runAppend } from '@tickmark/persistence';
import type { Database, Feed, RelayRow } from '@tickmark/persistence';
import type { Logger, Randomness } from '@tickmark/platform';
import { AppendGroup } from '../../apps/ingestion/dist/append/append-group.js';
import { AppendLeaves } from '../../apps/ingestion/dist/append/append-leaves.js';
import { drainIntake } from '../../apps/ingestion/dist/append/drain-intake.js';
import { ReceiveDelivery } from '../../apps/ingestion/dist/receive/receive-delivery.js';
import type { ValidateData } from '../../apps/ingestion/dist/receive/prepare-events.js';
import type { StoryClock } from './story-clock.ts';
import type { StoryDelivery, StoryEvent } from './story.ts';

interface ReceivingParts {
  readonly database: Database;
  readonly clock: StoryClock;
  readonly randomness: Randomness;
  readonly validate: ValidateData;
  readonly logger: Logger;
}

const CONTENT_TYPE = 'application/cloudevents-batch+json';

/** Ingestion without its doors: deliveries are parsed, validated and appended as it does, at the time of the story. */
export class Receiving {
  readonly #parts: ReceivingParts;
  readonly #appender: AppendLeaves;
  readonly #receive: ReceiveDelivery;
  #fresh: RelayRow[] = [];
  #events = 0;

  constructor(parts: ReceivingParts) {
    const { database, clock, randomness, validate, logger } = parts;
    this.#parts = parts;
    this.#appender = new AppendLeaves({
      database,
      group: new AppendGroup(new SourceNames(database), randomness),
      listener: { committed: ({ evidence }) => void this.#fresh.push(...evidence) },
      logger,
      story: { clock, randomness },
    });
    this.#receive = new ReceiveDelivery({
      clock,
      validate,
      randomness,
      append: (request) => this.#appender.append(request),
      received: () => undefined,
    });
  }

  /** All at the time that the clock shows; answers the new evidence in leaf order. */
  async take(deliveries: readonly StoryDelivery[], feeds: ReadonlyMap<string, Feed>): Promise<readonly RelayRow[]> {
    await Promise.all(deliveries.map((delivery) => this.#takeOne(delivery, feeds)));
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /** What other apps put into the ledger gets its leaves, and the ledger's clock comes to the story's. */
  async settle(): Promise<void> {
    const { database, clock, randomness } = this.#parts;
    while (await runAppend(database, (transaction) => drainIntake(transaction, randomness), clock));
  }

  async #takeOne({ feed: name, events }: StoryDelivery, feeds: ReadonlyMap<string, Feed>): Promise<void> {
    const feed = feeds.get(name);
    const format = formatById('cloudevents');
    if (feed === undefined || format === undefined) throw new Error(`the story has no feed ${name}`);
    const receipt = await this.#receive.execute({
      format,
      sender: { feed, allowedReserved: new Set() },
      headers: { 'content-type': CONTENT_TYPE, traceparent: this.#traceparent() },
      rawBody: Buffer.from(JSON.stringify(events.map((event) => this.#cloudEvent(name, event)))),
      handshake: undefined,
    });
    if (receipt.outcome !== 'received' || receipt.rejected.length > 0) throw new Error(`ingestion does not take the story: ${JSON.stringify(receipt)}`);
  }

  #cloudEvent(feed: string, { type, subject, atMs, data }: StoryEvent) {
    this.#events += 1;
    return { specversion: '1.0', id: `larkspur-${this.#events}`, source: `/${feed}`, type, subject, time: new Date(atMs).toISOString(), data };
  }

  #traceparent(): string {
    const { randomness } = this.#parts;
    return `00-${randomness.slice(16).toString('hex')}-${randomness.slice(8).toString('hex')}-00`;
  }
}
