import type { DeviationStatus, Severity } from '@tickmark/contracts';
import { statistics } from './statistics.js';
import type { Statistics } from './statistics.js';

/** A deviation as it is on record. Instants are UTC milliseconds. */
export interface RecordedDeviation {
  readonly id: string;
  readonly control: string;
  readonly check: string;
  readonly key: string;
  readonly occurrence?: string;
  readonly status: DeviationStatus;
  readonly severity: Severity;
  readonly system?: string;
  readonly reason?: string;
  readonly occurredAtMs: number;
  readonly occurredUntilMs?: number;
  readonly detectedAtMs: number;
  readonly notifiedAtMs?: number;
  readonly remediatedAtMs?: number;
  readonly verifiedAtMs?: number;
  readonly withdrawnAtMs?: number;
  readonly evidenceIds: readonly string[];
  readonly backfill: boolean;
}

/** Lengths from the five times; where only a range is known the worst case stands first. */
export interface DeviationLengths {
  readonly timeToDetectMs: number;
  /** The best case, where only a range is known. */
  readonly timeToDetectAtLeastMs?: number;
  /** From detection to verification; absent while it is not verified. */
  readonly timeToRemediateMs?: number;
  /** From when it occurred to the recovery: how long the control did not do what it says. Absent while it is open. */
  readonly lastedMs?: number;
  /** Both together; absent while it is not verified. */
  readonly exposureMs?: number;
  /** How long an open one has lasted by `nowMs`: listed, never averaged in. */
  readonly openForMs?: number;
}

/** A source's clock may run a little ahead of ours: no length is below zero. */
const between = (fromMs: number, toMs: number): number => Math.max(0, toMs - fromMs);

export function deviationLengths(deviation: RecordedDeviation, nowMs: number): DeviationLengths {
  const { occurredAtMs, occurredUntilMs, detectedAtMs, remediatedAtMs, verifiedAtMs, status } = deviation;
  const timeToDetectMs = between(occurredAtMs, detectedAtMs);
  const verified = status === 'closed' && verifiedAtMs !== undefined;
  const timeToRemediateMs = verified ? between(detectedAtMs, verifiedAtMs) : undefined;
  return {
    timeToDetectMs,
    ...(occurredUntilMs === undefined ? {} : { timeToDetectAtLeastMs: between(occurredUntilMs, detectedAtMs) }),
    ...(timeToRemediateMs === undefined
      ? {}
      : { timeToRemediateMs, exposureMs: timeToDetectMs + timeToRemediateMs }),
    ...(status === 'closed' && remediatedAtMs !== undefined ? { lastedMs: between(occurredAtMs, remediatedAtMs) } : {}),
    ...(status === 'open' ? { openForMs: between(occurredAtMs, nowMs) } : {}),
  };
}

/** domain.md 7.6. Withdrawn ones never were; merged ones live on in another. */
export interface DeviationMeasures {
  readonly timeToDetect: Statistics;
  readonly timeToRemediate: Statistics;
  /** What R means here. */
  readonly remediateMeans: string;
}

export const REMEDIATE_MEANS = 'from detection to verification of the recovery';

export function deviationMeasures(deviations: readonly RecordedDeviation[], nowMs: number): DeviationMeasures {
  const counted = deviations
    .filter(({ status }) => status === 'open' || status === 'closed')
    .map((deviation) => deviationLengths(deviation, nowMs));
  return {
    timeToDetect: statistics(counted.map(({ timeToDetectMs }) => timeToDetectMs)),
    timeToRemediate: statistics(counted.flatMap(({ timeToRemediateMs }) => timeToRemediateMs ?? [])),
    remediateMeans: REMEDIATE_MEANS,
  };
}
