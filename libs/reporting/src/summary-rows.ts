import type { TimeFigures } from './key-time.js';
import type { PeriodSummary, SummaryCheck, SummaryControl, SummaryDeviation } from './model.js';
import type { OccurrenceFigures } from './occurrences.js';
import { defuseCell } from './spreadsheet-cells.js';

export const SUMMARY_COLUMNS = [
  'section', 'id', 'title', 'control', 'check', 'key', 'state', 'severity', 'owner', 'system',
  'from', 'to', 'detectedAt', 'notifiedAt', 'remediatedAt', 'verifiedAt', 'withdrawnAt',
  'scopeMs', 'effectiveMs', 'failingMs', 'unknownMs', 'coverage', 'observedEffectiveness', 'lowerBound', 'upperBound',
  'population', 'evaluated', 'deviations', 'unevaluated', 'deviationRate', 'worstCase',
  'detail', 'evidenceIds',
] as const;

type Column = (typeof SUMMARY_COLUMNS)[number];
type Cells = { readonly [C in Column]?: string | number | null | undefined };
export type SummaryRow = readonly (string | number)[];

/** The whole summary as one table: `section` says what a row is. Text cells cannot run as formulas. */
export function* summaryRows(summary: PeriodSummary): Generator<SummaryRow> {
  yield [...SUMMARY_COLUMNS];
  for (const cells of cellsOf(summary)) yield SUMMARY_COLUMNS.map((column) => cell(cells[column]));
}

const cell = (value: string | number | null | undefined): string | number =>
  typeof value === 'string' ? defuseCell(value) : (value ?? '');

function* cellsOf(summary: PeriodSummary): Generator<Cells> {
  yield* headerCells(summary);
  for (const { id, title, state, reasons } of summary.criteria) {
    yield { section: 'criterion', id, title, state, detail: reasons.join('; ') };
  }
  for (const { id, title, state, reasons } of summary.objectives) {
    yield { section: 'objective', id, title, state, detail: reasons.join('; ') };
  }
  for (const control of summary.controls) yield* controlCells(control);
  for (const deviation of summary.deviations) yield deviationCells(deviation);
  for (const { id, cause, source, from, to, status, controls } of summary.gaps) {
    yield { section: 'gap', id, title: cause, system: source, from, to, state: status, detail: controls.join(' ') };
  }
  for (const { control, effectiveFrom, definitionHash, logicChanged } of summary.ruleChanges) {
    const detail = logicChanged ? 'what is judged changed' : 'wording changed';
    yield { section: 'rule-change', control, from: effectiveFrom, id: definitionHash, detail };
  }
}

function* headerCells({ header }: PeriodSummary): Generator<Cells> {
  for (const [id, value] of Object.entries(header)) {
    yield { section: 'header', id, detail: typeof value === 'string' ? value : JSON.stringify(value) };
  }
}

function* controlCells(control: SummaryControl): Generator<Cells> {
  const { id, title, severity, owner, stateAsOf, checks, timeline = [], versions } = control;
  const detail = versions.map(({ definitionHash }) => definitionHash).join(' ');
  yield { section: 'control', id, title, control: id, severity, owner, state: stateAsOf, detail };
  for (const check of checks) yield checkCells(id, check);
  for (const { state, from, to, reason, evidenceId } of timeline) {
    yield { section: 'timeline', control: id, state, from, to, detail: reason, evidenceIds: evidenceId };
  }
}

function checkCells(control: string, check: SummaryCheck): Cells {
  const { time, occurrences, keysAsOf } = check;
  return {
    section: 'check',
    control,
    check: check.name,
    from: check.inForce.from,
    to: check.inForce.to,
    detail: keysAsOf === undefined ? check.kind : `${check.kind}; keys by state ${JSON.stringify(keysAsOf)}`,
    ...(time === undefined ? {} : timeCells(time)),
    ...(occurrences === undefined ? {} : occurrenceCells(occurrences)),
  };
}

const timeCells = (time: TimeFigures): Cells => ({
  scopeMs: time.scopeMs,
  effectiveMs: time.effectiveMs,
  failingMs: time.failingMs,
  unknownMs: time.unknownMs,
  coverage: time.coverage.text,
  observedEffectiveness: time.observedEffectiveness.text,
  lowerBound: time.lowerBound.text,
  upperBound: time.upperBound.text,
});

const occurrenceCells = (occurrences: OccurrenceFigures): Cells => ({
  population: occurrences.population,
  evaluated: occurrences.evaluated,
  deviations: occurrences.deviations,
  unevaluated: occurrences.unevaluated,
  deviationRate: occurrences.deviationRate.text,
  worstCase: occurrences.worstCase.text,
  state: occurrences.result,
});

function deviationCells(deviation: SummaryDeviation): Cells {
  const { id, control, check, key, severity, owner, system, reason, evidenceIds } = deviation;
  const { detectedAt, notifiedAt, remediatedAt, verifiedAt, withdrawnAt } = deviation;
  return {
    section: 'deviation',
    id,
    control,
    check,
    key,
    state: deviation.status,
    severity,
    owner,
    system,
    from: deviation.occurredAt,
    to: remediatedAt,
    detectedAt,
    notifiedAt,
    remediatedAt,
    verifiedAt,
    withdrawnAt,
    detail: reason,
    evidenceIds: evidenceIds.join(' '),
  };
}
