import type { State } from '@tickmark/contracts';
import type { Stand } from '../folding/stand.js';
import type { Kept } from '../reading/condition.js';

/** A: what has to be followed. */
export interface Obligation {
  readonly evidenceId: string;
  readonly startMs: number;
  readonly deadlineMs: number;
  readonly receivedAtMs: number;
  readonly settleMs: number;
  readonly system: string;
  readonly backfill: boolean;
  readonly kept: Kept;
  readonly started: boolean;
  /** Its deadline has been decided. */
  readonly decided: boolean;
}

/** The latest B of one value. */
export interface Answer {
  readonly value: string;
  readonly knownMs: number;
  readonly kept: Kept | boolean;
  readonly holds: boolean;
  /** From when on it has held under the obligation. */
  readonly sinceMs?: number;
  readonly evidenceId?: string;
  readonly feedIds: readonly number[];
  readonly system?: string;
  readonly receivedAtMs: number;
  readonly backfill: boolean;
  readonly retired?: true;
  /** Its occurrence has been decided. */
  readonly judged?: true;
  /** The occurrence that fails at present. */
  readonly failing?: string;
}

export interface Moment {
  readonly o: Obligation;
  readonly atMs: number;
  readonly key: string;
}

export interface Outcome {
  readonly outcome: State | 'pending';
  readonly decidedAtMs?: number;
  readonly reason?: string;
  readonly occurrence?: string;
}

export const NO_OCCURRENCE: Stand = { state: 'no-occurrence', basis: 'absence', feedIds: [] };

/** Nothing is demanded. `early`: an A that occurred before the check was in force. */
export const undemanded = (early: string | undefined): Stand =>
  early === undefined ? NO_OCCURRENCE : { ...NO_OCCURRENCE, reason: 'before-in-force', evidenceId: early };

export const withoutSince = ({ sinceMs: _sinceMs, ...answer }: Answer): Answer => answer;

/** At the deadline, of what does not fail. */
export const asItStands = (answer: Answer, atMs: number): Outcome =>
  answer.holds ? { outcome: 'pass', decidedAtMs: answer.sinceMs ?? atMs } : { outcome: 'not-applicable', reason: 'retired', decidedAtMs: atMs };

export function reasonOf(o: Obligation, { knownMs }: Answer, occurrence: string): string {
  if (occurrence !== o.evidenceId) return 'stopped-holding';
  return knownMs > o.deadlineMs ? 'known-late' : 'still-not-holding';
}

export const evidenceOf = (o: Obligation, { evidenceId }: Answer): readonly string[] =>
  evidenceId === undefined ? [o.evidenceId] : [o.evidenceId, evidenceId];

export const about = (o: Obligation, { evidenceId, feedIds, system }: Answer): Pick<Stand, 'evidenceId' | 'feedIds' | 'system' | 'occurrence'> => ({
  evidenceId: evidenceId ?? o.evidenceId,
  feedIds,
  system: system ?? o.system,
  occurrence: o.evidenceId,
});

export const faultOf = (o: Obligation, answer: Answer): { readonly system: string; readonly feedIds: readonly number[]; readonly evidenceIds: readonly string[] } => ({
  system: answer.system ?? o.system,
  feedIds: answer.feedIds,
  evidenceIds: evidenceOf(o, answer),
});

export const retiredStand = ({ feedIds, system, evidenceId }: Answer): Stand => ({
  ...{ state: 'not-applicable', basis: 'evidence', reason: 'retired', feedIds },
  ...(system === undefined ? {} : { system }),
  ...(evidenceId === undefined ? {} : { evidenceId }),
});

/** Word of the obligation itself came long after it was over. */
export const lateWord = (o: Obligation, atMs: number): boolean => o.backfill && o.receivedAtMs > atMs;
