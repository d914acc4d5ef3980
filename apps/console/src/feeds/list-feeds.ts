import { formatDuration, toInstant } from '@tickmark/contracts';
import { FeedRepository, inSnapshot, readFeedActivity } from '@tickmark/persistence';
import type { Database, Feed, FeedActivity } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { cursorOf, instantOrNull, positionText, toPage } from '../http/query.js';
import type { Input } from '../http/route.js';
import type { listFeeds, showFeed } from './feeds.routes.js';

const cursor = cursorOf('feeds', positionText);
const WHOLE_NUMBER = /^\d{1,9}$/;

export class ListFeeds {
  constructor(private readonly database: Database) {}

  list({ query }: Input<typeof listFeeds>) {
    return inSnapshot(this.database, async (snapshot) => {
      const feeds = await new FeedRepository(snapshot).list(query.limit + 1, cursor.read(query.cursor));
      const activity = await readFeedActivity(snapshot, feeds.map(({ id }) => id));
      return toPage(feeds, query.limit, (feed) => withActivity(feed, activity.get(feed.id)), ({ name }) => cursor.write(name));
    });
  }

  one({ params }: Input<typeof showFeed>) {
    return inSnapshot(this.database, async (snapshot) => {
      const feeds = new FeedRepository(snapshot);
      const feed = WHOLE_NUMBER.test(params.id) ? await feeds.byId(Number(params.id)) : undefined;
      if (feed === undefined) throw new HttpProblem(404, 'There is no feed with this id; GET /v1/feeds lists them.');
      return withActivity(feed, (await readFeedActivity(snapshot, [feed.id])).get(feed.id));
    });
  }
}

/** What was registered; never a secret. */
export function showRegistration(feed: Feed) {
  const { id, name, system, production, types, sources, maxSilenceMs, authentication, perSecond, perDay, createdAtMs } = feed;
  return {
    id: String(id),
    name,
    system,
    production,
    types,
    sources,
    liveness: maxSilenceMs === undefined ? ('none' as const) : { maxSilence: formatDuration(maxSilenceMs) },
    authentication: { kind: authentication.kind },
    settle: formatDuration(feed.settleMs),
    maxAhead: formatDuration(feed.maxAheadMs),
    maxAge: formatDuration(feed.maxAgeMs),
    limits: { perSecond: perSecond ?? null, perDay: perDay ?? null },
    createdAt: toInstant(createdAtMs),
  };
}

function withActivity(feed: Feed, activity: FeedActivity | undefined) {
  return {
    ...showRegistration(feed),
    state: livenessOf(feed, activity),
    silentSince: instantOrNull(activity?.silentSinceMs),
    lastDeliveryAt: instantOrNull(activity?.lastDeliveryAtMs),
    lastEventAt: instantOrNull(activity?.lastEventAtMs),
  };
}

function livenessOf({ maxSilenceMs }: Feed, activity: FeedActivity | undefined): 'alive' | 'silent' | 'not-monitored' {
  if (maxSilenceMs === undefined) return 'not-monitored';
  return activity?.silentSinceMs === undefined ? 'alive' : 'silent';
}
