import { isBlindedBy } from '@tickmark/evaluation';
import type { Blindness } from '@tickmark/evaluation';
import { readAbsentFailures } from '@tickmark/persistence';
import type { AbsentFailure, StoredObservation } from '@tickmark/persistence';
import { needOf } from './view.js';
import type { ReadableCheck, View } from './view.js';

/** Why an occurrence that failed for want of evidence counts as undecided; undefined: it does not. */
type Hidden = (occurrence: Pick<StoredObservation, 'checkId' | 'keyId' | 'occurrence'>) => string | undefined;

export interface HiddenOccurrences {
  readonly whyHidden: Hidden;
  readonly all: readonly AbsentFailure[];
}

const nameOf = ({ checkId, keyId, occurrence }: Parameters<Hidden>[0]): string => `${checkId} ${keyId} ${occurrence}`;

/**
 * Time-outs inside blindness that has not ended: whether B was in time nobody can say yet. Once it has ended they are
 * decided again, and what is stored holds.
 */
export async function hiddenOccurrences(view: View, checks: readonly ReadableCheck[]): Promise<HiddenOccurrences> {
  const atMs = view.judging.nowMs;
  const lasting = view.blindness.filter(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs);
  if (lasting.length === 0 || checks.length === 0) return { whyHidden: () => undefined, all: [] };
  const byId = new Map(checks.map((check) => [check.id, check]));
  const since = Math.min(...lasting.map(({ fromMs }) => fromMs));
  const failures = await readAbsentFailures(view.snapshot, [...byId.keys()], { fromMs: since, toMs: atMs + 1 });
  const hidden = failures.flatMap((failure) => {
    const check = byId.get(failure.checkId);
    const by = check === undefined ? undefined : lasting.find((one) => hides(one, check, failure));
    return by === undefined ? [] : [{ failure, cause: by.cause }];
  });
  const causes = new Map(hidden.map(({ failure, cause }) => [nameOf(failure), cause]));
  return { whyHidden: (occurrence) => causes.get(nameOf(occurrence)), all: hidden.map(({ failure }) => failure) };
}

const hides = (blindness: Blindness, check: ReadableCheck, failure: AbsentFailure): boolean =>
  blindness.fromMs <= failure.decidedAtMs && isBlindedBy(blindness, needOf(check, failure), failure.feedIds);
