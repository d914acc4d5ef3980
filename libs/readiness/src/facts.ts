/** What is on file about controls and event types, as the installation that is asked knows it. */

export interface CheckOnFile {
  readonly name: string;
  readonly kind: string;
  /** Watches the monitoring itself and has no evidence of the control. */
  readonly monitor: boolean;
  /** The earliest event that it has judged while it was in force. */
  readonly firstEvidenceAtMs?: number;
  readonly lastEvidenceAtMs?: number;
}

export interface ControlOnFile {
  /** In force now; none: the control is not judged yet. */
  readonly checks: readonly CheckOnFile[];
  readonly state: string;
  readonly fail: number;
  readonly openDeviations: number;
  /** Keys of checks other than attestations that nothing is known of now, or that could not be judged. */
  readonly unproven: number;
}

export interface TypeOnFile {
  /** Production feeds that name the type. */
  readonly namedBy: readonly string[];
  /** Production feeds that may send any type that is not reserved. */
  readonly openTo: readonly string[];
  /** Evidence of production feeds that was not too old to be judged. */
  readonly firstAtMs?: number;
  readonly lastAtMs?: number;
}

export interface OnFile {
  readonly controls: ReadonlyMap<string, ControlOnFile>;
  readonly types: ReadonlyMap<string, TypeOnFile>;
}

/** How a criterion, an objective or a control stands, the worst first. It says what is on file and never what it is worth. */
export const VERDICTS = [
  'no-control',
  'deviations-open',
  'no-feed',
  'no-evidence-yet',
  'evidence-stale',
  'manual-evidence-needed',
  'evidence-flowing',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const worstOf = (verdicts: readonly Verdict[]): Verdict => VERDICTS.find((each) => verdicts.includes(each)) ?? 'no-control';
