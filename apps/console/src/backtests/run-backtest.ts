import { toInstant } from '@tickmark/contracts';
import type { BacktestComparison } from '@tickmark/evaluation';
import { countEvidence, countKeys, earliestUndecided, readActivation, readJudgingWatermark } from '@tickmark/persistence';
import type { View, Views } from '../judged/view.js';
import { BacktestRun } from './backtest-run.js';
import type { BacktestRequest } from './backtest-request.js';
import { readCandidate } from './candidate.js';

/** What the comparison is of. */
export interface BacktestFound {
  readonly control: string;
  readonly definitionHash: string;
  readonly logicHash: string;
  /** Whether a control of this id stands on record. */
  readonly onRecord: boolean;
  readonly compared: { readonly from: string; readonly to: string };
  readonly judgedUntil: string;
  readonly events: number;
}

export type BacktestOutcome =
  | { readonly kind: 'done'; readonly comparison: BacktestComparison; readonly found: BacktestFound }
  | { readonly kind: 'failed'; readonly detail: string };

export interface BacktestBounds {
  /** How much evidence one backtest may read. */
  readonly events: number;
  /** How much of it, and of keys on record, is in memory at once: more is read in several runs, each for its share of the groups. */
  readonly eventsAtOnce: number;
}

/** A key with its timeline takes about as much as so many events. */
const KEY_WEIGHT = 2;

export const BACKTEST_BOUNDS: BacktestBounds = { events: 5_000_000, eventsAtOnce: 250_000 };

/** Judges a control anew over the evidence on file, beside the record and without touching it, and says what differs. */
export function runBacktest(views: Views, request: BacktestRequest, progress: (share: number) => void, bounds = BACKTEST_BOUNDS): Promise<BacktestOutcome> {
  return views.with({}, async (view): Promise<BacktestOutcome> => {
    const read = readCandidate((await readActivation(view.snapshot, view.active.version))?.files ?? [], request.yaml);
    if (!read.ok) return failed(`the control does not load: ${read.error[0]?.message ?? ''}`);
    const { control, checks } = read.value;
    const checkIds = view.checks.filter((check) => check.control === control.id).map(({ id }) => id);
    const untilMs = await judgedUntil(view, checkIds);
    if (untilMs === undefined) return failed('nothing is judged yet: there is no record to compare with');
    const types = [...new Set(checks.flatMap(({ inputTypes }) => [...inputTypes.values()]))];
    const events = await countEvidence(view.snapshot, types);
    if (events > bounds.events) return failed(`${events} events on file are more than one backtest reads (${bounds.events})`);
    const held = events + KEY_WEIGHT * (await countKeys(view.snapshot, checkIds));
    const shares = Math.max(1, Math.ceil(held / bounds.eventsAtOnce));
    const run = new BacktestRun({ view, candidate: read.value, request, untilMs, types, events, progress, shares });
    const comparison = await run.compare();
    const { fromMs, toMs } = run.period;
    const compared = { from: toInstant(fromMs), to: toInstant(toMs) };
    const { definitionHash, logicHash } = control;
    const found = { control: control.id, definitionHash, logicHash, onRecord: run.onRecord, compared, judgedUntil: toInstant(untilMs), events };
    return { kind: 'done', comparison, found };
  });
}

const failed = (detail: string): BacktestOutcome => ({ kind: 'failed', detail });

/** Through when the record of the control is complete. */
async function judgedUntil(view: View, checkIds: readonly number[]): Promise<number | undefined> {
  const watermarkMs = await readJudgingWatermark(view.snapshot);
  if (watermarkMs === undefined) return undefined;
  const undecided = await earliestUndecided(view.snapshot, checkIds, watermarkMs);
  return undecided === undefined ? watermarkMs : undecided - 1;
}
