import { RegisterFeed, SecretBox, feedRegistration } from '@tickmark/access';
import type { CatalogueFile } from '@tickmark/catalogue';
import { FeedRepository, backdateFeed, endDemoLedger } from '@tickmark/persistence';
import type { Database, Feed } from '@tickmark/persistence';
import type { Logger } from '@tickmark/platform';
import { buildConsole } from '../../apps/console/dist/build-console.js';
import type { BuiltConsole } from '../../apps/console/dist/build-console.js';
import { Engagements } from '../../apps/console/dist/engagements/engagements.js';
import { FreezeRevision } from '../../apps/console/dist/engagements/freeze-revision.js';
import type { ValidateData } from '../../apps/ingestion/dist/receive/prepare-events.js';
import { Judged } from './judged.ts';
import { Receiving } from './received.ts';
import { seededRandomness } from './seeded-randomness.ts';
import { StoryClock } from './story-clock.ts';
import type { Story, StoryDelivery } from './story.ts';
import { ToldTo } from './told-to.ts';

export interface TellingParts {
  readonly database: Database;
  readonly databaseUrl: string;
  readonly files: readonly CatalogueFile[];
  readonly validate: ValidateData;
  readonly logger: Logger;
  readonly consoleUrl: string;
  /** How much of it is told, from 0 to 1. */
  readonly progress: (part: number) => void;
}

const SEED = 'larkspur';
const TELLER = { actor: 'demo story', role: 'admin' } as const;
/** As long as it takes in a system at rest: from receipt to verdict, from verdict to notice, to the next tick. */
const VERDICT_MS = 120;
const NOTICE_MS = 80;
const TICK_MS = 1_000;
/** Of every feed of the story. */
const SETTLE_MS = 2_000;
const CATEGORIES = ['security', 'availability', 'processing-integrity', 'confidentiality', 'privacy'] as const;

/** Nothing was accepted since the last tick, so that judging waits a settle longer, as after any jump of the clock. */
const ticksFrom = (ms: number): readonly number[] => [ms, ms + SETTLE_MS];

function useCase<T>({ parts }: BuiltConsole, type: abstract new (...parts: never[]) => T): T {
  const found = parts.useCases.find((one) => one instanceof type);
  if (found === undefined) throw new Error(`the console has no ${type.name}`);
  return found as T;
}

/** Tells a story to the use cases of the apps, on its own clock, into a ledger that is a demo's. */
export class TellStory {
  readonly #parts: TellingParts;
  readonly #story: Story;
  readonly #clock: StoryClock;
  readonly #randomness = seededRandomness(SEED);
  readonly #receiving: Receiving;
  readonly #judged: Judged;
  readonly #notices: ToldTo;
  #feeds: ReadonlyMap<string, Feed> = new Map();

  constructor(story: Story, parts: TellingParts) {
    const clock = new StoryClock(story.beginMs);
    const shared = { database: parts.database, logger: parts.logger, clock, randomness: this.#randomness };
    this.#parts = parts;
    this.#story = story;
    this.#clock = clock;
    this.#receiving = new Receiving({ ...shared, validate: parts.validate });
    this.#judged = new Judged(shared);
    this.#notices = new ToldTo(parts.database, clock, parts.consoleUrl);
  }

  /** `now` is asked again at the end, since telling takes a while. */
  async run(now: () => number): Promise<void> {
    const { deliveries } = this.#story;
    await this.#begin();
    const steps = [...Map.groupBy(deliveries, ({ receivedAtMs }) => receivedAtMs)];
    for (const [index, [ms, together]] of steps.entries()) {
      await this.#comeTo(ms);
      await this.#receive(ms, together);
      this.#parts.progress((index + 1) / steps.length);
    }
    await this.#comeTo(now());
    await this.#tickTo(now() - SETTLE_MS);
    await this.#freeze();
    await this.#receiving.settle();
    await this.#end();
  }

  async #begin(): Promise<void> {
    const { database, files } = this.#parts;
    const register = new RegisterFeed(database, new SecretBox(Buffer.alloc(32)));
    const feeds = new Map<string, Feed>();
    for (const { registration, sinceMs } of this.#story.feeds) {
      const registered = await register.execute(feedRegistration([]).parse(registration), TELLER.actor);
      if (registered.outcome !== 'registered') throw new Error(`the feed ${registration.name} is there already`);
      await backdateFeed(database, registered.feed.id, sinceMs);
      const feed = await new FeedRepository(database).byId(registered.feed.id);
      if (feed !== undefined) feeds.set(feed.name, feed);
    }
    this.#feeds = feeds;
    await this.#judged.begin(files);
    await this.#receiving.settle();
  }

  async #receive(ms: number, deliveries: readonly StoryDelivery[]): Promise<void> {
    this.#clock.goTo(ms);
    const evidence = await this.#receiving.take(deliveries, this.#feeds);
    this.#clock.goTo(ms + VERDICT_MS);
    await this.#judged.read(evidence, ticksFrom(ms + TICK_MS));
    await this.#tell();
    this.#clock.goTo(ms + TICK_MS);
    await this.#receiving.settle();
    await this.#decide(ms + TICK_MS);
  }

  /** What falls due on the way is decided at its time. */
  async #comeTo(ms: number): Promise<void> {
    for (let last = -Infinity; ; ) {
      const dueMs = await this.#judged.nextDue();
      if (dueMs >= ms - TICK_MS - SETTLE_MS) return;
      if (dueMs <= last) throw new Error(`what fell due at ${new Date(dueMs).toISOString()} is not decided`);
      last = dueMs;
      await this.#tickTo(Math.max(dueMs - SETTLE_MS, this.#clock.now()));
    }
  }

  async #tickTo(ms: number): Promise<void> {
    this.#clock.goTo(ms);
    await this.#receiving.settle();
    await this.#judged.read([], ticksFrom(ms));
    await this.#decide(ms);
  }

  async #decide(ms: number): Promise<void> {
    this.#clock.goTo(ms + SETTLE_MS + VERDICT_MS);
    await this.#judged.decide(ms + SETTLE_MS);
    await this.#tell();
  }

  async #tell(): Promise<void> {
    this.#clock.goTo(this.#clock.now() + NOTICE_MS);
    await this.#notices.tell();
  }

  async #freeze(): Promise<void> {
    const { engagement: name, entity, fromMs, toMs } = this.#story;
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    const reports: ['soc1', 'soc2'] = ['soc1', 'soc2'];
    const body = { name, entity, reports, type: 'II' as const, from, to, categories: [...CATEGORIES] };
    const { logger, databaseUrl } = this.#parts;
    const config = { DATABASE_URL: databaseUrl, TICKMARK_SECRET_KEY: Buffer.alloc(32), TICKMARK_ENTITY: entity, NODE_ENV: 'production' } as const;
    const built = buildConsole({ config, logger, clock: this.#clock, randomness: this.#randomness });
    try {
      const { id } = await useCase(built, Engagements).open({ params: {}, query: {}, principal: TELLER, body });
      await useCase(built, FreezeRevision).execute({ params: { id }, query: {}, principal: TELLER, body: undefined });
    } finally {
      await built.stop();
    }
  }

  #end(): Promise<void> {
    const { beginMs } = this.#story;
    return this.#parts.database.transaction((transaction) => endDemoLedger(transaction, { beginMs, endMs: this.#clock.now() }));
  }
}
