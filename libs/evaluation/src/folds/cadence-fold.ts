import type { Json } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { Calendar } from '../folding/calendar.js';
import type { Fold } from '../folding/fold.js';
import { flag, isOld, systemOf } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Observation, Point } from '../model.js';
import { keptOf, type Condition } from '../reading/condition.js';
import { EXPECTS_ROLE } from '../reading/expects.js';

export interface CadenceRules {
  readonly calendar: Calendar;
  /** How long after its end a period may still be served. */
  readonly dueMs: number;
  readonly expected: boolean;
  /** From when an expected key is judged, given when the check is in force. */
  readonly beginOf: (effectiveFromMs: number) => number;
  readonly settleMs: number;
  readonly remedy: Condition | undefined;
}

interface Memory {
  readonly expected: boolean;
  readonly heard?: true;
  /** The earliest period that is neither served nor overdue. */
  readonly next?: number;
  /** The period whose begin has yet to come. */
  readonly coming?: number;
  /** The first period that is another version's. */
  readonly untilMs?: number;
  /** Periods whose time ran out unserved, oldest first. */
  readonly overdue: readonly number[];
  readonly lastDecided?: number;
  readonly settleMs: number;
  /** When word of the expectation came. */
  readonly toldMs?: number;
  /** Ended by an event; expected before. */
  readonly retired?: boolean;
  readonly system?: string;
  readonly feedIds: readonly number[];
}

const MAX_OVERDUE = 1_000;

/** Did it happen in each calendar period? An occurrence counts for the oldest period that is still open. */
export class CadenceFold implements Fold {
  #memory: Memory;

  constructor(
    readonly group: string,
    readonly rules: CadenceRules,
  ) {
    const { expected, settleMs } = rules;
    this.#memory = { expected, overdue: [], settleMs, feedIds: [] };
  }

  start(writer: Writer): void {
    if (!this.rules.expected) return;
    writer.begin(this.group, writer.effectiveFromMs, NEVER_REPORTED);
    this.#demandFrom(this.rules.beginOf(writer.effectiveFromMs), writer);
  }

  load(saved: Json): void {
    this.#memory = saved as unknown as Memory;
  }

  save(): Json {
    return this.#memory as unknown as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    const of = (role: string): readonly Point[] => points.filter((point) => point.role === role);
    for (const point of of(EXPECTS_ROLE)) this.#expect(point, writer);
    for (const point of of('remedy')) this.#remedy(point, writer);
    for (const point of of('input')) this.#hear(atMs, point, writer);
  }

  /** Begins of periods, and the end of the time in which the earliest open one can be served. */
  next(afterMs: number): Due | undefined {
    return this.#dues(afterMs).toSorted((a, b) => a.atMs - b.atMs || b.readyMs - a.readyMs)[0];
  }

  soonest(afterMs: number): Due | undefined {
    return this.#dues(afterMs).toSorted((a, b) => a.readyMs - b.readyMs)[0];
  }

  #dues(afterMs: number): Due[] {
    const { next, coming, settleMs, toldMs = Number.NEGATIVE_INFINITY } = this.#memory;
    const overdueMs = next === undefined || !this.#isOwn(next) ? undefined : this.#overdueMs(next);
    const dues = [
      ...(coming === undefined || !this.#isOwn(coming) ? [] : [{ atMs: coming, readyMs: coming }]),
      ...(overdueMs === undefined ? [] : [{ atMs: overdueMs, readyMs: Math.max(overdueMs, toldMs) + settleMs }]),
    ];
    return dues.filter(({ atMs }) => atMs > afterMs);
  }

  timer(atMs: number, writer: Writer): void {
    const { coming, next } = this.#memory;
    if (coming === atMs) {
      const following = this.#after(coming, writer);
      this.#memory = { ...this.#memory, coming: following };
      if (next !== undefined && coming >= next) this.#observe(coming, { outcome: 'pending', basis: 'absence' }, writer);
    }
    if (next !== undefined && this.#overdueMs(next) === atMs) this.#overdue(next, atMs, writer);
  }

  #isOwn(startMs: number): boolean {
    return startMs < (this.#memory.untilMs ?? Infinity);
  }

  /** The period after this one, with a look whether it is this version's. */
  #after(startMs: number, writer: Writer): number {
    return this.#known(this.rules.calendar.after(startMs), writer);
  }

  /** A period that begins at midnight there may begin before midnight in UTC, when the check comes into force. */
  #known(startMs: number, writer: Writer): number {
    const own = writer.isInForce(Math.max(startMs, writer.effectiveFromMs));
    if (!own && this.#isOwn(startMs)) this.#memory = { ...this.#memory, untilMs: startMs };
    return startMs;
  }

  #overdueMs(startMs: number): number {
    return this.rules.calendar.after(startMs) + this.rules.dueMs;
  }

  #demandFrom(ms: number, writer: Writer, toldMs?: number): void {
    const first = this.#known(this.rules.calendar.firstFrom(ms), writer);
    this.#memory = { ...this.#memory, expected: true, retired: false, next: first, coming: first, ...defined({ toldMs }) };
  }

  #expect(point: Point, writer: Writer): void {
    const expected = flag(point, 'expected');
    const { atMs } = point;
    if (expected === this.#memory.expected) return;
    if (!expected) {
      this.#release(atMs, 'not-expected', writer);
      return;
    }
    writer.begin(this.group, atMs, NEVER_REPORTED);
    writer.enter(this.group, atMs, this.#memory.heard === true ? PENDING : NEVER_REPORTED);
    this.#demandFrom(Math.max(atMs, this.rules.beginOf(writer.effectiveFromMs)), writer, point.receivedAtMs);
  }

  /** No period is demanded any more; what was missed before stays missed. */
  #release(atMs: number, reason: string, writer: Writer): void {
    for (const startMs of this.#pending()) this.#observe(startMs, { outcome: 'not-applicable', basis: 'absence', reason, decidedAtMs: atMs }, writer);
    const { next: _next, coming: _coming, ...memory } = this.#memory;
    this.#memory = { ...memory, expected: false };
    writer.begin(this.group, atMs, NOT_EXPECTED);
    writer.enter(this.group, atMs, { ...NOT_EXPECTED, reason });
  }

  /** Periods that have begun and are not decided. */
  #pending(): readonly number[] {
    const { next, coming } = this.#memory;
    if (next === undefined || coming === undefined) return [];
    const pending: number[] = [];
    for (let startMs = next; startMs < coming && this.#isOwn(startMs); startMs = this.rules.calendar.after(startMs)) pending.push(startMs);
    return pending;
  }

  #hear(atMs: number, point: Point, writer: Writer): void {
    const heard = { ...this.#memory, heard: true, system: systemOf(point), feedIds: [point.feedId], settleMs: point.settleMs } as const;
    this.#memory = heard;
    if (!heard.expected) writer.begin(this.group, atMs, NOT_EXPECTED);
    if (flag(point, 'retires')) this.#end(atMs, writer);
    else if (heard.retired === true) this.#revive(atMs, point, writer);
    if (!this.#memory.expected) return;
    if (heard.lastDecided === undefined) writer.enter(this.group, atMs, PENDING);
    if (flag(point, 'holds')) this.#serve(atMs, point, writer);
  }

  #end(atMs: number, writer: Writer): void {
    const { expected } = this.#memory;
    if (expected) this.#release(atMs, 'retired', writer);
    this.#memory = { ...this.#memory, retired: expected };
    writer.retire(this.group, atMs);
  }

  /** Periods that begin from now on are demanded again. */
  #revive(atMs: number, point: Point, writer: Writer): void {
    writer.revive(this.group);
    writer.enter(this.group, atMs, PENDING);
    this.#demandFrom(Math.max(atMs, this.rules.beginOf(writer.effectiveFromMs)), writer, point.receivedAtMs);
  }

  #serve(atMs: number, point: Point, writer: Writer): void {
    const { overdue, next } = this.#memory;
    const [oldest] = overdue;
    if (oldest !== undefined) this.#serveLate(oldest, point, writer);
    else if (next !== undefined && this.#isOwn(next) && next <= atMs && atMs <= this.#overdueMs(next)) this.#serveInTime(next, point, writer);
  }

  #serveInTime(startMs: number, point: Point, writer: Writer): void {
    const { atMs, evidenceId } = point;
    const next = this.#after(startMs, writer);
    const { coming = next } = this.#memory;
    this.#memory = { ...this.#memory, next, coming: Math.max(coming, next), lastDecided: startMs };
    writer.enter(this.group, atMs, this.#stand('pass', 'evidence', { startMs, evidenceId }));
    // A begin that is not decided yet: judged for now only, and not on record before it has begun.
    if (coming <= startMs && startMs < atMs) return;
    this.#observe(startMs, { outcome: 'pass', basis: 'evidence', decidedAtMs: atMs, evidenceIds: [evidenceId] }, writer);
  }

  /** The state stays that of the last period decided. */
  #serveLate(startMs: number, point: Point, writer: Writer): void {
    const { atMs, evidenceId } = point;
    const { overdue, lastDecided } = this.#memory;
    this.#memory = { ...this.#memory, overdue: overdue.slice(1) };
    writer.recover(this.group, atMs, { basis: 'evidence', evidenceId, occurrence: nameOf(startMs) });
    if (lastDecided === startMs) writer.enter(this.group, atMs, this.#stand('pass', 'evidence', { startMs, evidenceId }));
  }

  #overdue(startMs: number, atMs: number, writer: Writer): void {
    if (this.#couldNotBeHeard(atMs, writer)) {
      this.#cannotTell(startMs, atMs, writer);
      return;
    }
    const { overdue, feedIds, system, toldMs } = this.#memory;
    const next = this.#after(startMs, writer);
    this.#memory = { ...this.#memory, next, overdue: [...overdue, startMs].slice(-MAX_OVERDUE), lastDecided: startMs };
    writer.enter(this.group, atMs, { ...this.#stand('fail', 'absence', { startMs }), reason: 'overdue' });
    // Word of the expectation itself came long after it was over.
    const backfill = toldMs !== undefined && isOld(atMs, toldMs);
    const fault = { basis: 'absence', occurrence: nameOf(startMs), reason: 'overdue', feedIds, evidenceIds: [], backfill } as const;
    writer.fail(this.group, atMs, { ...fault, ...defined({ system }) });
    this.#observe(startMs, { outcome: 'fail', basis: 'absence', decidedAtMs: atMs, reason: 'overdue' }, writer);
  }

  /** Expected by name alone, never heard of, and no feed was there to tell of it: that is no failure of the control. */
  #couldNotBeHeard(atMs: number, { heardFromMs }: Writer): boolean {
    const { heard, toldMs } = this.#memory;
    return heard !== true && toldMs === undefined && atMs < heardFromMs;
  }

  #cannotTell(startMs: number, atMs: number, writer: Writer): void {
    this.#memory = { ...this.#memory, next: this.#after(startMs, writer), lastDecided: startMs };
    writer.enter(this.group, atMs, { ...NEVER_REPORTED, reason: 'no-feed', occurrence: nameOf(startMs) });
    this.#observe(startMs, { outcome: 'unknown', basis: 'absence', decidedAtMs: atMs, reason: 'no-feed' }, writer);
  }

  /** Closes what is overdue, which then waits for no occurrence any longer. */
  #remedy(point: Point, writer: Writer): void {
    if (this.rules.remedy?.holds(keptOf(point), undefined) !== true) return;
    const { atMs, evidenceId } = point;
    for (const startMs of this.#memory.overdue) writer.recover(this.group, atMs, { basis: 'evidence', evidenceId, occurrence: nameOf(startMs) });
    this.#memory = { ...this.#memory, overdue: [] };
  }

  #stand(state: 'pass' | 'fail', basis: Stand['basis'], { startMs, evidenceId }: { readonly startMs: number; readonly evidenceId?: string }): Stand {
    const { feedIds, system } = this.#memory;
    return { state, basis, feedIds, occurrence: nameOf(startMs), ...defined({ system, evidenceId }) };
  }

  #observe(startMs: number, said: Pick<Observation, 'outcome' | 'basis'> & Partial<Observation>, writer: Writer): void {
    const { system } = this.#memory;
    const observation = { key: this.group, occurrence: nameOf(startMs), atMs: startMs, evidenceIds: [], ...said, ...defined({ system }) };
    writer.observe(observation, said.outcome !== 'pending');
  }
}

const NEVER_REPORTED: Stand = { state: 'unknown', basis: 'absence', reason: 'never-reported', feedIds: [] };
const PENDING: Stand = { ...NEVER_REPORTED, state: 'no-occurrence', reason: 'pending' };
const NOT_EXPECTED: Stand = { state: 'not-applicable', basis: 'absence', reason: 'not-expected', feedIds: [] };

/** A period is named by when it begins. */
const nameOf = (startMs: number): string => new Date(startMs).toISOString();
