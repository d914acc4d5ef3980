import { VERDICTS } from '@tickmark/readiness';
import type { Verdict } from '@tickmark/readiness';
import { shaded, type Io } from '../io.js';
import type { GapsAnswer } from './console-answers.js';
import { asText, hanging, item, widthOf } from './layout.js';
import { misconceptionLines } from './print-decision.js';

type Measure = GapsAnswer['items'][number];
type Control = Measure['controls'][number];

const WORD = Math.max(...VERDICTS.map(({ length }) => length)) + 2;
const SHADES: { readonly [verdict in Verdict]: 'red' | 'yellow' | 'green' } = {
  'no-control': 'yellow',
  'deviations-open': 'red',
  'no-feed': 'yellow',
  'no-evidence-yet': 'yellow',
  'evidence-stale': 'yellow',
  'manual-evidence-needed': 'yellow',
  'evidence-flowing': 'green',
};

export function printGaps(gaps: GapsAnswer, all: boolean, io: Io): void {
  const wanted = (one: { readonly verdict: Verdict }): boolean => all || one.verdict !== 'evidence-flowing';
  const controls = [...new Map(gaps.items.flatMap((one) => one.controls).map((control) => [control.id, control])).values()];
  const lines = [
    shaded(io, 'bold', scopeText(gaps)),
    gaps.judgedUntil === null ? 'nothing was judged yet' : `as of what was judged until ${gaps.judgedUntil}`,
    '',
    ...countLines(gaps, io),
    '',
    shaded(io, 'bold', 'Criteria and objectives'),
    ...gaps.items.filter(wanted).flatMap((one) => measureLines(one, io)),
    '',
    shaded(io, 'bold', 'Controls'),
    ...VERDICTS.flatMap((word) => controlLines(word, controls.filter((one) => wanted(one) && one.verdict === word), io)),
    ...(all ? [] : ['', 'Those with evidence flowing are left out; --all lists them.']),
    ...(gaps.sharedControls === null ? [] : ['', shaded(io, 'bold', 'One set of controls'), ...hanging('  ', gaps.sharedControls.text, widthOf(io.out))]),
    ...misconceptionLines(gaps.misconceptions, io),
  ];
  io.out.write(asText(lines));
}

export function scopeText({ reports, categories, objectives }: Pick<GapsAnswer, 'reports' | 'categories' | 'objectives'>): string {
  const counted = objectives.length === 1 ? '1 objective' : `${objectives.length} objectives`;
  const texts = reports.map((report) => (report === 'soc1' ? `SOC 1 (${counted})` : `SOC 2 (${categories.join(', ')})`));
  return texts.join(' and ');
}

function countLines({ counts, controlCounts }: GapsAnswer, io: Io): readonly string[] {
  const cell = (value: number | string): string => String(value).padStart(22);
  return [
    `  ${' '.repeat(WORD)}${cell('criteria, objectives')}${cell('controls')}`,
    ...VERDICTS.map((word) => `  ${told(word, io)}${cell(counts[word] ?? 0)}${word === 'no-control' ? '' : cell(controlCounts[word] ?? 0)}`),
  ];
}

const told = (verdict: Verdict, io: Io): string => shaded(io, SHADES[verdict], verdict.padEnd(WORD));

/** A title that is too long goes on below itself. */
function measureLines({ id, title, verdict, controls, wantedEvidence }: Measure, io: Io): readonly string[] {
  const width = widthOf(io.out);
  const lead = `  ${id.padEnd(12)}`;
  const below = ' '.repeat(lead.length);
  const waiting = controls.filter((control) => control.verdict !== 'evidence-flowing').map((control) => control.id);
  return [
    ...hanging(lead + ' '.repeat(WORD), title, width).map((line, index) => (index === 0 ? `${lead}${told(verdict, io)}${line.slice(lead.length + WORD)}` : line)),
    ...(waiting.length === 0 ? [] : hanging(`${below}by `, waiting.join(', '), width)),
    ...wantedEvidence.flatMap((idea) => hanging(`${below}wanted: `, idea, width)),
  ];
}

function controlLines(verdict: Verdict, controls: readonly Control[], io: Io): readonly string[] {
  if (controls.length === 0) return [];
  return [`  ${shaded(io, SHADES[verdict], verdict)}`, ...controls.flatMap((control) => item(controlText(control), widthOf(io.out), 4))];
}

function controlText({ id, owner, reasons, firstEvidenceAt, keyControl }: Control): string {
  const facts = [owner, ...(keyControl ? ['key control'] : []), ...(firstEvidenceAt === null ? [] : [`evidence since ${firstEvidenceAt}`])];
  return `${id} (${facts.join(', ')})${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`;
}
