import type { Severity } from '@tickmark/contracts';
import type { CompiledCheck, Point } from '@tickmark/evaluation';

/** What people see of the control that a check belongs to, by its version in force. */
export interface ControlFace {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly owner: string;
  /** Row of control_version. */
  readonly versionId: number;
  readonly definitionHash: string;
}

/** A check under one logic, ready to judge. An old logic stays live for what occurred while it was in force. */
export interface LiveCheck {
  readonly id: number;
  /** `control/check` */
  readonly ref: string;
  readonly compiled: CompiledCheck;
  readonly control: ControlFace;
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
  /** The activation that brought this logic. */
  readonly activation: number;
  /** Set: a check of a draft. It is judged like any other, tells nobody, and opens neither deviations nor gaps. */
  readonly shadowId?: number;
}

export const isShadow = ({ shadowId }: LiveCheck): boolean => shadowId !== undefined;

export interface LiveCatalogue {
  readonly version: number;
  readonly checks: ReadonlyMap<number, LiveCheck>;
  readonly byType: ReadonlyMap<string, readonly LiveCheck[]>;
}

export function liveCatalogue(version: number, checks: readonly LiveCheck[]): LiveCatalogue {
  const byType = new Map<string, LiveCheck[]>();
  for (const check of checks) {
    for (const type of new Set(check.compiled.inputTypes.values())) byType.set(type, [...(byType.get(type) ?? []), check]);
  }
  return { version, checks: new Map(checks.map((check) => [check.id, check])), byType };
}

/**
 * Whether an old logic still wants the point: an occurrence of its time may be decided by what comes later, a state of
 * its time is over.
 */
export function wantsPoint({ compiled, effectiveToMs }: LiveCheck, point: Point): boolean {
  return effectiveToMs === undefined || compiled.timing === 'occurrence-based' || point.atMs < effectiveToMs;
}
