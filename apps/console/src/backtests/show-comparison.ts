import { toInstant } from '@tickmark/contracts';
import type { BacktestComparison, DeviationDifference, DeviationRecord, KeyDifference, StretchDifference } from '@tickmark/evaluation';
import type { z } from 'zod';
import type { backtestDifference } from '../answers/backtest.js';
import { instantOrNull } from '../http/query.js';
import type { BacktestFound } from './run-backtest.js';

/** What was found, but for the keys, which are a list of their own. */
export function showResult(found: BacktestFound, { totals, days, keys, keysLeftOut }: BacktestComparison) {
  const differs = totals.differingKeys > 0;
  return { ...found, differs, totals, days, keysListed: keys.length, keysLeftOut };
}

export type ShownDifference = z.output<typeof backtestDifference>;

export const showDifference = ({ check, key, days, stretches, deviations, leftOut }: KeyDifference): ShownDifference => ({
  check,
  key,
  days: [...days],
  stretches: stretches.map(showStretch),
  deviations: deviations.map(showPair),
  leftOut,
});

const showStretch = ({ fromMs, toMs, before, after }: StretchDifference) => ({
  from: toInstant(fromMs),
  to: toInstant(toMs),
  before: before ?? null,
  after: after ?? null,
});

/** One that is on record keeps its id; one that would be new has none yet. */
function showPair({ before, after }: DeviationDifference) {
  return { id: before?.id ?? null, before: before === undefined ? null : showDeviation(before), after: after === undefined ? null : showDeviation(after) };
}

const showDeviation = ({ status, occurredAtMs, occurredUntilMs, remediatedAtMs, reason }: DeviationRecord) => ({
  status,
  occurredAt: toInstant(occurredAtMs),
  ...(occurredUntilMs === undefined ? {} : { occurredUntil: toInstant(occurredUntilMs) }),
  remediatedAt: instantOrNull(remediatedAtMs),
  ...(reason === undefined ? {} : { reason }),
});
