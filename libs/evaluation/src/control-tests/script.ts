import { momentMs, withInstants, type ControlDefinition, type ControlTest } from '@tickmark/catalogue';
import type { JsonObject, State } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { JudgedEvent, WatchedFeed } from '../model.js';

/** What a test says, in instants and events. */
export interface Script {
  readonly events: readonly JudgedEvent[];
  readonly silences: readonly Silence[];
  readonly expectations: readonly Expectation[];
  /** Feeds by event type; every type of an input has one. */
  readonly feeds: readonly TestFeed[];
  /** The given lines as one reads them, in order of what was received. */
  readonly lines: readonly ScriptLine[];
}

interface TestFeed extends WatchedFeed {
  readonly types: ReadonlySet<string>;
}

interface Silence {
  readonly feedIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Expectation {
  readonly check: string;
  readonly key?: string;
  readonly atMs: number;
  readonly knownAtMs?: number;
  readonly state: State;
  readonly deviation?: string;
}

export interface ScriptLine {
  readonly atMs: number;
  readonly receivedAtMs?: number;
  readonly untilMs?: number;
  readonly alias: string;
  /** The data as JSON; for a silence the word. */
  readonly text: string;
}

interface Step {
  readonly [field: string]: unknown;
}

export const TEST_SETTLE_MS = 2_000;
const TEST_SYSTEM = 'test';
const ATTESTATION = { alias: 'attestation', type: 'attestation.given' } as const;

export function readScript(control: ControlDefinition, test: ControlTest): Script {
  const types = typesOf(control);
  const feeds = new Feeds(types);
  const steps = test.given as readonly Step[];
  const reading = { control, startMs: test.startMs, types, feeds };
  const events = steps.flatMap((step, index) => ('silent' in step ? [] : [eventOf(step, index, reading)]));
  const silences = steps.filter((step) => 'silent' in step).map((step) => silenceOf(step, reading));
  return {
    events: events.map(({ event }) => event),
    silences,
    expectations: test.expect.map((line) => expectationOf(line as Step, control, test.startMs)),
    feeds: feeds.all(),
    lines: [...events.map(({ line }) => line), ...steps.filter((step) => 'silent' in step).map((step) => silenceLine(step, test.startMs))].sort(
      (a, b) => (a.receivedAtMs ?? a.atMs) - (b.receivedAtMs ?? b.atMs),
    ),
  };
}

function typesOf(control: ControlDefinition): ReadonlyMap<string, string> {
  const types = new Map(control.inputs.map(({ alias, type }) => [alias, type]));
  if (control.checks.some(({ kind }) => kind === 'attestation')) types.set(ATTESTATION.alias, ATTESTATION.type);
  return types;
}

/** One feed for each type, named after its first alias, and those that lines name. */
class Feeds {
  readonly #feeds: TestFeed[] = [];

  constructor(types: ReadonlyMap<string, string>) {
    const byType = Map.groupBy(types, ([, type]) => type);
    for (const [type, [first]] of byType) this.#add(first?.[0] ?? type, type);
  }

  idOf(type: string, name: string | undefined): number {
    const found = this.#feeds.find((feed) => (name === undefined ? feed.types.has(type) : feed.name === name && feed.types.has(type)));
    return found?.feedId ?? this.#add(name ?? type, type);
  }

  nameOf(feedId: number): string {
    return this.#feeds.find((feed) => feed.feedId === feedId)?.name ?? '';
  }

  sending(type: string): readonly number[] {
    return this.#feeds.filter(({ types }) => types.has(type)).map(({ feedId }) => feedId);
  }

  all(): readonly TestFeed[] {
    return this.#feeds;
  }

  #add(name: string, type: string): number {
    const feedId = this.#feeds.length + 1;
    this.#feeds.push({ feedId, name, system: TEST_SYSTEM, createdAtMs: Number.NEGATIVE_INFINITY, monitored: true, types: new Set([type]) });
    return feedId;
  }
}

interface Reading {
  readonly control: ControlDefinition;
  readonly startMs: number;
  readonly types: ReadonlyMap<string, string>;
  readonly feeds: Feeds;
}

function eventOf(step: Step, index: number, { control, startMs, types, feeds }: Reading): { readonly event: JudgedEvent; readonly line: ScriptLine } {
  const alias = Object.keys(step).find((field) => types.has(field)) ?? '';
  const type = types.get(alias) ?? '';
  const timeMs = instantOf(step['at'], startMs);
  const receivedAtMs = 'receivedAt' in step ? instantOf(step['receivedAt'], startMs) : timeMs;
  const written = withInstants(step[alias], startMs) as JsonObject;
  const data = type === ATTESTATION.type ? { control: control.id, ...written } : written;
  const feedId = feeds.idOf(type, textOf(step['feed']));
  const ownId = `given-${index + 1}`;
  const event: JudgedEvent = {
    ...defined({ subject: textOf(step['subject']), sequence: textOf(step['sequence']) }),
    ...{ evidenceId: ownId, type, source: textOf(step['source']) ?? 'test', eventId: textOf(step['id']) ?? ownId, timeMs, receivedAtMs },
    ...{ feedId, feedName: feeds.nameOf(feedId), system: textOf(step['system']) ?? TEST_SYSTEM, settleMs: TEST_SETTLE_MS, data },
  };
  const late = receivedAtMs === timeMs ? {} : { receivedAtMs };
  return { event, line: { atMs: timeMs, ...late, alias, text: JSON.stringify(data) } };
}

function silenceOf(step: Step, { startMs, types, feeds }: Reading): Silence {
  const feedIds = feeds.sending(types.get(String(step['silent'])) ?? '');
  return { feedIds, fromMs: instantOf(step['from'], startMs), toMs: instantOf(step['to'], startMs) };
}

function silenceLine(step: Step, startMs: number): ScriptLine {
  const untilMs = instantOf(step['to'], startMs);
  return { atMs: instantOf(step['from'], startMs), untilMs, alias: String(step['silent']), text: 'silent' };
}

function expectationOf(line: Step, control: ControlDefinition, startMs: number): Expectation {
  const key = textOf(line['key']);
  const deviation = textOf(line['deviation']);
  const knownAtMs = line['knownAt'] === undefined ? undefined : instantOf(line['knownAt'], startMs);
  return {
    check: textOf(line['check']) ?? control.checks[0]?.name ?? '',
    atMs: instantOf(line['at'], startMs),
    state: line['state'] as State,
    ...defined({ key, knownAtMs, deviation }),
  };
}

function instantOf(value: unknown, startMs: number): number {
  const ms = momentMs(value, startMs);
  if (ms === undefined) throw new Error(`${JSON.stringify(value)} is no time of a test; the loader refuses it`);
  return ms;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
