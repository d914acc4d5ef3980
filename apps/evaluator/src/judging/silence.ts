import { silences } from '@tickmark/evaluation';
import type { Interval } from '@tickmark/evaluation';
import type { Queryable, WatchedFeedRow } from '@tickmark/persistence';
import { firstSignIn, lastSignIn } from '@tickmark/persistence';

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
