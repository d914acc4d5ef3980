import type { Blindness } from '@tickmark/evaluation';
import { canonicalJson, sha256 } from '@tickmark/ledger';
import type { ControlPart } from './control-part.js';
import { clip } from './period.js';
import type { Period } from './period.js';

/** Raised when what a roll-up holds, or how it is summed, changes: those of before are then computed again. */
const FORMAT = 1;

/** A closed month of a control, summed once. */
export interface MonthRollUp {
  readonly control: string;
  readonly part: ControlPart;
  /** What it was computed from beside the rows of judging; see `basisOf`. */
  readonly basis: string;
  /** How often judging had changed the month after it was closed. */
  readonly lateChanges: number;
  /** The last leaf that it includes. */
  readonly throughLeaf: number;
}

/** A check as it is looked at: between which instants, and by which feeds where nothing tells which one decided. */
export interface CheckSight {
  readonly id: number;
  /** `control/check` */
  readonly ref: string;
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
  readonly namedFeeds: readonly number[];
}

/**
 * A digest of all that a month's sums depend on beside segments and observations: the logics in force and the blindness
 * that is laid over. A gap that is revised afterwards gives another one, so the roll-up no longer fits.
 */
export function basisOf(month: Period, checks: readonly CheckSight[], blindness: readonly Blindness[]): string {
  // What begins a millisecond before belongs to it: the month's first instant is then no beginning.
  const seen = { fromMs: month.fromMs - 1, toMs: month.toMs };
  const refs = new Set(checks.map(({ ref }) => ref));
  const laidOver = blindness.flatMap((one) => {
    const part = clip(seen, one.fromMs, one.toMs);
    if (part === undefined || (one.check !== undefined && !refs.has(one.check))) return [];
    return [[one.cause, one.feedId ?? null, one.check ?? null, one.key ?? null, part.fromMs, part.toMs]];
  });
  const inForce = checks.map(({ id, effectiveFromMs, effectiveToMs = Infinity, namedFeeds }) => {
    const part = clip(seen, effectiveFromMs, effectiveToMs);
    return [id, part?.fromMs ?? null, part?.toMs ?? null, [...namedFeeds].sort((a, b) => a - b)];
  });
  return sha256(canonicalJson([FORMAT, month.fromMs, month.toMs, inForce, laidOver])).toString('hex');
}

/** A stretch of a period that is summed by itself: a closed month, or what lies between. */
export interface Stage extends Period {
  readonly closed: boolean;
}

/** Cuts a period at the closed months that it holds whole; what lies before, between and after stays in one piece. */
export function stagesOf(period: Period, closedMonths: readonly Period[]): readonly Stage[] {
  const whole = closedMonths
    .filter(({ fromMs, toMs }) => period.fromMs <= fromMs && toMs <= period.toMs)
    .toSorted((a, b) => a.fromMs - b.fromMs);
  const stages: Stage[] = [];
  let reachedMs = period.fromMs;
  for (const { fromMs, toMs } of whole) {
    if (reachedMs < fromMs) stages.push({ fromMs: reachedMs, toMs: fromMs, closed: false });
    stages.push({ fromMs, toMs, closed: true });
    reachedMs = toMs;
  }
  if (reachedMs < period.toMs || stages.length === 0) stages.push({ fromMs: reachedMs, toMs: period.toMs, closed: false });
  return stages;
}
