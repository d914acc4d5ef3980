import type { Blindness, KeyTimeline, Segment } from './model.js';
import { mergeIntervals, type Interval } from './intervals.js';

/** Whose blindness counts for a key. */
export interface Need {
  /** `control/check` */
  readonly check: string;
  readonly key: string;
  /** The group of the key, where it is not the key itself: blindness of a group is that of all its keys. */
  readonly group?: string;
  /** Feeds that declare one of the check's needed types by name: needed where nothing tells which feed it was. */
  readonly feedIds: readonly number[];
}

const feedsOf = (feedIds: readonly number[], need: Need): readonly number[] => (feedIds.length > 0 ? feedIds : need.feedIds);

/** Does this blindness hide what rests on these feeds (none: on all that the check needs)? */
export function isBlindedBy(blindness: Blindness, need: Need, feedIds: readonly number[]): boolean {
  if (blindness.check !== undefined && blindness.check !== need.check) return false;
  if (blindness.key !== undefined && blindness.key !== need.key && blindness.key !== need.group) return false;
  if (blindness.feedId !== undefined) return feedsOf(feedIds, need).includes(blindness.feedId);
  return blindness.check !== undefined;
}

/** Stretches in which a decision that rests on these feeds is hidden; merged and sorted. */
export function blindStretches(blindness: readonly Blindness[], need: Need, feedIds: readonly number[]): readonly Interval[] {
  return mergeIntervals(blindness.filter((one) => isBlindedBy(one, need, feedIds)));
}

const isHidden = ({ state, basis }: Segment): boolean => state === 'pass' || (state === 'fail' && basis === 'absence');

/**
 * The effective timeline: `pass` and failures for want of evidence are unknown while blind (error, where an expression
 * failed); a fail that rests on received evidence stays, and so does what was no claim in the first place.
 */
export function overlay(segments: readonly Segment[], blindness: readonly Blindness[], need: Need): readonly Segment[] {
  const covered = segments.flatMap((segment) => (isHidden(segment) ? laidOver(segment, blindness, need) : [segment]));
  return joinEqual(covered);
}

export function overlayTimeline(timeline: KeyTimeline, blindness: readonly Blindness[], need: Need): KeyTimeline {
  return { ...timeline, segments: overlay(timeline.segments, blindness, need) };
}

function laidOver(segment: Segment, blindness: readonly Blindness[], need: Need): readonly Segment[] {
  const hiding = blindness.filter((one) => isBlindedBy(one, need, segment.feedIds) && overlaps(one, segment));
  if (hiding.length === 0) return [segment];
  const cuts = [...new Set([segment.fromMs, ...hiding.flatMap(({ fromMs, toMs = Infinity }) => [fromMs, toMs])])]
    .filter((at) => at >= segment.fromMs && at < (segment.toMs ?? Infinity))
    .sort((a, b) => a - b);
  return cuts.map((fromMs, index) => {
    const toMs = cuts[index + 1] ?? segment.toMs;
    const { toMs: _whole, ...rest } = segment;
    const part = { ...rest, fromMs, ...(toMs === undefined ? {} : { toMs }) };
    const over = hiding.filter((one) => one.fromMs <= fromMs && fromMs < (one.toMs ?? Infinity));
    return over.length === 0 ? part : hidden(part, over);
  });
}

function hidden({ evidenceId: _evidenceId, ...segment }: Segment, over: readonly Blindness[]): Segment {
  const failed = over.some(({ cause }) => cause === 'check-error');
  const reason = failed ? 'check-error' : (over[0]?.cause ?? 'feed-silent');
  return { ...segment, state: failed ? 'error' : 'unknown', basis: 'absence', reason };
}

const overlaps = (a: Interval, b: Interval): boolean => a.fromMs < (b.toMs ?? Infinity) && b.fromMs < (a.toMs ?? Infinity);

/** Neighbours that say the same are one segment again. */
function joinEqual(segments: readonly Segment[]): readonly Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const before = joined.at(-1);
    if (before === undefined || before.toMs !== segment.fromMs || !saysTheSame(before, segment)) {
      joined.push(segment);
      continue;
    }
    const { toMs: _end, ...rest } = before;
    joined[joined.length - 1] = { ...rest, ...(segment.toMs === undefined ? {} : { toMs: segment.toMs }) };
  }
  return joined;
}

function saysTheSame(a: Segment, b: Segment): boolean {
  return (
    a.state === b.state &&
    a.basis === b.basis &&
    a.reason === b.reason &&
    a.evidenceId === b.evidenceId &&
    a.system === b.system &&
    a.occurrence === b.occurrence
  );
}
