import { createHash } from 'node:crypto';
import { defined } from './defined.js';
import { viewOf, type SeenFailure, type Sight } from './failure-view.js';
import type { DeviationChange, DeviationRecord, Failure } from './model.js';

export interface DeviationInput {
  /** `control/check`: part of the id of an occurrence. */
  readonly check: string;
  readonly key: string;
  /** All records of this (check, key) that are open or end at or after the base; withdrawn ones of occurrences as well. */
  readonly previous: readonly DeviationRecord[];
  /** As judged: all that are open or end at or after the base. */
  readonly failures: readonly Failure[];
  readonly sight: Sight;
  /** When this is judged: what becomes known now is detected, verified or withdrawn now. */
  readonly nowMs: number;
  /** A new id for a stretch that has none; occurrences have theirs by what they are. */
  readonly newId: () => string;
  /** From when the version that judges is in force: what it finds in the past closes and withdraws nothing older. */
  readonly effectiveFromMs?: number;
}

export interface Deviations {
  readonly changes: readonly DeviationChange[];
  /** When a failure that blindness still hides can be told, by time alone. */
  readonly recheckMs?: number;
}

const MAX_EVIDENCE = 20;

/** Compares what fails with what is on record. Rows are never deleted: what never was is withdrawn, what became one is merged. */
export function deriveDeviations(input: DeviationInput): Deviations {
  const views = input.failures.map((failure) => ({ failure, view: viewOf(failure, input.sight) }));
  const pairs = pair(input, views.map(({ failure }) => failure));
  const changes = views.flatMap(({ failure, view }) => {
    const known = pairs.kept.get(failure);
    // Once told it stays told: later word of a silence hides no failure.
    if (!view.seen) return [];
    return known === undefined ? opened(view.failure, input) : amended(known, view.failure, input);
  });
  const gone = pairs.left.flatMap((record) => withdrawn(record, input));
  const merged = pairs.merged.map((record): DeviationChange => ({ kind: 'amended', record: { ...record, status: 'merged' }, combined: false }));
  const rechecks = views.flatMap(({ view }) => (view.seen || view.recheckMs === undefined ? [] : [view.recheckMs]));
  return { changes: [...changes, ...gone, ...merged], ...(rechecks.length === 0 ? {} : { recheckMs: Math.min(...rechecks) }) };
}

/** The id of a failed occurrence: the same in every run. */
export function occurrenceDeviationId(check: string, key: string, occurrence: string): string {
  const hash = createHash('sha256').update(JSON.stringify([check, key, occurrence])).digest('hex');
  return `d${hash.slice(0, 31)}`;
}

interface Pairs {
  readonly kept: ReadonlyMap<Failure, DeviationRecord>;
  readonly merged: readonly DeviationRecord[];
  readonly left: readonly DeviationRecord[];
}

function pair({ check, key, previous }: DeviationInput, failures: readonly Failure[]): Pairs {
  const byId = new Map(previous.map((record) => [record.id, record]));
  const kept = new Map<Failure, DeviationRecord>();
  for (const failure of failures) {
    const record = failure.occurrence === undefined ? undefined : byId.get(occurrenceDeviationId(check, key, failure.occurrence));
    if (record !== undefined) kept.set(failure, record);
  }
  const stretches = failures.filter(({ occurrence }) => occurrence === undefined).sort((a, b) => a.fromMs - b.fromMs);
  const records = previous.filter(({ occurrence, status }) => occurrence === undefined && status !== 'withdrawn' && status !== 'merged');
  const merged = pairStretches(stretches, [...records].sort((a, b) => a.occurredAtMs - b.occurredAtMs), kept);
  const used = new Set([...kept.values(), ...merged]);
  return { kept, merged, left: previous.filter((record) => !used.has(record)) };
}

/** A stretch keeps the oldest record that it overlaps; others that overlap no other stretch have become part of it. */
function pairStretches(stretches: readonly Failure[], records: readonly DeviationRecord[], kept: Map<Failure, DeviationRecord>): DeviationRecord[] {
  const used = new Set<DeviationRecord>();
  for (const stretch of stretches) {
    const record = records.find((one) => !used.has(one) && overlap(one, stretch));
    if (record === undefined) continue;
    kept.set(stretch, record);
    used.add(record);
  }
  return records.filter((record) => !used.has(record) && stretches.some((stretch) => overlap(record, stretch)));
}

/** Stretches of no length overlap what they lie in or touch; others only what they share time with. */
function overlap({ occurredAtMs, remediatedAtMs = Infinity }: DeviationRecord, { fromMs, toMs = Infinity }: Failure): boolean {
  const shared = Math.min(remediatedAtMs, toMs) - Math.max(occurredAtMs, fromMs);
  return shared > 0 || (shared === 0 && (remediatedAtMs === occurredAtMs || toMs === fromMs));
}

function recordOf({ failure, ...seen }: SeenFailure, known: DeviationRecord | undefined, input: DeviationInput): DeviationRecord {
  const { nowMs, key } = input;
  const { occurrence, reason, system, remedyEvidenceId } = failure;
  const remedy = remedyEvidenceId === undefined ? [] : [remedyEvidenceId];
  const closed = seen.remediatedAtMs !== undefined;
  return {
    id: known?.id ?? idOf(failure, input),
    key,
    status: closed ? 'closed' : 'open',
    ...seen,
    detectedAtMs: known?.detectedAtMs ?? nowMs,
    evidenceIds: [...new Set([...failure.evidenceIds, ...remedy])].slice(0, MAX_EVIDENCE),
    backfill: known?.backfill ?? failure.backfill,
    ...defined({ occurrence, reason, system, verifiedAtMs: closed ? verifiedAt(known, seen.remediatedAtMs, nowMs) : undefined }),
  };
}

const idOf = ({ occurrence }: Failure, { check, key, newId }: DeviationInput): string =>
  occurrence === undefined ? newId() : occurrenceDeviationId(check, key, occurrence);

/** Verified when that recovery was first judged. */
const verifiedAt = (known: DeviationRecord | undefined, remediatedAtMs: number | undefined, nowMs: number): number =>
  known?.status === 'closed' && known.remediatedAtMs === remediatedAtMs ? (known.verifiedAtMs ?? nowMs) : nowMs;

function opened(seen: SeenFailure, input: DeviationInput): DeviationChange[] {
  const record = recordOf(seen, undefined, input);
  const combined = record.status === 'closed';
  const opening: DeviationChange = { kind: 'opened', record, combined };
  return combined ? [opening, { kind: 'closed', record, combined }] : [opening];
}

function amended(known: DeviationRecord, seen: SeenFailure, input: DeviationInput): DeviationChange[] {
  const record = recordOf(older(known, seen, input), known, input);
  const wasOpen = known.status === 'open';
  const isOpen = record.status === 'open';
  if (known.status === 'withdrawn' || known.status === 'merged' || (!wasOpen && isOpen)) return reopened(record);
  if (wasOpen && !isOpen) return [{ kind: 'closed', record, combined: false }];
  return sameRecord(known, record) ? [] : [{ kind: 'amended', record, combined: false }];
}

/** A version that came into force later knows only that part of a failure which lies after. */
function older(known: DeviationRecord, seen: SeenFailure, { effectiveFromMs = -Infinity }: DeviationInput): SeenFailure {
  if (known.occurredAtMs >= effectiveFromMs || seen.occurredAtMs > effectiveFromMs) return seen;
  const { occurredAtMs, occurredUntilMs } = known;
  return { ...seen, occurredAtMs, ...(occurredUntilMs === undefined ? {} : { occurredUntilMs }) };
}

function reopened(record: DeviationRecord): DeviationChange[] {
  const combined = record.status === 'closed';
  const opening: DeviationChange = { kind: 'opened', record, combined };
  return combined ? [opening, { kind: 'closed', record, combined }] : [opening];
}

/** Late evidence shows that it never was. What an earlier version found is not undone by judging the past anew. */
function withdrawn(record: DeviationRecord, { nowMs, effectiveFromMs = -Infinity }: DeviationInput): DeviationChange[] {
  if (record.status === 'withdrawn' || record.status === 'merged' || record.occurredAtMs < effectiveFromMs) return [];
  return [{ kind: 'withdrawn', record: { ...record, status: 'withdrawn', withdrawnAtMs: nowMs }, combined: false }];
}

function sameRecord(a: DeviationRecord, b: DeviationRecord): boolean {
  return (
    a.occurredAtMs === b.occurredAtMs &&
    a.occurredUntilMs === b.occurredUntilMs &&
    a.remediatedAtMs === b.remediatedAtMs &&
    a.reason === b.reason &&
    a.system === b.system &&
    a.evidenceIds.length === b.evidenceIds.length &&
    a.evidenceIds.every((id, index) => id === b.evidenceIds[index])
  );
}
