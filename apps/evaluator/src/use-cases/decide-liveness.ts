import { isDeepStrictEqual } from 'node:util';
import type { Database, FeedLiveness, GapRevision, WatchedFeedRow } from '@tickmark/persistence';
import { checksUsingFeed, gapsOf, lastSignIn, livenessToDecide, lockLiveness, readActiveVersion, readWatermark, saveLiveness, watchedFeeds } from '@tickmark/persistence';
import { isShadow } from '../catalogue/live-catalogue.js';
import type { GapChange } from '../judging/error-gaps.js';
import { judgeHeartbeats } from '../judging/heartbeats.js';
import { intervalChanges } from '../judging/interval-gaps.js';
import { judgeGroups } from '../judging/judge-groups.js';
import type { Judging } from '../judging/judging.js';
import { groupsToLookAtAgain } from '../judging/look-again.js';
import { decideSilences, walkSigns } from '../judging/silence.js';
import type { WatchedSilence } from '../judging/silence.js';
import { declaringFeeds } from '../judging/sight.js';
import { applyGapChanges } from '../judging/unit.js';
import type { Unit } from '../judging/unit.js';

/**
 * Decides which feeds were silent when: gaps are opened, closed and revised, one message for one interval, and what they
 * hide or no longer hide is looked at again in the same transaction.
 */
export class DecideLiveness {
  #watched = '';

  constructor(
    private readonly database: Database,
    private readonly judging: Judging,
  ) {}

  async run(): Promise<void> {
    await this.#watchNewFeeds();
    const watermarkMs = await readWatermark(this.database);
    if (watermarkMs === undefined) return;
    for (const feedId of await livenessToDecide(this.database, watermarkMs)) {
      await this.judging.run((unit) => decideFeed(unit, feedId));
    }
  }

  /** A feed or a catalogue that is new gives heartbeat checks new keys. */
  async #watchNewFeeds(): Promise<void> {
    const feeds = await watchedFeeds(this.database);
    const version = await readActiveVersion(this.database);
    const watched = JSON.stringify([version, feeds.map(({ feedId, maxSilenceMs }) => [feedId, maxSilenceMs])]);
    if (watched === this.#watched) return;
    await this.judging.run(judgeHeartbeats);
    this.#watched = watched;
  }
}

async function decideFeed(unit: Unit, feedId: number): Promise<void> {
  const { transaction } = unit;
  const liveness = await lockLiveness(transaction, feedId);
  const feed = (await watchedFeeds(transaction)).find((one) => one.feedId === feedId);
  const watermarkMs = await readWatermark(transaction);
  if (liveness === undefined || feed?.maxSilenceMs === undefined || watermarkMs === undefined) return;
  const watched: WatchedSilence = { feed: { ...feed, maxSilenceMs: feed.maxSilenceMs }, watermarkMs };
  const fromSignMs = await signToBeginFrom(unit, watched, liveness);
  const walk = await walkSigns(transaction, watched, fromSignMs);
  const { decided, undecidedFromMs } = decideSilences(walk, watched);
  const stored = (await gapsOf(transaction, { cause: 'feed-silent', feedId, fromMs: fromSignMs })).filter(reachesBeyond(fromSignMs));
  const kind = { idPrefix: `feed-silent.${feedId}.`, place: { cause: 'feed-silent', feedId }, nowMs: unit.nowMs } as const;
  const changes = intervalChanges(kind, stored, decided);
  const open = openAfter(stored, changes);
  // While a silence is open or undecided the next look begins before it, so that its end is found.
  const lastSignMs = Math.min(walk.lastSignMs, undecidedFromMs - feed.maxSilenceMs, (open?.fromMs ?? Infinity) - feed.maxSilenceMs);
  const next: FeedLiveness = { feedId, lastSignMs, dueMs: lastSignMs + feed.maxSilenceMs, ...(open === undefined ? {} : { gapId: open.id }) };
  if (changes.length === 0 && isDeepStrictEqual(liveness, next)) return;
  await applyGapChanges(unit, changes, await aboutFeed(unit, feed));
  await saveLiveness(transaction, next);
  await judgeGroups(unit, await groupsToLookAtAgain(unit, changes, { stored, checkIds: [...unit.catalogue.checks.keys()] }));
}

/** A gap that ended at the sign from which the look begins is settled, and so is one of which nothing was left. */
const reachesBeyond =
  (signMs: number) =>
  ({ fromMs, toMs = Infinity }: GapRevision): boolean =>
    toMs > signMs && toMs > fromMs;

/** A late sign is found from the sign before it. */
async function signToBeginFrom({ transaction }: Unit, { feed }: WatchedSilence, { lastSignMs, recheckMs, feedId }: FeedLiveness): Promise<number> {
  if (recheckMs === undefined || recheckMs > lastSignMs) return lastSignMs;
  const before = await lastSignIn(transaction, { feedId, afterMs: feed.createdAtMs, untilMs: recheckMs - 1 });
  return before ?? feed.createdAtMs;
}

function openAfter(stored: readonly GapRevision[], changes: readonly GapChange[]): GapRevision | undefined {
  const known = new Map([...stored, ...changes.map(({ gap }) => gap)].map((gap) => [gap.id, gap]));
  return [...known.values()].find(({ toMs }) => toMs === undefined);
}

/** Controls that a feed's silence hits: those that read a type it declares by name, or that it decided keys of. */
async function aboutFeed({ transaction, catalogue }: Unit, feed: WatchedFeedRow): Promise<() => { readonly feed: string; readonly controls: readonly string[] }> {
  const using = new Set(await checksUsingFeed(transaction, feed.feedId));
  const live = [...catalogue.checks.values()].filter((check) => !isShadow(check));
  const hit = live.filter(({ id, compiled }) => using.has(id) || declaringFeeds(compiled, [feed]).length > 0);
  const controls = [...new Set(hit.map(({ control }) => control.id))].sort();
  return () => ({ feed: feed.name, controls });
}
