import { isDeepStrictEqual } from 'node:util';
import type { State } from '@tickmark/contracts';
import type { KeyTimeline, Observation, Segment } from '@tickmark/evaluation';
import type { GroupId, JudgedChange, KeySpan, ObservationId, ObservationOfKey, SegmentOfKey, SegmentRowId, StoredKey } from '@tickmark/persistence';
import { changedStretch } from './changed-stretch.js';

/** Rows to write so that what is stored becomes what was judged. */
export interface Difference {
  readonly spans: KeySpan[];
  readonly goneKeys: { readonly checkId: number; readonly keyId: number }[];
  readonly segments: SegmentOfKey[];
  readonly goneSegments: SegmentRowId[];
  readonly observations: ObservationOfKey[];
  readonly goneObservations: ObservationId[];
  /** Where timelines are other than they were. */
  readonly changed: JudgedChange[];
}

export const noDifference = (): Difference => ({
  spans: [],
  goneKeys: [],
  segments: [],
  goneSegments: [],
  observations: [],
  goneObservations: [],
  changed: [],
});

/** The state of a key changed: from what, to what. */
export interface StateChange {
  readonly key: string;
  readonly previous?: State;
  readonly segment: Segment;
}

export interface Judged {
  readonly group: GroupId;
  readonly baseMs: number;
  readonly before: readonly StoredKey[];
  readonly after: readonly KeyTimeline[];
  readonly keyIds: ReadonlyMap<string, number>;
}

/** Adds what differs to `into`, and says which keys changed their present state. */
export function addDifference({ group, baseMs, before, after, keyIds }: Judged, into: Difference): readonly StateChange[] {
  const stored = new Map(before.map((key) => [key.key, key]));
  const changes: StateChange[] = [];
  for (const timeline of after) {
    const old = stored.get(timeline.key);
    stored.delete(timeline.key);
    const keyId = keyIds.get(timeline.key);
    if (keyId === undefined) throw new Error(`the key ${timeline.key} has no id`);
    const place = { ...group, keyId };
    addSpan(place, timeline, old, into);
    addSegments(place, timeline.segments, old?.segments ?? [], into);
    addObservations(place, { after: timeline.observations, before: old?.observations ?? [], baseMs }, into);
    const change = stateChange(timeline, old);
    if (change !== undefined) changes.push(change);
  }
  for (const gone of stored.values()) addGone({ ...group, keyId: gone.keyId }, gone, into);
  return changes;
}

type Place = GroupId & { readonly keyId: number };

function addSpan(place: Place, { beginMs, retiredAtMs }: KeyTimeline, old: StoredKey | undefined, into: Difference): void {
  if (old?.beginMs === beginMs && old.retiredAtMs === retiredAtMs) return;
  into.spans.push({ ...place, beginMs, ...(retiredAtMs === undefined ? {} : { retiredAtMs }) });
  const endMs = Math.min(retiredAtMs ?? Infinity, old?.retiredAtMs ?? Infinity);
  if (old?.retiredAtMs !== retiredAtMs) into.changed.push({ checkId: place.checkId, fromMs: endMs, toMs: Infinity });
}

function addSegments(place: Place, after: readonly Segment[], before: readonly Segment[], into: Difference): void {
  const changed = changedStretch(before, after);
  if (changed !== undefined) into.changed.push({ checkId: place.checkId, ...changed });
  const stored = new Map(before.map((segment) => [segment.fromMs, segment]));
  for (const segment of after) {
    const old = stored.get(segment.fromMs);
    stored.delete(segment.fromMs);
    if (old === undefined || !isDeepStrictEqual(old, segment)) into.segments.push({ ...place, segment });
  }
  for (const fromMs of stored.keys()) into.goneSegments.push({ checkId: place.checkId, keyId: place.keyId, fromMs });
}

interface Observed {
  readonly after: readonly Observation[];
  readonly before: readonly Observation[];
  readonly baseMs: number;
}

const identity = ({ atMs, occurrence }: Observation): string => `${atMs} ${occurrence}`;

/** Those at or before the base were undecided there: they are written without a look, equal ones change nothing. */
function addObservations(place: Place, { after, before, baseMs }: Observed, into: Difference): void {
  const stored = new Map(before.filter(({ atMs }) => atMs > baseMs).map((observation) => [identity(observation), observation]));
  for (const observation of after) {
    const old = stored.get(identity(observation));
    stored.delete(identity(observation));
    if (old === undefined || !isDeepStrictEqual(old, observation)) into.observations.push({ ...place, observation });
  }
  for (const { atMs, occurrence } of stored.values()) {
    into.goneObservations.push({ checkId: place.checkId, keyId: place.keyId, atMs, occurrence });
  }
}

function addGone(place: Place, gone: StoredKey, into: Difference): void {
  into.goneKeys.push({ checkId: place.checkId, keyId: place.keyId });
  addSegments(place, [], gone.segments, into);
  addObservations(place, { after: [], before: gone.observations, baseMs: -Infinity }, into);
}

/** A retired key has no present state. */
function stateChange(timeline: KeyTimeline, old: StoredKey | undefined): StateChange | undefined {
  const segment = timeline.segments.at(-1);
  if (segment === undefined || segment.toMs !== undefined || timeline.retiredAtMs !== undefined) return undefined;
  const previous = old?.segments.at(-1)?.state;
  if (previous === segment.state) return undefined;
  return { key: timeline.key, ...(previous === undefined ? {} : { previous }), segment };
}
