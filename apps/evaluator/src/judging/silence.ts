import { reviseGaps, silences } from '@tickmark/evaluation';
import type { Interval } from '@tickmark/evaluation';
import type { GapRevision, Queryable, WatchedFeedRow } from '@tickmark/persistence';
import { firstSignIn, lastSignIn } from '@tickmark/persistence';
import type { GapChange } from './error-gaps.js';

/** Signs of life that tell all silences: from each one to the last one within reach. */
export interface Walk {
  readonly signsMs: readonly number[];
  readonly lastSignMs: number;
}

export interface WatchedSilence {
  readonly feed: WatchedFeedRow & { readonly maxSilenceMs: number };
  readonly watermarkMs: number;
}

const STEPS_MAX = 100_000;

/** As many look-ups as `maxSilence` fits into the stretch, however busy the feed is. */
export async function walkSigns(database: Queryable, { feed, watermarkMs }: WatchedSilence, fromSignMs: number): Promise<Walk> {
  const signsMs = [fromSignMs];
  for (let atMs = fromSignMs, step = 0; step < STEPS_MAX; step += 1) {
    const horizonMs = atMs + feed.maxSilenceMs;
    const place = { feedId: feed.feedId, untilMs: Math.min(horizonMs, watermarkMs) };
    const next =
      (await lastSignIn(database, { ...place, afterMs: atMs })) ??
      (horizonMs < watermarkMs ? await firstSignIn(database, { feedId: feed.feedId, afterMs: horizonMs, untilMs: watermarkMs }) : undefined);
    if (next === undefined) return { signsMs, lastSignMs: atMs };
    signsMs.push(next);
    atMs = next;
  }
  throw new Error(`the silences of feed ${feed.name} do not come to an end`);
}

export interface Silences {
  readonly decided: readonly Interval[];
  /** Where the first one begins that cannot be decided yet; Infinity without one. */
  readonly undecidedFromMs: number;
}

/**
 * A silence begins or ends for us when what was sent until then has arrived (settle). An end that is not decided yet
 * leaves the silence open.
 */
export function decideSilences({ signsMs }: Walk, { feed, watermarkMs }: WatchedSilence): Silences {
  const untilMs = watermarkMs - feed.settleMs;
  const found = silences(signsMs, feed.maxSilenceMs, { fromMs: -Infinity, untilMs: watermarkMs });
  const decided = found
    .filter(({ fromMs }) => fromMs <= untilMs)
    .map(({ fromMs, toMs }) => (toMs === undefined || toMs > untilMs ? { fromMs } : { fromMs, toMs }));
  return { decided, undecidedFromMs: Math.min(Infinity, ...found.filter(({ fromMs }) => fromMs > untilMs).map(({ fromMs }) => fromMs)) };
}

/** The intervals as gaps: told once when they open and once when they end, however often later knowledge revises them. */
export function silenceChanges(feedId: number, stored: readonly GapRevision[], silent: readonly Interval[], nowMs: number): readonly GapChange[] {
  const byId = new Map(stored.map((gap) => [gap.id, gap]));
  return reviseGaps(stored, silent).flatMap((change): GapChange[] => {
    if (change.kind === 'opened') return openedGap(feedId, change.interval, nowMs);
    const old = byId.get(change.id);
    if (old === undefined) return [];
    const { toMs: _oldEnd, ...rest } = old;
    const gap: GapRevision = { ...rest, ...change.interval, revision: old.revision + 1, status: statusAfter(old, change.interval), knownFromMs: nowMs };
    const ended = old.toMs === undefined && gap.toMs !== undefined;
    return [{ kind: ended ? 'closed' : 'revised', gap }];
  });
}

/** A silence that was over and turns out shorter was filled by what came late. */
function statusAfter(old: GapRevision, { fromMs, toMs }: Interval): GapRevision['status'] {
  if (toMs === undefined) return 'open';
  return old.toMs === undefined && old.fromMs === fromMs ? 'closed' : 'backfilled';
}

function openedGap(feedId: number, interval: Interval, nowMs: number): GapChange[] {
  const gap: GapRevision = {
    id: `feed-silent.${feedId}.${interval.fromMs}`,
    revision: 1,
    cause: 'feed-silent',
    feedId,
    ...interval,
    status: interval.toMs === undefined ? 'open' : 'closed',
    knownFromMs: nowMs,
  };
  const opened: GapChange = { kind: 'opened', gap };
  return gap.toMs === undefined ? [opened] : [opened, { kind: 'closed', gap }];
}
