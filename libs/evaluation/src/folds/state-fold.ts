import type { Json, State } from '@tickmark/contracts';
import { defined } from '../defined.js';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, tieClasses, worstOf } from '../folding/instants.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Due, Point } from '../model.js';
import { EXPECTS_ROLE } from '../reading/expects.js';

export interface StateRules {
  readonly validForMs: number;
  /** Expected from the beginning. */
  readonly expected: boolean;
  /** Nobody else is judged. */
  readonly onlyExpected: boolean;
  /** What a pass becomes when it is too old. */
  readonly expiry: { readonly state: 'unknown' | 'fail'; readonly reason: string };
  readonly reasons: { readonly [state: string]: string | undefined };
}

interface Memory {
  readonly expected: boolean;
  readonly heard?: true;
  readonly fade?: Due;
  /** What the fading pass rests on. */
  readonly evidenceId?: string;
  readonly backfill?: boolean;
}

/** A key that is in the state that its last event says, until that is too old. Facts: `{outcome, validForMs?}`. */
export class StateFold implements Fold {
  #memory: Memory;

  constructor(
    readonly group: string,
    readonly rules: StateRules,
  ) {
    this.#memory = { expected: rules.expected };
  }

  start(writer: Writer): void {
    if (this.rules.expected) writer.begin(this.group, writer.effectiveFromMs, NEVER_REPORTED);
  }

  load(saved: Json): void {
    this.#memory = saved as unknown as Memory;
  }

  save(): Json {
    return this.#memory as unknown as Json;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    for (const point of points.filter(({ role }) => role === EXPECTS_ROLE)) this.#expect(atMs, flag(point, 'expected'), writer);
    for (const tie of tieClasses(points.filter(({ role }) => role !== EXPECTS_ROLE))) {
      const point = worstOf(tie, effectOf);
      if (point !== undefined) this.#step(atMs, point, writer);
    }
  }

  unreadable(atMs: number, writer: Writer): void {
    writer.begin(this.group, atMs, { state: 'unknown', basis: 'absence', reason: 'unreadable', feedIds: [] });
  }

  next(afterMs: number): Due | undefined {
    const { fade } = this.#memory;
    return fade !== undefined && fade.atMs > afterMs ? fade : undefined;
  }

  timer(atMs: number, writer: Writer): void {
    const { expected, evidenceId, backfill = false } = this.#memory;
    const { state, reason } = this.rules.expiry;
    this.#memory = { expected, heard: true };
    const { system, feedIds } = writer.fade(this.group, atMs, { state, reason });
    if (state !== 'fail') return;
    const evidenceIds = evidenceId === undefined ? [] : [evidenceId];
    writer.fail(this.group, atMs, { basis: 'absence', reason, feedIds, evidenceIds, backfill, ...defined({ system }) });
  }

  #expect(atMs: number, expected: boolean, writer: Writer): void {
    const { heard } = this.#memory;
    this.#memory = { ...this.#memory, expected };
    if (expected) writer.begin(this.group, atMs, NEVER_REPORTED);
    if (!writer.has(this.group)) return;
    if (heard !== true) writer.enter(this.group, atMs, expected ? NEVER_REPORTED : NOT_EXPECTED);
    else if (this.rules.onlyExpected && !expected) this.#leave(atMs, writer);
  }

  /** What is not expected any longer is judged no more; what it left open stays open. */
  #leave(atMs: number, writer: Writer): void {
    writer.enter(this.group, atMs, NOT_EXPECTED);
    this.#memory = { expected: false };
  }

  #step(atMs: number, point: Point, writer: Writer): void {
    if (this.rules.onlyExpected && !this.#memory.expected) {
      writer.begin(this.group, atMs, NOT_EXPECTED);
      return;
    }
    const state = effectOf(point);
    const retires = flag(point, 'retires');
    const { evidenceId, feedId } = point;
    const about = { system: systemOf(point), feedIds: [feedId] };
    const stand: Stand = { state, basis: 'evidence', ...about, evidenceId, ...defined({ reason: this.rules.reasons[retires ? 'retired' : state] }) };
    writer.begin(this.group, atMs, stand);
    writer.enter(this.group, atMs, stand);
    if (point.facts['outcome'] === 'pass') writer.recover(this.group, atMs, { basis: 'evidence', evidenceId });
    if (state === 'fail') {
      const reason = this.rules.reasons['fail'];
      writer.fail(this.group, atMs, { basis: 'evidence', ...about, evidenceIds: [evidenceId], backfill: isBackfill(point), ...defined({ reason }) });
    }
    if (retires) writer.retire(this.group, atMs);
    else writer.revive(this.group);
    this.#memory = { expected: this.#memory.expected, heard: true, ...(state === 'pass' ? this.#fading(atMs, point) : {}) };
  }

  #fading(atMs: number, point: Point): Partial<Memory> {
    const own = point.facts['validForMs'];
    const fade = dueAt(atMs + Math.min(this.rules.validForMs, typeof own === 'number' ? own : Infinity), point);
    // Told as old only where it was over before anyone here could know of it.
    return { fade, evidenceId: point.evidenceId, ...(isBackfill(point) && point.receivedAtMs > fade.atMs ? { backfill: true } : {}) };
  }
}

const NEVER_REPORTED: Stand = { state: 'unknown', basis: 'absence', reason: 'never-reported', feedIds: [] };
const NOT_EXPECTED: Stand = { state: 'not-applicable', basis: 'absence', reason: 'not-expected', feedIds: [] };

/** A key that has ended is judged no more. */
const effectOf = (point: Point): State => (flag(point, 'retires') ? 'not-applicable' : (point.facts['outcome'] as State));
