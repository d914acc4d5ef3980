import type { State } from '@tickmark/contracts';
import type { DeviationRecord, Segment } from '../model.js';
import type { TimeByState } from '../timelines.js';

/** Half-open, in UTC milliseconds. */
export interface ComparedPeriod {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is said of a key on one side: effective segments (blindness laid over), and its deviations. */
export interface KeySide {
  readonly segments: readonly Segment[];
  readonly deviations: readonly DeviationRecord[];
}

export interface ComparedKey {
  readonly check: string;
  readonly key: string;
  /** On record. */
  readonly before?: KeySide;
  /** Judged anew. */
  readonly after?: KeySide;
}

/** A stretch in which the two sides say otherwise; without a side there is no such key on it then. */
export interface StretchDifference {
  readonly fromMs: number;
  readonly toMs: number;
  readonly before?: SideState;
  readonly after?: SideState;
}

interface SideState {
  readonly state: State;
  readonly reason?: string;
}

/** Only before: it would never have been. Only after: it would have been as well. Both: at other times. */
export interface DeviationDifference {
  readonly before?: DeviationRecord;
  readonly after?: DeviationRecord;
}

export interface KeyDifference {
  readonly check: string;
  readonly key: string;
  /** Days in UTC, `2026-03-02`. */
  readonly days: readonly string[];
  readonly stretches: readonly StretchDifference[];
  readonly deviations: readonly DeviationDifference[];
  /** Stretches and deviations that are more than are listed. */
  readonly leftOut: number;
}

export interface DaySide {
  /** Keys by the worst state that they were in on that day. */
  readonly states: { readonly [state in State]: number };
  /** Deviations that began on that day. */
  readonly deviations: number;
}

export interface DayComparison {
  readonly day: string;
  readonly before: DaySide;
  readonly after: DaySide;
  /** Keys that differ on that day. */
  readonly differing: number;
}

export interface SideTotals {
  readonly keys: number;
  readonly deviations: number;
  /** Key-time in each state, milliseconds. */
  readonly timeByState: TimeByState;
}

export interface BacktestTotals {
  readonly before: SideTotals;
  readonly after: SideTotals;
  readonly differingKeys: number;
  readonly deviationsAdded: number;
  readonly deviationsGone: number;
  readonly deviationsMoved: number;
}

export interface BacktestComparison {
  readonly totals: BacktestTotals;
  readonly days: readonly DayComparison[];
  /** By check and key. */
  readonly keys: readonly KeyDifference[];
  /** Keys that differ and are more than are listed. */
  readonly keysLeftOut: number;
}
