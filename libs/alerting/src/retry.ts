const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

/** Waits before the second, third … attempt, as Svix and Standard Webhooks have them. */
export const RETRY_SCHEDULE_MS: readonly number[] = [5 * S, 5 * MIN, 30 * MIN, 2 * H, 5 * H, 10 * H, 10 * H];

/** Up to this part is added to a wait, so that what failed together does not come back together. */
const JITTER = 0.1;
/** A receiver that asks for a later attempt is heard up to a day. */
const LONGEST_ASKED_MS = 24 * H;

/** What a channel says of one attempt. */
export type AttemptOutcome =
  /** `note`: what people should know although it was sent. */
  | { readonly kind: 'sent'; readonly note?: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  | { readonly kind: 'giveUp'; readonly reason: string };

export type NextStep =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly afterMs: number }
  /** No attempt follows: the notice stays visible as not delivered. */
  | { readonly kind: 'exhausted' };

export interface RetrySituation {
  /** Attempts that asked for a retry before this one. */
  readonly failures: number;
  /** From 0 to 1, drawn by the caller. */
  readonly chance: number;
  readonly scheduleMs?: readonly number[];
}

export function nextStep(outcome: AttemptOutcome, situation: RetrySituation): NextStep {
  if (outcome.kind === 'sent') return { kind: 'done' };
  const waitMs = (situation.scheduleMs ?? RETRY_SCHEDULE_MS)[situation.failures];
  if (outcome.kind === 'giveUp' || waitMs === undefined) return { kind: 'exhausted' };
  const plannedMs = Math.round(waitMs * (1 + JITTER * situation.chance));
  return { kind: 'again', afterMs: Math.max(plannedMs, Math.min(outcome.afterMs ?? 0, LONGEST_ASKED_MS)) };
}
