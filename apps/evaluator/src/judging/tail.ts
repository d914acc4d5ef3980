import type { Judgement, Point } from '@tickmark/evaluation';
import type { CheckState, StoredKey } from '@tickmark/persistence';

/** What is stored of a group from the base on. */
export interface StoredGroup {
  /** After the carry. */
  readonly points: readonly Point[];
  readonly keys: readonly StoredKey[];
}

/** Kept in the state row, as JSON. */
export interface Tail {
  /** Absent when it is too much to lie here: the tables have it. */
  readonly stored?: StoredGroup;
  /** Deviations are open, or may be. */
  readonly deviating: boolean;
  /** Stretches of errors are open, or may be. */
  readonly erring: boolean;
}

const POINTS_MAX = 16;
const KEYS_MAX = 16;
const OBSERVATIONS_MAX = 32;

/** Of a group of which nothing was stored yet. */
const NOTHING: Tail = { stored: { points: [], keys: [] }, deviating: false, erring: false };

export const tailOf = (state: CheckState): Tail => (state.tail === undefined ? NOTHING : (state.tail as Tail));

export interface TailParts {
  readonly judgement: Judgement;
  /** All points that were judged after the old carry. */
  readonly points: readonly Point[];
  readonly keyIds: ReadonlyMap<string, number>;
  readonly deviating: boolean;
}

/** What the next judging of the group finds, seen from the new carry. */
export function nextTail({ judgement, points, keyIds, deviating }: TailParts): Tail {
  const baseMs = judgement.carry?.atMs ?? -Infinity;
  const flags = { deviating, erring: judgement.errors.some(({ toMs }) => toMs === undefined || toMs >= baseMs) };
  const rest = points.filter(({ atMs }) => atMs > baseMs);
  const keys = judgement.keys.map(({ key, beginMs, retiredAtMs, segments, observations }): StoredKey => ({
    keyId: keyIds.get(key) ?? 0,
    key,
    beginMs,
    ...(retiredAtMs === undefined ? {} : { retiredAtMs }),
    segments: segments.filter(({ toMs }) => toMs === undefined || toMs >= baseMs),
    observations: observations.filter(({ atMs }) => atMs > baseMs),
  }));
  const observed = keys.reduce((sum, { observations }) => sum + observations.length, 0);
  if (rest.length > POINTS_MAX || keys.length > KEYS_MAX || observed > OBSERVATIONS_MAX) return flags;
  return { ...flags, stored: { points: rest, keys } };
}
