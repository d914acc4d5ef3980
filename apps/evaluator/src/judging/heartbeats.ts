import type { KeyTimeline, WatchedFeed } from '@tickmark/evaluation';
import type { WatchedFeedRow } from '@tickmark/persistence';
import { boundedKey, loadTimelines, lockCheckStates, watchedFeeds } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';
import { addDifference, noDifference } from './difference.js';
import { idOf } from './group-plan.js';
import { declaringFeeds } from './sight.js';
import type { Unit } from './unit.js';
import { writeDifference } from './write-judged.js';

interface Watch {
  readonly check: LiveCheck;
  readonly feed: WatchedFeedRow;
}

/** Every feed that a heartbeat check watches: the check's key is the feed, and silence is laid over like any blindness. */
function watchesOf(checks: Iterable<LiveCheck>, feeds: readonly WatchedFeedRow[]): readonly Watch[] {
  const production = feeds.filter((feed) => feed.production);
  return [...checks]
    .filter(({ compiled }) => compiled.judgeFeed !== undefined)
    .flatMap((check) => declaringFeeds(check.compiled, production).map((feed) => ({ check, feed })));
}

/** Writes the raw timelines of the watched feeds; the same again changes nothing. */
export async function judgeHeartbeats(unit: Unit): Promise<void> {
  const watches = watchesOf(unit.catalogue.checks.values(), await watchedFeeds(unit.transaction));
  if (watches.length === 0) return;
  const keyIds = await unit.keyNames.ids(watches.map(({ feed }) => boundedKey(feed.name)));
  const groups = watches.map((watch) => ({ ...watch, checkId: watch.check.id, groupId: keyIds.get(boundedKey(watch.feed.name)) ?? 0 }));
  await lockCheckStates(unit.transaction, groups);
  const stored = Map.groupBy(await loadTimelines(unit.transaction, groups), idOf);
  const difference = noDifference();
  for (const { check, feed, ...group } of groups) {
    const after = timelineOf(check, feed);
    addDifference({ group, baseMs: -Infinity, before: stored.get(idOf(group)) ?? [], after: after === undefined ? [] : [after], keyIds }, difference);
  }
  await writeDifference(unit, difference);
}

function timelineOf({ compiled, effectiveFromMs }: LiveCheck, feed: WatchedFeedRow): KeyTimeline | undefined {
  const watched: WatchedFeed = {
    feedId: feed.feedId,
    name: boundedKey(feed.name),
    system: feed.system,
    createdAtMs: feed.createdAtMs,
    monitored: feed.maxSilenceMs !== undefined,
  };
  return compiled.judgeFeed?.(watched, { effectiveFromMs });
}
