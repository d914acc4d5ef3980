import { STATES } from '@tickmark/contracts';
import type { State } from '@tickmark/contracts';
import type { Stretch } from './key-time.js';
import { clip } from './period.js';
import type { Period } from './period.js';

/** A stretch of a control's own timeline: the roll-up of its keys (judging.md section 6). */
export interface ControlSegment {
  readonly state: State;
  readonly fromMs: number;
  readonly toMs: number;
  /** Why, from the key whose change began this stretch; a pass of many keys has no single reason. */
  readonly reason?: string;
  readonly evidenceId?: string;
}

export interface CausedStretch extends Stretch {
  readonly reason?: string;
  readonly evidenceId?: string;
}

export interface ControlTimeline {
  /** One key's segments; keys may come in any order, one at a time. */
  add(segments: Iterable<CausedStretch>): void;
  /** Tiles `inForce` within the period: ordered, half-open, without holes or overlaps. */
  finish(inForce: readonly Period[]): readonly ControlSegment[];
  /** Why a state begins at the period's first instant, by keys that came to it there: not by those that were in it before. */
  causeOfBegin(state: State): Cause;
}

export type Cause = Pick<CausedStretch, 'reason' | 'evidenceId'>;

const CODES = 16;
const BEGIN = 8;
const NO_KEY = 'no key has reported yet';

/**
 * Rolls keys up without holding their segments: each becomes two numbers (instant and change), so ten thousand keys of a
 * quarter fit, and they are read once.
 */
export function controlTimeline(period: Period): ControlTimeline {
  const changes: number[] = [];
  const causes = new Map<number, Cause>();
  const begins = new Map<number, Cause>();
  return {
    add(segments) {
      for (const segment of segments) {
        const part = clip(period, segment.fromMs, segment.toMs);
        if (part === undefined) continue;
        const code = STATES.indexOf(segment.state);
        const begin = encode(part.fromMs, code + BEGIN);
        changes.push(begin, encode(part.toMs, code));
        if (segment.state === 'pass') continue;
        note(causes, begin, segment);
        if (segment.fromMs === period.fromMs) note(begins, begin, segment);
      }
    },
    finish(inForce) {
      const ordered = Float64Array.from(changes).sort();
      return inForce.flatMap((part) => tile(clip(period, part.fromMs, part.toMs), ordered, causes));
    },
    causeOfBegin: (state) => begins.get(encode(period.fromMs, STATES.indexOf(state) + BEGIN)) ?? {},
  };
}

/** The first key to say why is the one that is named. */
function note(causes: Map<number, Cause>, change: number, { reason, evidenceId }: CausedStretch): void {
  if (causes.has(change) || (reason === undefined && evidenceId === undefined)) return;
  causes.set(change, { ...(reason === undefined ? {} : { reason }), ...(evidenceId === undefined ? {} : { evidenceId }) });
}

/** Instant and change in one number: UTC milliseconds need 41 bits of the 53. */
const encode = (atMs: number, code: number): number => atMs * CODES + code;
const instantOf = (change: number): number => Math.floor(change / CODES);
const codeOf = (change: number): number => change - instantOf(change) * CODES;

function tile(part: Period | undefined, changes: Float64Array, causes: ReadonlyMap<number, Cause>): readonly ControlSegment[] {
  if (part === undefined) return [];
  const counts = new Array<number>(STATES.length).fill(0);
  const segments: ControlSegment[] = [];
  let next = 0;
  let fromMs = part.fromMs;
  const applyUntil = (atMs: number): void => {
    for (; next < changes.length && instantOf(changes[next] ?? Infinity) <= atMs; next += 1) apply(counts, codeOf(changes[next] ?? 0));
  };
  while (fromMs < part.toMs) {
    applyUntil(fromMs);
    const following = changes[next];
    const toMs = following === undefined ? part.toMs : Math.min(part.toMs, instantOf(following));
    append(segments, { ...rollUpCounts(counts), fromMs, toMs }, causes);
    fromMs = toMs;
  }
  return segments;
}

function apply(counts: number[], code: number): void {
  const state = code % (BEGIN);
  counts[state] = (counts[state] ?? 0) + (code >= BEGIN ? 1 : -1);
}

export type StateCounts = { readonly [S in State]: number };

const ORDER = ['fail', 'error', 'unknown', 'pass'] as const;

/** Fail if any key fails, else error or unknown if any is, else pass if any, else no-occurrence; without keys unknown. */
export function controlStateOf(counts: StateCounts): State {
  const worst = ORDER.find((state) => counts[state] > 0);
  if (worst !== undefined) return worst;
  return counts['no-occurrence'] + counts['not-applicable'] > 0 ? 'no-occurrence' : 'unknown';
}

function rollUpCounts(counts: readonly number[]): { readonly state: State; readonly reason?: string } {
  const of = (state: State): number => counts[STATES.indexOf(state)] ?? 0;
  const state = controlStateOf({
    pass: of('pass'), fail: of('fail'), error: of('error'), unknown: of('unknown'),
    'not-applicable': of('not-applicable'), 'no-occurrence': of('no-occurrence'),
  });
  return state === 'unknown' && of('unknown') === 0 ? { state, reason: NO_KEY } : { state };
}

function append(segments: ControlSegment[], segment: ControlSegment, causes: ReadonlyMap<number, Cause>): void {
  const last = segments.at(-1);
  if (last !== undefined && saysTheSame(last, segment)) segments[segments.length - 1] = { ...last, toMs: segment.toMs };
  else segments.push({ ...segment, ...causes.get(encode(segment.fromMs, STATES.indexOf(segment.state) + BEGIN)) });
}

const saysTheSame = (a: ControlSegment, b: ControlSegment): boolean =>
  a.state === b.state && (a.reason === NO_KEY) === (b.reason === NO_KEY);

/** A timeline and what follows it as one. `begins`: why the first segment that follows begins, where that is the cut itself. */
export function joinTimelines(
  before: readonly ControlSegment[],
  after: readonly ControlSegment[],
  begins: Cause | undefined,
): readonly ControlSegment[] {
  const [last, first] = [before.at(-1), after[0]];
  if (last === undefined || first === undefined) return [...before, ...after];
  if (last.toMs === first.fromMs && saysTheSame(last, first)) {
    return [...before.slice(0, -1), { ...last, toMs: first.toMs }, ...after.slice(1)];
  }
  if (begins === undefined || first.reason === NO_KEY) return [...before, ...after];
  const { state, fromMs, toMs } = first;
  return [...before, { state, fromMs, toMs, ...begins }, ...after.slice(1)];
}

/** Time in force in which no key existed: nothing was looked at. */
export const withoutKeysMs = (segments: readonly ControlSegment[]): number =>
  segments.reduce((sum, { reason, fromMs, toMs }) => (reason === NO_KEY ? sum + toMs - fromMs : sum), 0);

/** Control-level time by state, in milliseconds. */
export interface StateTime {
  readonly passMs: number;
  readonly failMs: number;
  readonly errorMs: number;
  readonly unknownMs: number;
  readonly notApplicableMs: number;
  readonly noOccurrenceMs: number;
}

export function stateTime(segments: readonly ControlSegment[]): StateTime {
  const of = (state: State): number =>
    segments.reduce((sum, segment) => (segment.state === state ? sum + segment.toMs - segment.fromMs : sum), 0);
  return {
    passMs: of('pass'),
    failMs: of('fail'),
    errorMs: of('error'),
    unknownMs: of('unknown'),
    notApplicableMs: of('not-applicable'),
    noOccurrenceMs: of('no-occurrence'),
  };
}
