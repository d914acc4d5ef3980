import { formatDuration, parseDuration, type State } from '@tickmark/contracts';
import type { ControlDefinition, ControlTest, EventType } from '@tickmark/catalogue';
import type { CompiledCheck, DeviationRecord, Kind } from '../model.js';
import { overlay } from '../overlay.js';
import { rollUp, stateAt } from '../timelines.js';
import { Laboratory, type Known } from './laboratory.js';
import { readScript, type Expectation, type ScriptLine } from './script.js';

interface Outcome {
  readonly state: State;
  readonly deviation?: string;
  readonly reason?: string;
}

export interface ExpectationResult {
  readonly expected: Expectation;
  readonly got: Outcome;
  readonly holds: boolean;
}

export interface ControlTestResult {
  readonly test: ControlTest;
  readonly holds: boolean;
  /** What was given, in order of receipt, to be printed beside what was expected. */
  readonly script: readonly ScriptLine[];
  readonly expectations: readonly ExpectationResult[];
}

export interface ControlTestReport {
  readonly control: string;
  readonly holds: boolean;
  readonly results: readonly ControlTestResult[];
  /** For each check the states that it can be in, and whether a test that holds shows it. */
  readonly coverage: readonly { readonly check: string; readonly reached: readonly string[]; readonly unreached: readonly string[] }[];
}

/** Runs the tests that stand in a control's own file, as its judging would have gone. */
export function runControlTests(
  control: ControlDefinition,
  eventTypes: ReadonlyMap<string, EventType>,
  kinds: ReadonlyMap<string, Kind>,
): ControlTestReport {
  const checks = new Map(control.checks.map((check) => [check.name, kindOf(kinds, check.kind).compile(control, check, eventTypes)]));
  const results = control.tests.map((test) => runTest(control, checks, test));
  const shown = results.flatMap(({ expectations }) => expectations.filter(({ holds }) => holds));
  const coverage = control.checks.map((check) => {
    const { name, kind } = check;
    const reached = new Set<string>(shown.filter(({ expected }) => expected.check === name).map(({ got }) => got.state));
    const reachable = kindOf(kinds, kind).reachableBy(control, check);
    return { check: name, reached: reachable.filter((state) => reached.has(state)), unreached: reachable.filter((state) => !reached.has(state)) };
  });
  return { control: control.id, holds: results.every(({ holds }) => holds), results, coverage };
}

function kindOf(kinds: ReadonlyMap<string, Kind>, id: string): Kind {
  const kind = kinds.get(id);
  if (kind === undefined) throw new Error(`there is no kind ${id}; the loader refuses it`);
  return kind;
}

function runTest(control: ControlDefinition, checks: ReadonlyMap<string, CompiledCheck>, test: ControlTest): ControlTestResult {
  const script = readScript(control, test);
  const laboratory = new Laboratory(control, checks, script, test.startMs);
  const expectations = script.expectations.map((expected) => compare(laboratory, checks, expected));
  return { test, holds: expectations.every(({ holds }) => holds), script: script.lines, expectations };
}

function compare(laboratory: Laboratory, checks: ReadonlyMap<string, CompiledCheck>, expected: Expectation): ExpectationResult {
  const { check, key, atMs, knownAtMs = laboratory.endMs, state, deviation } = expected;
  const got = stateOf(laboratory.known(check, knownAtMs), { key, atMs, absent: absentState(checks.get(check)) });
  if (deviation === undefined) return { expected, got, holds: got.state === state };
  const records = [...laboratory.recordsAt(check, knownAtMs)].flatMap(([of, all]) => (key === undefined || of === key ? all : []));
  const told = deviationsAt(records, atMs);
  const holds = got.state === state && told.includes(deviation);
  return { expected, got: { ...got, deviation: told.includes(deviation) ? deviation : (told[0] ?? 'none') }, holds };
}

/** A key that has no segment yet. */
const absentState = (check: CompiledCheck | undefined): State => (check?.timing === 'occurrence-based' ? 'no-occurrence' : 'unknown');

function stateOf(known: Known, { key, atMs, absent }: { readonly key: string | undefined; readonly atMs: number; readonly absent: State }): Outcome {
  const effective = [...known.keys].map(([name, { timeline, need }]) => ({ name, segments: overlay(timeline.segments, known.blindness, need) }));
  if (key === undefined) {
    const rolled = rollUp(effective.map(({ segments }) => segments), { beginMs: Number.NEGATIVE_INFINITY, before: absent });
    return { state: rolled.findLast(({ fromMs }) => fromMs <= atMs)?.state ?? absent };
  }
  const segment = stateAt(effective.find(({ name }) => name === key)?.segments ?? [], atMs);
  return segment === undefined ? { state: absent } : { state: segment.state, ...(segment.reason === undefined ? {} : { reason: segment.reason }) };
}

/** What can be said of deviations at an instant, the most telling first. */
function deviationsAt(records: readonly DeviationRecord[], atMs: number): readonly string[] {
  const begun = records.filter(({ occurredAtMs, status }) => occurredAtMs <= atMs && status !== 'merged');
  const real = begun.filter(({ status }) => status !== 'withdrawn');
  const open = real.some(({ remediatedAtMs = Infinity }) => remediatedAtMs > atMs);
  const ended = real.filter(({ remediatedAtMs = Infinity }) => remediatedAtMs <= atMs);
  const lastMs = Math.max(...ended.map(({ remediatedAtMs = 0 }) => remediatedAtMs));
  const lengths = ended.filter(({ remediatedAtMs }) => remediatedAtMs === lastMs).map(({ occurredAtMs }) => formatDuration(lastMs - occurredAtMs));
  const withdrawn = begun.some(({ status }) => status === 'withdrawn');
  const none = !open && !withdrawn && lastMs !== atMs;
  const told = [...(open ? ['open'] : []), ...lengths.flatMap(writings), ...(withdrawn ? ['withdrawn'] : [])];
  return none ? ['none', ...told] : told;
}

/** `108h` and `6480m` are the same length. */
function writings(length: string): readonly string[] {
  const ms = parseDuration(length) ?? 0;
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const exact = Object.entries(units).filter(([, unit]) => ms % unit === 0);
  return [length, ...exact.map(([name, unit]) => `${ms / unit}${name}`)];
}
