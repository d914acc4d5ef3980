import { feedsDeclareFromMs, judgeFromPoints, overlayTimeline } from '@tickmark/evaluation';
import type { KeyTimeline, Segment } from '@tickmark/evaluation';
import { readGroupsAfter, readPointsKnownAt } from '@tickmark/persistence';
import { HttpProblem } from '@tickmark/platform';
import { effective, needOf, watchedFeed } from './view.js';
import type { ReadableCheck, View } from './view.js';

/** A key of what was known then: computed again from the points received by then, as of then. */
export interface KeyThen {
  readonly check: ReadableCheck;
  readonly group: string;
  readonly timeline: KeyTimeline;
  /** Its segments with the blindness laid over that was known then. */
  readonly segments: readonly Segment[];
}

/** The last group that was looked at, and how many rows of the next one were given already. */
export interface Position {
  readonly checkId: number;
  readonly keyId: number;
  readonly skip?: number | undefined;
}

const BEFORE_ALL: Position = { checkId: 0, keyId: 0 };

const GROUPS_AT_ONCE = 200;
const POINTS_MOST = 200_000;
/** Feeds of a heartbeat come after all groups. */
const FEEDS_AT = Number.MAX_SAFE_INTEGER;

interface GroupThen {
  readonly at: Position;
  readonly keys: readonly KeyThen[];
}

/** Groups in their order, after `from`: a group is judged whole. */
export async function* groupsThen(view: View, checks: readonly ReadableCheck[], from: Position = BEFORE_ALL): AsyncGenerator<GroupThen> {
  for (const check of [...checks].sort((a, b) => a.id - b.id)) {
    // What only counts another check's keys has no timeline of its own.
    if (check.compiled.population !== undefined) continue;
    if (check.id >= from.checkId) yield* groupsOf(view, check, check.id === from.checkId ? from.keyId : 0);
  }
}

async function* groupsOf(view: View, check: ReadableCheck, begin: number): AsyncGenerator<GroupThen> {
  for (let after = begin; ; ) {
    const groups = await readGroupsAfter(view.snapshot, check.id, after, GROUPS_AT_ONCE);
    for (const { groupId, group } of groups) {
      yield { at: { checkId: check.id, keyId: groupId }, keys: await judgeThen(view, check, { groupId, group }) };
    }
    after = groups.at(-1)?.groupId ?? after;
    if (groups.length < GROUPS_AT_ONCE) break;
  }
  if (begin < FEEDS_AT) yield { at: { checkId: check.id, keyId: FEEDS_AT }, keys: feedsThen(view, check) };
}

async function judgeThen(
  view: View,
  check: ReadableCheck,
  { groupId, group }: { readonly groupId: number; readonly group: string },
): Promise<readonly KeyThen[]> {
  const knownAtMs = view.knownAtMs ?? view.nowMs;
  const points = await readPointsKnownAt(view.snapshot, { checkId: check.id, groupId, knownAtMs, limit: POINTS_MOST + 1 });
  if (points.length > POINTS_MOST) {
    throw new HttpProblem(422, `The group has more than ${POINTS_MOST} events; ask without knownAt, or of a frozen revision.`);
  }
  if (points.length === 0 && !check.compiled.expectedGroups().includes(group)) return [];
  const { keys, errors } = judgeFromPoints(check.compiled, group, points, clockOf(view, check));
  const blindness = errors.map(({ key, fromMs, toMs }) => ({
    cause: 'check-error' as const,
    check: `${check.control}/${check.name}`,
    key,
    fromMs,
    ...(toMs === undefined ? {} : { toMs }),
  }));
  return [...keys].sort(byKey).map((timeline) => {
    const covered = overlayTimeline(timeline, blindness, needOf(check, { key: timeline.key, group }));
    return { check, group, timeline, segments: shown(view, check, { timeline: covered, group }) };
  });
}

/** Pages are cut by place: the order must not depend on how the points came. */
const byKey = (a: KeyTimeline, b: KeyTimeline): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

export function feedsThen(view: View, check: ReadableCheck): readonly KeyThen[] {
  const knownAtMs = view.knownAtMs ?? view.nowMs;
  if (check.compiled.judgeFeed === undefined) return [];
  return check.namedFeeds.flatMap((id) => {
    const feed = view.feeds.get(id);
    if (feed === undefined || feed.createdAtMs > knownAtMs) return [];
    const timeline = check.compiled.judgeFeed?.(watchedFeed(feed), clockOf(view, check));
    if (timeline === undefined) return [];
    return [{ check, group: timeline.key, timeline, segments: shown(view, check, { timeline, group: timeline.key }) }];
  });
}

function shown(view: View, check: ReadableCheck, of: { readonly timeline: KeyTimeline; readonly group: string }): readonly Segment[] {
  const { key, retiredAtMs = Infinity, segments } = of.timeline;
  const lived = segments.flatMap((segment) => {
    if (segment.fromMs >= retiredAtMs) return [];
    return (segment.toMs ?? Infinity) > retiredAtMs ? [{ ...segment, toMs: retiredAtMs }] : [segment];
  });
  return effective(view, check, { key, group: of.group }, lived);
}

/** The same clock as evaluator's: what occurs after a version's time is not its to judge. */
const clockOf = ({ judging, feeds }: View, { compiled, effectiveFromMs, effectiveToMs }: ReadableCheck) => ({
  effectiveFromMs,
  heardFromMs: feedsDeclareFromMs(compiled, feeds.values()),
  ...(effectiveToMs === undefined ? {} : { effectiveToMs }),
  ...(judging.watermarkMs === undefined ? {} : { watermarkMs: judging.watermarkMs }),
});

interface Wanted<T> {
  readonly after: Position | undefined;
  readonly limit: number;
  readonly key: string | undefined;
  readonly pick: (key: KeyThen) => readonly T[];
}

/** Rows of the groups in their order until the limit is reached; `next` is where to go on. */
export async function collectKnown<T>(
  view: View,
  checks: readonly ReadableCheck[],
  { after = BEFORE_ALL, limit, key, pick }: Wanted<T>,
): Promise<{ readonly rows: readonly T[]; readonly next: Position | undefined }> {
  const rows: T[] = [];
  let reached: Position = after;
  for await (const { at, keys } of groupsThen(view, checks, after)) {
    const skip = reached.skip ?? 0;
    const picked = keys.filter(({ timeline }) => key === undefined || timeline.key === key).flatMap(pick).slice(skip);
    const room = limit - rows.length;
    rows.push(...picked.slice(0, room));
    if (picked.length > room) return { rows, next: { ...reached, skip: skip + room } };
    reached = at;
  }
  return { rows, next: undefined };
}
