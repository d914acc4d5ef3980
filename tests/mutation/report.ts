import type { Accepted } from './accepted.ts';
import type { Judged } from './model.ts';

const GOAL = 0.95;

export interface Result {
  readonly judged: readonly Judged[];
  /** Survivors that no reason is given for. */
  readonly unlisted: readonly Judged[];
  readonly stale: readonly Accepted[];
  /** Controls that do not load, or whose own tests do not hold without any change: nothing can be said of them. */
  readonly broken: readonly string[];
}

interface Tally {
  readonly mutants: number;
  readonly caught: number;
  readonly refused: number;
  readonly survived: number;
}

export function tallyOf(judged: readonly Judged[]): Tally {
  const count = (...fates: readonly string[]): number => judged.filter(({ fate }) => fates.includes(fate)).length;
  return { mutants: judged.length, caught: count('caught', 'late'), refused: count('refused'), survived: count('survived') };
}

/** Of those that load: a mutant that is refused says nothing of the tests. */
export const rateOf = ({ caught, survived }: Tally): number => (caught + survived === 0 ? 1 : caught / (caught + survived));

export const isGood = ({ judged, unlisted, stale, broken }: Result): boolean =>
  rateOf(tallyOf(judged)) >= GOAL && unlisted.length + stale.length + broken.length === 0;

const percent = (rate: number): string => `${(Math.floor(rate * 1_000) / 10).toFixed(1)} %`;

export function inWords(result: Result): string {
  const { judged, unlisted, stale, broken } = result;
  const rows = [...Map.groupBy(judged, ({ control }) => control)].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([control, own]) => row(control, tallyOf(own)));
  const total = tallyOf(judged);
  return [
    'control'.padEnd(48) + columns(['mutants', 'caught', 'refused', 'survived', 'rate']),
    ...rows,
    row('all', total),
    ...section('survivors without a reason:', unlisted.map(survivor)),
    ...section('accepted, but caught by now or no mutant any more (catalogue/mutation-accepted.yaml):', stale.map(({ control, place, to }) => `${control} ${place} → ${to}`)),
    ...section('controls that do not load, or whose own tests do not hold:', broken),
    `${total.caught} of ${total.caught + total.survived} mutants that load are caught (${percent(rateOf(total))}, wanted ${percent(GOAL)}), ${total.refused} do not load, ${total.survived - unlisted.length} survivors have a reason`,
    '',
  ].join('\n');
}

const columns = (cells: readonly string[]): string => cells.map((cell) => cell.padStart(9)).join('');
const row = (name: string, tally: Tally): string =>
  name.padEnd(48) + columns([String(tally.mutants), String(tally.caught), String(tally.refused), String(tally.survived), percent(rateOf(tally))]);
const section = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`), '']);
const survivor = ({ file, line, place, mutator, from, to }: Judged): string => `${file}:${line} ${place} (${mutator})\n      ${from}\n    → ${to}`;
