import { counted } from '../controls/print-faults.js';
import { printable, shaded, type Io } from '../io.js';
import type { FoundByBacktest, KeyDifference } from './run-backtest.js';

const STATES = ['pass', 'fail', 'error', 'unknown', 'no-occurrence', 'not-applicable'];
const SHORT_HASH = 12;

export function printBacktest({ result, differences }: FoundByBacktest, io: Io): void {
  const { control, definitionHash, compared, events, onRecord } = result;
  const head = [
    `${shaded(io, 'bold', control)} ${definitionHash.slice(0, SHORT_HASH)}, judged anew over ${counted(events, 'event')}`,
    `compared ${onRecord ? 'with the record' : 'with nothing: there is no control of this id'}, from ${compared.from} to ${compared.to}`,
  ];
  const lines = result.differs ? [...head, ...dayLines(result, io), ...differences.flatMap((one) => keyLines(one, io)), ...leftOutLines(result, differences.length), '', summaryOf(result, io)] : [...head, shaded(io, 'green', '✓ no difference')];
  io.out.write(lines.map((line) => `${line}\n`).join(''));
}

type Result = FoundByBacktest['result'];
type Side = Result['days'][number]['before'];

function dayLines({ days }: Result, io: Io): readonly string[] {
  const differing = days.filter((day) => day.differing > 0);
  return [
    '',
    shaded(io, 'bold', 'days (keys by the worst state of the day; deviations that began)'),
    ...differing.map(({ day, before, after, differing: keys }) => `  ${day}  ${counted(keys, 'key')}: ${sideOf(before)} → ${sideOf(after)}`),
  ];
}

function sideOf({ states, deviations }: Side): string {
  const counts = STATES.flatMap((state) => ((states[state] ?? 0) === 0 ? [] : [`${state} ${states[state] ?? 0}`]));
  return [...(counts.length === 0 ? ['no keys'] : counts), ...(deviations === 0 ? [] : [counted(deviations, 'deviation')])].join(', ');
}

function keyLines({ check, key, stretches, deviations, leftOut }: KeyDifference, io: Io): readonly string[] {
  return [
    '',
    shaded(io, 'bold', `${check} ${printable(key)}`),
    ...stretches.map(({ from, to, before, after }) => `  ${from} .. ${to}  ${stateOf(before)} → ${stateOf(after)}`),
    ...deviations.map((one) => `  ${deviationLine(one)}`),
    ...(leftOut === 0 ? [] : [`  and ${leftOut} more`]),
  ];
}

type Stretch = KeyDifference['stretches'][number];
type Pair = KeyDifference['deviations'][number];
type Deviation = NonNullable<Pair['before']>;

const stateOf = (side: Stretch['before']): string => (side === null ? 'no such key' : `${side.state}${side.reason === undefined ? '' : ` (${side.reason})`}`);

function deviationLine({ id, before, after }: Pair): string {
  if (before === null && after !== null) return `deviation that would have been: ${spanOf(after)}`;
  if (before !== null && after === null) return `deviation ${id ?? ''} would not have been: ${spanOf(before)}`;
  return before === null || after === null ? '' : `deviation ${id ?? ''}: ${spanOf(before)} → ${spanOf(after)}`;
}

const spanOf = ({ occurredAt, occurredUntil, remediatedAt }: Deviation): string =>
  `${occurredAt}${occurredUntil === undefined ? '' : ` (or until ${occurredUntil})`} .. ${remediatedAt ?? 'open'}`;

const leftOutLines = ({ keysListed, keysLeftOut }: Result, shown: number): readonly string[] => {
  const more = keysListed - shown + keysLeftOut;
  return more <= 0 ? [] : ['', `and ${counted(more, 'more key')}${keysListed > shown ? '; --json has all that are listed' : ''}`];
};

function summaryOf({ totals, days }: Result, io: Io): string {
  const { differingKeys, deviationsAdded, deviationsGone, deviationsMoved } = totals;
  const on = days.filter(({ differing }) => differing > 0).length;
  const deviations = `${counted(deviationsAdded, 'deviation')} more, ${deviationsGone} fewer, ${deviationsMoved} at other times`;
  return shaded(io, 'red', `✗ ${counted(differingKeys, 'key')} ${differingKeys === 1 ? 'differs' : 'differ'}, on ${counted(on, 'day')}; ${deviations}`);
}
