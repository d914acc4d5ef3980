import { parseInstant, parseLength, suggestion } from '@tickmark/expressions';
import { moment } from './control-schema.js';
import type { ReadControl } from './control-file.js';
import type { Known } from './known.js';
import type { CheckDefinition, ControlTest } from './model.js';
import { validateEvent } from './validate-event.js';
import type { Path } from './yaml-source.js';

/** Without a test of each, a rule that is always green would load. */
const WANTED = ['pass', 'fail', 'unknown'] as const;
const ATTESTATION = { alias: 'attestation', type: 'attestation.given' } as const;
/** What a given line may say beside its event. */
const STEP_FIELDS = ['at', 'receivedAt', 'sequence', 'source', 'system', 'feed', 'id', 'subject'];
const SILENCE_FIELDS = ['from', 'to', 'silent'];

interface ExpectedLine {
  readonly check?: string;
  readonly state: string;
}

export function checkControlTests(control: ReadControl, known: Known): void {
  const { definition, report, source } = control;
  const names = new Set<string>();
  definition.tests.forEach((test, index) => {
    if (names.has(test.name)) report(source.lineOf(['tests', index, 'name']), `two tests are called "${test.name}"`, 'name each for what it shows');
    names.add(test.name);
    checkTest(control, test, index, known);
  });
  for (const check of definition.checks) checkCoverage(control, check, known);
}

function checkCoverage({ definition, report, source }: ReadControl, check: CheckDefinition, known: Known): void {
  const reachable = known.kinds.get(check.kind)?.reachable ?? [];
  const [only] = definition.checks.length === 1 ? definition.checks : [];
  const reached = definition.tests.flatMap(({ expect }) =>
    (expect as readonly ExpectedLine[]).filter((line) => (line.check ?? only?.name) === check.name).map(({ state }) => state),
  );
  for (const state of WANTED) {
    if (!reachable.includes(state) || reached.includes(state)) continue;
    const of = only === undefined ? ` of the check ${check.name}` : '';
    report(source.lineOf(['tests']), `no test expects "${state}"${of}`, `add a test with an expected line of "state: ${state}"`);
  }
}

function checkTest(control: ReadControl, test: ControlTest, index: number, known: Known): void {
  const { definition, report, source } = control;
  test.given.forEach((step, place) => checkStep(control, step as Step, ['tests', index, 'given', place], { test, known }));
  (test.expect as readonly ExpectedLine[]).forEach((line, place) => {
    const at = source.lineOf(['tests', index, 'expect', place]);
    if (line.check === undefined && definition.checks.length > 1) report(at, 'this line does not say of which check', 'write "check: …"');
    const names = definition.checks.map(({ name }) => name);
    if (line.check !== undefined && !names.includes(line.check)) report(at, `there is no check "${line.check}"`, suggestion(line.check, names));
  });
}

interface Step {
  readonly [field: string]: unknown;
}

interface InTest {
  readonly test: ControlTest;
  readonly known: Known;
}

function checkStep(control: ReadControl, step: Step, at: Path, context: InTest): void {
  if ('silent' in step) checkSilence(control, step, at);
  else checkEvent(control, step, at, context);
}

function checkSilence(control: ReadControl, step: Step, at: Path): void {
  const { definition, report, source } = control;
  const aliases = definition.inputs.map(({ alias }) => alias);
  checkMoments(control, step, at, ['from', 'to']);
  if (!aliases.includes(String(step['silent']))) {
    report(source.lineOf([...at, 'silent']), `there is no input "${String(step['silent'])}"`, suggestion(String(step['silent']), aliases));
  }
  reportUnknown(control, Object.keys(step).filter((field) => !SILENCE_FIELDS.includes(field)), at, SILENCE_FIELDS);
  const [from, to] = [offsetMs(step['from']), offsetMs(step['to'])];
  if (from !== undefined && to !== undefined && from >= to) report(source.lineOf(at), 'the silence ends before it begins', 'write from before to');
}

function checkMoments({ report, source }: ReadControl, step: Step, at: Path, fields: readonly string[]): void {
  for (const field of fields) {
    if (moment.safeParse(step[field]).success) continue;
    report(source.lineOf([...at, field]), `"${field}" is no time of the test`, `write "${field}: 5h", or a time`);
  }
}

function reportUnknown({ report, source }: ReadControl, fields: readonly string[], at: Path, known: readonly string[]): void {
  for (const field of fields) report(source.lineOf([...at, field]), `there is no "${field}" here`, suggestion(field, known));
}

function checkEvent(control: ReadControl, step: Step, at: Path, context: InTest): void {
  const { report, source } = control;
  const types = typesByAlias(control);
  const aliases = Object.keys(step).filter((field) => types.has(field));
  const unknown = Object.keys(step).filter((field) => !types.has(field) && !STEP_FIELDS.includes(field));
  reportUnknown(control, unknown, at, [...types.keys(), ...STEP_FIELDS]);
  checkMoments(control, step, at, 'receivedAt' in step ? ['at', 'receivedAt'] : ['at']);
  const [alias] = aliases;
  if (alias !== undefined && aliases.length === 1) checkData(control, step[alias], [...at, alias], context);
  else if (unknown.length === 0) report(source.lineOf(at), 'a given line has one event', 'write "{at: 0h, account: {…}}"');
}

/** Test data follows its event type like any other event, so that a misspelt field is seen here as well. */
function checkData(control: ReadControl, written: unknown, at: Path, { test, known }: InTest): void {
  const alias = String(at.at(-1));
  const typeId = typesByAlias(control).get(alias) ?? '';
  const data = withInstants(written, test.startMs);
  const complete = typeId === ATTESTATION.type && isMap(data) ? { control: control.definition.id, ...data } : data;
  for (const { pointer, message } of validateEvent(known.eventTypes.get(typeId), complete)) {
    const path = [...at, ...pointer.split('/').slice(1).map(stepOf)];
    control.report(control.source.lineOf(path), `${alias}${pointer.replaceAll('/', '.')} ${message}`);
  }
}

const stepOf = (step: string): string | number => (/^\d+$/.test(step) ? Number(step) : step);
const isMap = (value: unknown): value is Step => typeof value === 'object' && value !== null && !Array.isArray(value);

function typesByAlias({ definition }: ReadControl): ReadonlyMap<string, string> {
  const types = new Map(definition.inputs.map(({ alias, type }) => [alias, type]));
  if (definition.checks.some(({ kind }) => kind === 'attestation')) types.set(ATTESTATION.alias, ATTESTATION.type);
  return types;
}

/** `{at: 5h}` inside data is that instant. */
export function withInstants(value: unknown, startMs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => withInstants(item, startMs));
  if (!isMap(value)) return value;
  const ms = Object.keys(value).length === 1 ? momentMs(value['at'], startMs) : undefined;
  if (ms !== undefined) return new Date(ms).toISOString();
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withInstants(field, startMs)]));
}

/** Milliseconds of an offset from the start or of a time; undefined when it is neither. */
export function momentMs(value: unknown, startMs: number): number | undefined {
  if (typeof value !== 'string') return undefined;
  const offset = offsetMs(value);
  return offset === undefined ? parseInstant(value) : startMs + offset;
}

function offsetMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const length = parseLength(value.replace(/^-/, ''));
  if (length === undefined) return undefined;
  return value.startsWith('-') ? -length : length;
}
