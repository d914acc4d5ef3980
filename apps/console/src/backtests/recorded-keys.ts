import { clip, overlay } from '@tickmark/evaluation';
import type { Blindness, DeviationRecord, KeySide, Segment } from '@tickmark/evaluation';
import { readKeySegments, streamDeviations } from '@tickmark/persistence';
import { needOf } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';

interface RecordedKey {
  readonly segments: Segment[];
  readonly deviations: DeviationRecord[];
}

/** What stands on record of the keys of a check, of all its versions. */
export type RecordedKeys = Map<string, RecordedKey>;

interface Wanted {
  readonly control: string;
  readonly check: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly wants: (group: string) => boolean;
}

export async function recordedKeys(view: View, wanted: Wanted): Promise<RecordedKeys> {
  const keys: RecordedKeys = new Map();
  const of = (key: string): RecordedKey => {
    const found = keys.get(key) ?? { segments: [], deviations: [] };
    keys.set(key, found);
    return found;
  };
  for (const version of view.checks.filter(({ control, name }) => control === wanted.control && name === wanted.check)) {
    await addSegments(view, version, { wanted, of });
  }
  for await (const page of streamDeviations(view.snapshot, wanted.control, wanted.check)) {
    for (const { group, record } of page) if (wanted.wants(group)) of(record.key).deviations.push(record);
  }
  return keys;
}

interface Into {
  readonly wanted: Wanted;
  readonly of: (key: string) => RecordedKey;
}

/** A version speaks for the time that it was in force. */
async function addSegments(view: View, version: ReadableCheck, { wanted, of }: Into): Promise<void> {
  const fromMs = Math.max(wanted.fromMs, version.effectiveFromMs);
  const toMs = Math.min(wanted.toMs, version.effectiveToMs ?? Infinity);
  if (fromMs >= toMs) return;
  const blindness = view.blindness.filter(({ check }) => check === undefined || check === `${version.control}/${version.name}`);
  for await (const { key, group, segments } of readKeySegments(view.snapshot, { checkId: version.id, fromMs, toMs, named: true })) {
    if (!wanted.wants(group)) continue;
    const covered = overlay(segments, blindnessOfKey(blindness, key, group), needOf(version, { key, group }));
    of(key).segments.push(...clip(covered, fromMs, toMs));
  }
}

/** Most blindness by key is of other keys. */
const blindnessOfKey = (blindness: readonly Blindness[], key: string, group: string): readonly Blindness[] =>
  blindness.filter((one) => one.key === undefined || one.key === key || one.key === group);

export const sideOf = ({ segments, deviations }: RecordedKey): KeySide => ({ segments: segments.toSorted((a, b) => a.fromMs - b.fromMs), deviations });
