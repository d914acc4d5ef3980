import type { ControlDefinition } from '@tickmark/catalogue';
import type { State } from '@tickmark/contracts';
import type { CompiledCheck } from '@tickmark/evaluation';
import type { ControlSegment } from './control-timeline.js';
import type { RecordedDeviation } from './deviation-facts.js';
import type { KeyTime } from './key-time.js';
import type { OccurrenceCounts } from './occurrences.js';
import type { Period } from './period.js';

export type Timing = CompiledCheck['timing'];

/** Sums of one check under one logic over all its keys: filled while they are read, never the keys themselves. */
export interface CheckResult {
  readonly name: string;
  readonly kind: string;
  readonly timing: Timing;
  readonly logicHash: string;
  /** The part of the period in which this logic was in force. */
  readonly inForce: Period;
  readonly time: KeyTime;
  readonly occurrences: OccurrenceCounts;
  readonly blindMs: number;
  readonly livenessMonitored: boolean;
  readonly keys: number;
  /** Type I: keys by state at the date. */
  readonly keysAsOf: { readonly [S in State]?: number };
}

export interface ControlVersionFact {
  readonly definitionHash: string;
  readonly logicHash: string;
  readonly title: string;
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
}

export interface ControlResult {
  /** The latest definition in force in the period. */
  readonly definition: ControlDefinition;
  readonly versions: readonly ControlVersionFact[];
  readonly checks: readonly CheckResult[];
  readonly timeline: readonly ControlSegment[];
  readonly inForce: readonly Period[];
  readonly deviations: readonly RecordedDeviation[];
}
