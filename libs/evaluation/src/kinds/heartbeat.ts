import { z } from 'zod';
import type { JudgingClock, KeyTimeline, WatchedFeed } from '../model.js';
import { alias } from '../reading/common-fields.js';
import { kindOf } from '../reading/kind-of.js';

const schema = z.strictObject({
  input: alias,
});

/** Is the feed alive? Silence is blindness like any other and is laid over; how long it may last belongs to the feed. */
export const heartbeatKind = kindOf({
  id: 'heartbeat',
  timing: 'time-based',
  schema,
  reachable: ['pass', 'unknown'],
  prepare(reader, spec) {
    const { type } = reader.input(['input'], spec.input);
    return { roles: [], inputTypes: new Map([[spec.input, type]]), neededTypes: [type], judgeFeed: aliveUnlessSilent };
  },
});

/** A feed that nobody watches is never said to be alive. */
function aliveUnlessSilent(feed: WatchedFeed, { effectiveFromMs }: JudgingClock): KeyTimeline {
  const beginMs = Math.max(feed.createdAtMs, effectiveFromMs);
  const about = { fromMs: beginMs, system: feed.system, feedIds: [feed.feedId] };
  return {
    key: feed.name,
    beginMs,
    segments: [
      feed.monitored
        ? { state: 'pass', basis: 'evidence', ...about }
        : { state: 'not-applicable', basis: 'evidence', reason: 'liveness-not-monitored', ...about },
    ],
    failures: [],
    observations: [],
  };
}
