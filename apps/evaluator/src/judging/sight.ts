import type { BlindingCause } from '@tickmark/contracts';
import { BLINDING_CAUSES } from '@tickmark/contracts';
import type { Blindness, CompiledCheck, Need } from '@tickmark/evaluation';
import type { GapRevision, Queryable, WatchedFeedRow } from '@tickmark/persistence';
import { blindingGaps, watchedFeeds } from '@tickmark/persistence';
import type { LiveCheck } from '../catalogue/live-catalogue.js';

/** What blinds, and whom, as it is known in this transaction. */
export interface Blinds {
  readonly blindness: readonly Blindness[];
  readonly feeds: readonly WatchedFeedRow[];
  readonly settleMs: number;
}

const isBlinding = (cause: string): cause is BlindingCause => (BLINDING_CAUSES as readonly string[]).includes(cause);

function blindnessOf(gap: GapRevision): readonly Blindness[] {
  if (!isBlinding(gap.cause) || gap.status === 'withdrawn') return [];
  return [
    {
      cause: gap.cause,
      fromMs: gap.fromMs,
      ...(gap.toMs === undefined ? {} : { toMs: gap.toMs }),
      ...(gap.feedId === undefined ? {} : { feedId: gap.feedId }),
      ...(gap.control === undefined || gap.check === undefined ? {} : { check: `${gap.control}/${gap.check}` }),
      ...(gap.key === undefined ? {} : { key: gap.key }),
    },
  ];
}

export async function readBlinds(transaction: Queryable, fromMs: number): Promise<Blinds> {
  const gaps = await blindingGaps(transaction, fromMs);
  const feeds = await watchedFeeds(transaction);
  return { blindness: gaps.flatMap(blindnessOf), feeds, settleMs: Math.max(0, ...feeds.map(({ settleMs }) => settleMs)) };
}

/** Feeds that declare by name a type that the check reads; `*` is no declaration. */
export function declaringFeeds<F extends { readonly types: readonly string[] }>(compiled: CompiledCheck, feeds: readonly F[]): readonly F[] {
  return feeds.filter(({ types }) => compiled.neededTypes.some((type) => types.includes(type)));
}

export function needOf(check: LiveCheck, group: string, feeds: readonly WatchedFeedRow[]): Omit<Need, 'key'> {
  return { check: check.ref, group, feedIds: declaringFeeds(check.compiled, feeds).map(({ feedId }) => feedId) };
}
