import { formatDuration, toInstant } from '@tickmark/contracts';
import type { ControlTestResult, ExpectationResult, ScriptLine } from '@tickmark/evaluation';
import { shaded, type Io } from '../io.js';
import { counted } from './print-faults.js';
import type { TestedControl } from './tested-control.js';

export function printReport({ control, report }: TestedControl, io: Io): void {
  io.out.write(`${shaded(io, 'bold', control.id)}\n`);
  for (const result of report.results) {
    const sign = result.holds ? shaded(io, 'green', '✓ holds') : shaded(io, 'red', '✗ fails');
    io.out.write(`  ${sign}  ${result.test.name}\n`);
    if (!result.holds) io.out.write(scriptOf(result, control.file).map((line) => `      ${line}\n`).join(''));
  }
}

/** The test as it went: what was given and what was expected, by time, with what came out instead. */
export function scriptOf(result: ControlTestResult, file: string): readonly string[] {
  const { startMs } = result.test;
  const given = result.script.map((line) => ({ atMs: line.receivedAtMs ?? line.atMs, order: 0, lines: [givenLine(line, startMs)] }));
  const expected = result.expectations.map((one) => ({ atMs: one.expected.atMs, order: 1, lines: expectedLines(one, startMs) }));
  const steps = [...given, ...expected].sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  return [`${file}:${result.test.line}, start ${toInstant(startMs)}`, ...steps.flatMap(({ lines }) => lines)];
}

function givenLine({ atMs, receivedAtMs, untilMs, alias, text }: ScriptLine, startMs: number): string {
  const late = receivedAtMs === undefined || receivedAtMs === atMs ? '' : ` received at ${offset(receivedAtMs, startMs)}`;
  const until = untilMs === undefined ? '' : ` to ${offset(untilMs, startMs)}`;
  return `${offset(atMs, startMs).padStart(7)}${until}${late}  given     ${alias} ${text}`;
}

function expectedLines({ expected, got, holds }: ExpectationResult, startMs: number): readonly string[] {
  const known = expected.knownAtMs === undefined ? '' : `, known at ${offset(expected.knownAtMs, startMs)}`;
  const about = `${expected.check}${expected.key === undefined ? '' : ` ${expected.key}`}${known}`;
  const at = offset(expected.atMs, startMs).padStart(7);
  const line = `${at}  ${holds ? 'holds   ' : 'EXPECTED'}  ${about}: ${said(expected)}`;
  if (holds) return [line];
  const reason = got.reason === undefined ? '' : ` (${got.reason})`;
  return [line, `${' '.repeat(at.length)}  GOT       ${about}: ${said({ ...got, deviation: expected.deviation === undefined ? undefined : got.deviation })}${reason}`];
}

const said = ({ state, deviation }: { readonly state: string; readonly deviation?: string | undefined }): string =>
  deviation === undefined ? state : `${state}, deviation ${deviation}`;

function offset(ms: number, startMs: number): string {
  if (ms === startMs) return '+0h';
  return ms < startMs ? `-${formatDuration(startMs - ms)}` : `+${formatDuration(ms - startMs)}`;
}

/** What no test shows is said, not hidden. */
export function printUnreached(tested: readonly TestedControl[], io: Io): void {
  const lines = tested.flatMap(({ control, report }) =>
    report.coverage
      .filter(({ unreached }) => unreached.length > 0)
      .map(({ check, unreached }) => `  ${control.id}/${check}: ${unreached.join(', ')}\n`),
  );
  if (lines.length === 0) return;
  io.out.write(shaded(io, 'grey', `states that no test reaches:\n${lines.join('')}`));
}

export function summaryOf(tested: readonly TestedControl[]): string {
  const results = tested.flatMap(({ report }) => report.results);
  const failing = results.filter(({ holds }) => !holds).length;
  const all = `${counted(tested.length, 'control')}, ${counted(results.length, 'test')}`;
  return failing === 0 ? `${all}: all hold` : `${all}: ${failing} ${failing === 1 ? 'does' : 'do'} not hold`;
}
