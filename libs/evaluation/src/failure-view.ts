import type { Blindness, Failure } from './model.js';
import { endOf, type Interval } from './intervals.js';
import { blindStretches, type Need } from './overlay.js';

/** A failure as it can be told, with blindness laid over. */
export interface SeenFailure {
  readonly failure: Failure;
  readonly occurredAtMs: number;
  /** Where blindness hid when it began: the latest possible instant. */
  readonly occurredUntilMs?: number;
  /** Recovery that evidence shows. */
  readonly remediatedAtMs?: number;
}

export type View =
  | { readonly seen: true; readonly failure: SeenFailure }
  /** Hidden; `recheckMs` is when it can be told, as far as that is known. */
  | { readonly seen: false; readonly recheckMs?: number };

export interface Sight {
  readonly blindness: readonly Blindness[];
  readonly need: Need;
  readonly watermarkMs: number | undefined;
  /** How long what came after a silence may still be on its way. */
  readonly settleMs: number;
}

/**
 * A failure for want of evidence that began while blind is told only when the blindness has ended and what was sent by
 * then has arrived, or when received evidence proves it; it began at some time in between, worst case first.
 */
export function viewOf(failure: Failure, sight: Sight): View {
  const stretches = blindStretches(sight.blindness, sight.need, failure.feedIds);
  const recovery = recoveryOf(failure, stretches);
  const over = failure.basis === 'absence' ? covering(stretches, failure.fromMs) : undefined;
  const seen = (occurredUntilMs?: number): View => ({
    seen: true,
    failure: {
      failure,
      occurredAtMs: failure.fromMs,
      ...(occurredUntilMs === undefined || failure.exact === true ? {} : { occurredUntilMs }),
      ...recovery,
    },
  });
  if (over === undefined) return seen();
  const provenMs = Math.min(failure.provenMs ?? Infinity, failure.toBasis === 'evidence' ? endOf(failure) : Infinity);
  const endMs = endOf(over);
  if (provenMs <= endMs && provenMs !== Infinity) return seen(provenMs);
  if (endMs === Infinity) return { seen: false };
  const readyMs = endMs + sight.settleMs;
  return sight.watermarkMs !== undefined && sight.watermarkMs >= readyMs ? seen(endMs) : { seen: false, recheckMs: readyMs };
}

/** Values that left a window while blind show no recovery; it is shown when sight returns. */
function recoveryOf(failure: Failure, stretches: readonly Interval[]): { readonly remediatedAtMs?: number } {
  if (failure.toMs === undefined) return {};
  const over = failure.toBasis === 'absence' ? covering(stretches, failure.toMs) : undefined;
  if (over === undefined) return { remediatedAtMs: failure.toMs };
  return over.toMs === undefined ? {} : { remediatedAtMs: over.toMs };
}

const covering = (stretches: readonly Interval[], atMs: number): Interval | undefined =>
  stretches.find((one) => one.fromMs <= atMs && atMs < endOf(one));
