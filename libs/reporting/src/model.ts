import type { DeviationStatus, GapCause, Severity, State } from '@tickmark/contracts';
import type { StateTime } from './control-timeline.js';
import type { DeviationLengths, DeviationMeasures } from './deviation-facts.js';
import type { OccurrenceFigures } from './occurrences.js';
import type { RollUpWord } from './roll-up-words.js';
import type { TimeFigures } from './key-time.js';

/** The period summary as it is served and frozen. Instants are RFC 3339 in UTC, lengths are milliseconds. */
export interface PeriodSummary {
  readonly header: SummaryHeader;
  readonly criteria: readonly SummaryCriterion[];
  readonly objectives: readonly SummaryObjective[];
  readonly controls: readonly SummaryControl[];
  readonly deviations: readonly SummaryDeviation[];
  readonly measures: DeviationMeasures & { readonly openDeviations: readonly OpenDeviation[] };
  readonly gaps: readonly SummaryGap[];
  readonly ruleChanges: readonly RuleChange[];
}

export interface SummaryHeader {
  readonly statement: string;
  /** Only in a demo: nothing of it happened. */
  readonly demo?: true;
  readonly status: 'live, not frozen' | 'frozen';
  readonly revision: number | null;
  readonly engagement: { readonly id: string; readonly name: string };
  readonly entity: string;
  readonly systems: readonly string[] | 'all';
  readonly reports: readonly string[];
  readonly type: 'I' | 'II';
  readonly categories: readonly string[];
  readonly asOf?: string;
  readonly period?: { readonly from: string; readonly to: string };
  /** What lies after it had not passed yet when this was made. */
  readonly elapsedTo: string;
  readonly judgedUntil: string | null;
  /** Set when judging stood still: from here on everything is unknown. */
  readonly notJudgedSince?: string;
  readonly dataCutOff: { readonly leafIndex: string | null; readonly clock: string };
  readonly catalogueHash: string;
  readonly coverageThreshold: number;
  readonly feedsWithoutLiveness: readonly string[];
  readonly generatedAt: string;
  /** SHA-256 of the canonical JSON of everything but this header. */
  readonly manifestHash: string;
}

export interface SummaryCriterion {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly machineEvidence: string;
  readonly state: RollUpWord;
  readonly reasons: readonly string[];
  readonly controls: readonly string[];
}

export interface SummaryObjective {
  readonly id: string;
  readonly title: string;
  readonly mapping: string;
  readonly state: RollUpWord;
  readonly reasons: readonly string[];
  readonly controls: readonly string[];
}

export interface SummaryControl {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly severity: Severity;
  readonly keyControl: boolean;
  readonly execution: string;
  readonly frequency: string;
  readonly maps: { readonly tsc: readonly string[]; readonly soc1: readonly string[] };
  readonly versions: readonly SummaryVersion[];
  readonly checks: readonly SummaryCheck[];
  /** Type II: time of the control's own timeline by state, beside the key-time sums of its checks. */
  readonly controlLevel?: StateTime;
  readonly timeline?: readonly SummarySegment[];
  readonly deviations: { readonly [S in DeviationStatus]: number };
  /** Type I: the state at the date. */
  readonly stateAsOf?: State;
}

export interface SummaryVersion {
  readonly definitionHash: string;
  readonly logicHash: string;
  readonly title: string;
  readonly effectiveFrom: string;
  readonly effectiveTo?: string;
}

/** One check under one logic: an auditor looks at the old one and the new one. */
export interface SummaryCheck {
  readonly name: string;
  readonly kind: string;
  readonly logicHash: string;
  readonly inForce: { readonly from: string; readonly to: string };
  readonly keys: number;
  /** Time that gaps took from its sight. */
  readonly blindMs: number;
  readonly livenessMonitored: boolean;
  readonly time?: TimeFigures;
  readonly occurrences?: OccurrenceFigures;
  /** Type I: keys by state at the date. */
  readonly keysAsOf?: { readonly [S in State]?: number };
}

export interface SummarySegment {
  readonly state: State;
  readonly from: string;
  readonly to: string;
  readonly reason?: string;
  readonly evidenceId?: string;
}

export interface SummaryDeviation extends DeviationLengths {
  readonly id: string;
  readonly control: string;
  readonly check: string;
  readonly key: string;
  readonly status: DeviationStatus;
  readonly severity: Severity;
  readonly owner: string;
  readonly system?: string;
  readonly reason?: string;
  readonly occurredAt: string;
  readonly occurredUntil?: string;
  readonly detectedAt: string;
  readonly notifiedAt: string | null;
  readonly remediatedAt: string | null;
  readonly verifiedAt: string | null;
  readonly withdrawnAt?: string;
  readonly backfill: boolean;
  readonly evidenceIds: readonly string[];
}

export interface OpenDeviation {
  readonly id: string;
  readonly control: string;
  readonly key: string;
  readonly occurredAt: string;
  readonly openForMs: number;
}

export interface SummaryGap {
  readonly id: string;
  readonly cause: GapCause;
  readonly source: string;
  readonly from: string;
  readonly to: string | null;
  readonly status: string;
  readonly controls: readonly string[];
  /** Evidence of that time came in afterwards. */
  readonly collectedLate: boolean;
  readonly revision: number;
  readonly detail?: string;
  readonly note?: string;
}

export interface RuleChange {
  readonly control: string;
  readonly effectiveFrom: string;
  readonly definitionHash: string;
  readonly logicChanged: boolean;
}
