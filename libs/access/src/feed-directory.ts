import { FeedRepository } from '@tickmark/persistence';
import type { Feed, Queryable } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { FEED_NAME } from './feed-registration.js';
import { Recent } from './recent.js';
import type { SecretBox } from './secret-box.js';

/** A change of a feed or its secrets takes effect at the latest after this time. */
const KEEP_MS = 2_000;
const MOST_FEEDS = 10_000;

/** The registered feeds, for whoever receives from them. */
export class FeedDirectory {
  private readonly repository: FeedRepository;
  private readonly ids: Recent<Feed | undefined>;
  private readonly names: Recent<Feed | undefined>;
  private readonly secrets: Recent<readonly string[]>;

  constructor(database: Queryable, clock: Clock, box: SecretBox) {
    this.repository = new FeedRepository(database);
    const kept = { clock, keepMs: KEEP_MS, most: MOST_FEEDS };
    this.ids = new Recent({ ...kept, load: (id) => this.repository.byId(Number(id)) });
    this.names = new Recent({ ...kept, load: (name) => this.repository.byName(name) });
    this.secrets = new Recent({
      ...kept,
      load: async (id) => (await this.repository.secrets(Number(id))).map((sealed) => box.open(sealed, ownerOfSecret(Number(id)))),
    });
  }

  byId(id: number): Promise<Feed | undefined> {
    return this.ids.get(String(id));
  }

  /** A name that no feed can have is not asked for: Postgres refuses a NUL in text. */
  byName(name: string): Promise<Feed | undefined> {
    return FEED_NAME.test(name) ? this.names.get(name) : Promise.resolve(undefined);
  }

  /** All that are valid now, the newest first. */
  secretsOf(feed: Feed): Promise<readonly string[]> {
    return this.secrets.get(String(feed.id));
  }
}

export const ownerOfSecret = (feedId: number): string => `feed/${feedId}`;
