import { BLINDING_CAUSES } from '@tickmark/contracts';
import type { BlindingCause } from '@tickmark/contracts';
import type { Blindness, CompiledCheck, Need, Segment, WatchedFeed } from '@tickmark/evaluation';
import { inSnapshot, judgedChecks, readActivationTimes, readGapsOfPeriod, readProgress, watchedFeeds } from '@tickmark/persistence';
import type { Database, JudgedCheck, Progress, Queryable, StoredGap, WatchedFeedRow } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import { effectiveSegments } from '@tickmark/reporting';
import type { JudgingProgress, Period } from '@tickmark/reporting';
import type { ActiveCatalogue, Catalogues } from './catalogues.js';
import { checksKnownAt } from './checks-known-at.js';

/** A check of one logic, ready to be read. */
export interface ReadableCheck extends JudgedCheck {
  readonly compiled: CompiledCheck;
  /** Feeds that declare one of its types by name. */
  readonly namedFeeds: readonly number[];
}

/** One instant of everything that was judged, with what is needed to read it right. */
export interface View {
  readonly snapshot: Queryable;
  readonly nowMs: number;
  readonly progress: Progress;
  readonly judging: JudgingProgress;
  readonly active: ActiveCatalogue;
  readonly checks: readonly ReadableCheck[];
  readonly feeds: ReadonlyMap<number, WatchedFeedRow>;
  /** Blinding and listed ones, as far as they are known. */
  readonly gaps: readonly StoredGap[];
  readonly blindness: readonly Blindness[];
  /** Set: what was known then is asked for. */
  readonly knownAtMs?: number;
}

interface Wanted {
  readonly knownAtMs?: number | undefined;
}

/** A time-out of a period can be decided, and hidden, after its end: all gaps count. */
const EVER: Period = { fromMs: Date.UTC(1970, 0, 1), toMs: Date.UTC(9999, 0, 1) };

export class Views {
  constructor(
    private readonly database: Database,
    private readonly catalogues: Catalogues,
    readonly clock: Clock,
  ) {}

  /** Everything that `read` sees is of one instant. */
  with<T>(wanted: Wanted, read: (view: View) => Promise<T>): Promise<T> {
    return inSnapshot(this.database, async (snapshot) => read(await this.open(snapshot, wanted)));
  }

  private async open(snapshot: Queryable, { knownAtMs }: Wanted): Promise<View> {
    const nowMs = this.clock.now();
    const progress = await readProgress(snapshot);
    const active = await this.catalogues.active(snapshot);
    const feeds = await watchedFeeds(snapshot);
    const gaps = await readGapsOfPeriod(snapshot, EVER, knownAtMs);
    const stored = await judgedChecks(snapshot);
    const known = knownAtMs === undefined ? stored : checksKnownAt(stored, await readActivationTimes(snapshot), knownAtMs);
    const checks: ReadableCheck[] = [];
    for (const check of known) checks.push(await this.readable(snapshot, check, feeds));
    return {
      snapshot,
      nowMs,
      progress,
      judging: judgingOf(progress, nowMs, knownAtMs),
      active,
      checks,
      feeds: new Map(feeds.map((feed) => [feed.feedId, feed])),
      gaps,
      blindness: gaps.flatMap(blindnessOf),
      ...(knownAtMs === undefined ? {} : { knownAtMs }),
    };
  }

  private async readable(snapshot: Queryable, check: JudgedCheck, feeds: readonly WatchedFeedRow[]): Promise<ReadableCheck> {
    const { checks } = await this.catalogues.of(snapshot, check.activation);
    const compiled = checks.get(`${check.control}/${check.name}`);
    if (compiled === undefined) throw new Error(`Activation ${check.activation} does not hold the check ${check.control}/${check.name}.`);
    return { ...check, compiled, namedFeeds: feedsNeededBy(compiled, feeds).map(({ feedId }) => feedId) };
  }
}

/** Feeds that declare by name a type that the check needs; what is not production decides nothing. */
export const feedsNeededBy = ({ neededTypes }: CompiledCheck, feeds: Iterable<WatchedFeedRow>): readonly WatchedFeedRow[] =>
  [...feeds].filter(({ production, types }) => production && neededTypes.some((type) => types.includes(type)));

/** A feed as the kind heartbeat sees it. */
export const watchedFeed = ({ feedId, name, system, createdAtMs, maxSilenceMs }: WatchedFeedRow): WatchedFeed => ({
  feedId, name, system, createdAtMs, monitored: maxSilenceMs !== undefined,
});

/** What was known then was judged until then at the latest, and nothing was late about it. */
function judgingOf({ watermarkMs }: Progress, nowMs: number, knownAtMs: number | undefined): JudgingProgress {
  if (watermarkMs === undefined) return { nowMs: knownAtMs ?? nowMs };
  if (knownAtMs === undefined) return { watermarkMs, nowMs };
  return { watermarkMs: Math.min(watermarkMs, knownAtMs), nowMs: Math.min(nowMs, knownAtMs) };
}

const isBlinding = (cause: string): cause is BlindingCause => BLINDING_CAUSES.some((each) => each === cause);

function blindnessOf(gap: StoredGap): readonly Blindness[] {
  const { cause, control, check } = gap;
  if (!isBlinding(cause) || gap.status === 'withdrawn') return [];
  return [
    {
      cause,
      ...(gap.feedId === undefined ? {} : { feedId: gap.feedId }),
      ...(control === undefined || check === undefined ? {} : { check: `${control}/${check}` }),
      ...(gap.key === undefined ? {} : { key: gap.key }),
      fromMs: gap.fromMs,
      ...(gap.toMs === undefined ? {} : { toMs: gap.toMs }),
    },
  ];
}

/** A key as people see it, and the group whose blindness is its own. */
export interface NamedKey {
  readonly key: string;
  readonly group: string;
}

export const needOf = (check: ReadableCheck, { key, group }: NamedKey): Need => ({
  check: `${check.control}/${check.name}`,
  key,
  group,
  feedIds: check.namedFeeds,
});

/** Segments as they may be shown: blindness laid over, unknown from where judging stands still, within the version's time. */
export function effective(view: View, check: ReadableCheck, named: NamedKey, segments: readonly Segment[]): readonly Segment[] {
  const { effectiveFromMs, effectiveToMs } = check;
  return effectiveSegments(segments, {
    blindness: view.blindness,
    need: needOf(check, named),
    judging: view.judging,
    effectiveFromMs,
    ...(effectiveToMs === undefined ? {} : { effectiveToMs }),
  });
}

/** Checks in force at the instant that is looked at. */
export const checksNow = (view: View, control?: string): readonly ReadableCheck[] =>
  view.checks.filter(
    (check) =>
      (control === undefined || check.control === control) &&
      check.effectiveFromMs <= view.judging.nowMs &&
      view.judging.nowMs < (check.effectiveToMs ?? Infinity),
  );
