import { toInstant } from '@tickmark/contracts';
import type { Observation, Segment } from '@tickmark/evaluation';
import { readDeviationVerdict, readFailureAt, readObservation, readObservationOf, readSegment } from '@tickmark/persistence';
import type { KeyOfGroup } from '@tickmark/persistence';
import { instantOrNull } from '../http/query.js';
import { hiddenOccurrences } from '../judged/hidden-occurrences.js';
import { effective } from '../judged/view.js';
import type { ReadableCheck, View } from '../judged/view.js';
import { placeOf, verdictId } from './verdict-id.js';
import type { VerdictPlace } from './verdict-id.js';

/** What a verdict says, in words that can be compared. */
export interface VerdictFields {
  readonly outcome: string;
  readonly at: string;
  /** Of a state: until when; null: still so. */
  readonly until: string | null;
  readonly decidedAt: string | null;
  readonly basis: 'evidence' | 'absence';
  readonly reason: string | null;
  readonly system: string | null;
  readonly occurrence: string | null;
  readonly evidenceIds: readonly string[];
}

/** A verdict as it stands on record. */
export interface RecordedVerdict extends KeyOfGroup {
  readonly id: string;
  readonly place: VerdictPlace;
  readonly check: ReadableCheck;
  readonly fields: VerdictFields;
  /** The instant that it was decided by. */
  readonly asOfMs: number;
  /** Blindness that lies over it now: readers see it as unknown. */
  readonly hiddenBy: string | null;
}

/** The verdict of an id: of an observation, of a state, or of what a deviation was opened for. */
export async function recordedVerdict(view: View, id: string): Promise<RecordedVerdict | undefined> {
  const place = placeOf(id) ?? (await placeOfDeviation(view, id));
  const check = view.checks.find((one) => one.id === place?.checkId);
  if (place === undefined || check === undefined) return undefined;
  return place.kind === 'occurrence' ? ofOccurrence(view, check, place) : ofState(view, check, place);
}

async function placeOfDeviation(view: View, id: string): Promise<VerdictPlace | undefined> {
  const deviation = await readDeviationVerdict(view.snapshot, id);
  if (deviation === undefined) return undefined;
  const { checkId, keyId, occurrence, occurredAtMs } = deviation;
  if (occurrence !== undefined) {
    const found = await readObservationOf(view.snapshot, { checkId, keyId, occurrence });
    return found && { kind: 'occurrence', ...found };
  }
  const found = await readFailureAt(view.snapshot, { checkId, keyId, fromMs: occurredAtMs });
  return found && { kind: 'state', ...found };
}

async function ofOccurrence(view: View, check: ReadableCheck, place: VerdictPlace & { kind: 'occurrence' }): Promise<RecordedVerdict | undefined> {
  const found = await readObservation(view.snapshot, place);
  if (found === undefined) return undefined;
  const { whyHidden } = await hiddenOccurrences(view, [check]);
  const hiddenBy = found.outcome === 'fail' ? (whyHidden(found) ?? null) : null;
  const asOfMs = Math.max(found.atMs, found.decidedAtMs ?? found.atMs);
  return { ...keyOf(found), id: verdictId(place), place, check, fields: fieldsOfObservation(found), asOfMs, hiddenBy };
}

async function ofState(view: View, check: ReadableCheck, place: VerdictPlace & { kind: 'state' }): Promise<RecordedVerdict | undefined> {
  const found = await readSegment(view.snapshot, place);
  if (found === undefined) return undefined;
  const shown = effective(view, check, found, [found.segment]).at(-1);
  const hiddenBy = shown === undefined || shown.state === found.segment.state ? null : (shown.reason ?? null);
  return { ...keyOf(found), id: verdictId(place), place, check, fields: fieldsOfSegment(found.segment), asOfMs: place.fromMs, hiddenBy };
}

const keyOf = ({ checkId, keyId, key, groupId, group }: KeyOfGroup): KeyOfGroup => ({ checkId, keyId, key, groupId, group });

export const fieldsOfObservation = ({ outcome, atMs, decidedAtMs, basis, reason, system, occurrence, evidenceIds }: Observation): VerdictFields => ({
  outcome,
  at: toInstant(atMs),
  until: null,
  decidedAt: instantOrNull(decidedAtMs),
  basis,
  reason: reason ?? null,
  system: system ?? null,
  occurrence,
  evidenceIds,
});

export const fieldsOfSegment = ({ state, fromMs, toMs, basis, reason, system, occurrence, evidenceId }: Segment): VerdictFields => ({
  outcome: state,
  at: toInstant(fromMs),
  until: instantOrNull(toMs),
  decidedAt: toInstant(fromMs),
  basis,
  reason: reason ?? null,
  system: system ?? null,
  occurrence: occurrence ?? null,
  evidenceIds: evidenceId === undefined ? [] : [evidenceId],
});
