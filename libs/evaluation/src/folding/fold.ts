import type { Json } from '@tickmark/contracts';
import { textOf } from './instants.js';
import { compareKeyOrder, LAST_ORDER } from '../order.js';
import type { Carry, Due, JudgingContext, Judgement, Point } from '../model.js';
import type { Writer } from './stand.js';
import { TimelineWriter, type WriterState } from './timeline-writer.js';

/**
 * How a kind folds the points of one group. Its state is its own to change; `save` gives it as plain JSON and `load`
 * takes that back. At one instant the points come first, then the timers.
 */
export interface Fold {
  /** What holds before the first point (keys that are expected anyway). Called once, not after a carry. */
  start(writer: Writer): void;
  load(saved: Json): void;
  save(): Json;
  /** All points of one instant, sorted; none of them failed to be read. */
  points(atMs: number, points: readonly Point[], writer: Writer): void;
  /** The first that is heard of the group cannot be read: the key exists nevertheless. */
  unreadable?(atMs: number, writer: Writer): void;
  /** The earliest timer after this instant; one that was decided is gone. */
  next(afterMs: number): Due | undefined;
  /** The soonest `readyMs` of all timers after this instant, when it is not that of the earliest. */
  soonest?(afterMs: number): Due | undefined;
  /** Decides what falls due at exactly this instant. */
  timer(atMs: number, writer: Writer): void;
}

interface SavedState {
  readonly count: number;
  readonly writer: WriterState;
  readonly fold: Json;
}

/** A late event goes back at most this many points, whatever the history. */
const SNAPSHOT_EVERY = 256;
const MAX_STEPS = 5_000_000;
/** What is dated further ahead of its receipt than this waits for the watermark before it is settled. */
const AHEAD_MS = 5 * 60_000;

export function foldPoints(group: string, fold: Fold, input: {
  readonly carry: Carry | undefined;
  readonly points: readonly Point[];
  readonly clock: JudgingContext;
}): Judgement {
  return new Folding(group, fold, input).run();
}

class Folding {
  readonly #writer: TimelineWriter;
  readonly #points: readonly Point[];
  readonly #baseMs: number;
  readonly #snapshots: Carry[] = [];
  #carry: Carry | undefined;
  #nowMs: number;
  #index = 0;
  #count = 0;
  /** The earliest timer that is looked at next lies after this. */
  #skippedMs = Number.NEGATIVE_INFINITY;
  #frozen = false;
  #timerAfterLastPoint = false;
  #due: Due | undefined;

  constructor(
    group: string,
    readonly fold: Fold,
    readonly input: { readonly carry: Carry | undefined; readonly points: readonly Point[]; readonly clock: JudgingContext },
  ) {
    const saved = input.carry?.state as unknown as SavedState | undefined;
    this.#writer = new TimelineWriter(group, input.clock, saved?.writer);
    this.#points = input.points;
    this.#carry = input.carry;
    this.#baseMs = input.carry?.atMs ?? Number.NEGATIVE_INFINITY;
    this.#nowMs = this.#baseMs;
    if (saved === undefined) {
      fold.start(this.#writer);
    } else {
      this.#count = saved.count;
      fold.load(saved.fold);
    }
    this.#checkOrder();
  }

  run(): Judgement {
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const timer = this.fold.next(this.#skippedMs);
      const pointMs = this.#points[this.#index]?.atMs;
      if (pointMs !== undefined && (timer === undefined || pointMs <= timer.atMs)) this.#takePoints(pointMs);
      else if (timer === undefined || !this.#takeTimer(timer)) return this.#finished();
    }
    throw new Error(`judging ${JSON.stringify(this.#writer.group)} does not come to an end`);
  }

  #checkOrder(): void {
    let before: { readonly atMs: number; readonly order: string } | undefined = this.input.carry;
    for (const point of this.#points) {
      if (before !== undefined && compareKeyOrder(before, point) >= 0) {
        throw new Error('points must be sorted by compareKeyOrder, without doubles, and lie after the carry');
      }
      before = point;
    }
  }

  #takePoints(atMs: number): void {
    const from = this.#index;
    while (this.#points[this.#index]?.atMs === atMs) this.#index += 1;
    const taken = this.#points.slice(from, this.#index);
    const last = this.#index === this.#points.length;
    // Other points of the last instant may still come: it is settled only when something has come after it.
    if (last || this.#isAhead(taken)) this.#keep();
    if (this.#isAhead(taken)) this.#frozen = true;
    this.#nowMs = atMs;
    this.#read(taken);
    const before = this.#count;
    this.#count += taken.length;
    const crossed = Math.floor(before / SNAPSHOT_EVERY) < Math.floor(this.#count / SNAPSHOT_EVERY);
    if (crossed && !last && !this.#frozen) this.#snapshots.push(this.#saved());
  }

  /** False: nothing is left to do. */
  #takeTimer(timer: Due): boolean {
    const { watermarkMs = Number.NEGATIVE_INFINITY } = this.input.clock;
    const pointsLeft = this.#index < this.#points.length;
    const past = timer.atMs < this.#nowMs;
    if (past && !this.#frozen) throw new Error('a timer fell due before what was already judged');
    if (timer.readyMs > watermarkMs) this.#postpone(timer, pointsLeft);
    // Judged for now only: one that follows from what is undecided may lie behind.
    else if (past) this.#skippedMs = timer.atMs;
    if (past || timer.readyMs > watermarkMs) return pointsLeft || timer.atMs <= watermarkMs;
    this.#nowMs = timer.atMs;
    this.fold.timer(timer.atMs, this.#writer);
    this.#timerAfterLastPoint = !pointsLeft;
    return true;
  }

  /** Undecided: what comes after is judged for now, and judged again when it is decided. */
  #postpone(timer: Due, pointsLeft: boolean): void {
    const soonest = this.fold.soonest?.(this.#skippedMs) ?? timer;
    if (this.#due === undefined || soonest.readyMs < this.#due.readyMs) this.#due = soonest;
    if (pointsLeft || this.#timerAfterLastPoint) this.#keep();
    this.#frozen = true;
    this.#skippedMs = timer.atMs;
  }

  /** An expression that failed comes after what could be read of the same instant: in a tie the worse holds. */
  #read(points: readonly Point[]): void {
    const failed = points.filter((point) => textOf(point, 'error') !== undefined);
    const good = failed.length === 0 ? points : points.filter((point) => !failed.includes(point));
    for (const point of good) for (const slot of slotsEndedBy(point)) this.#writer.readOn(slot, point.atMs);
    if (good.length > 0) this.fold.points(this.#nowMs, good, this.#writer);
    if (failed.length > 0) this.fold.unreadable?.(this.#nowMs, this.#writer);
    for (const point of failed) {
      const value = textOf(point, 'value');
      const key = value === undefined ? this.#writer.group : `${this.#writer.group}/${value}`;
      const { atMs, evidenceId } = point;
      this.#writer.failedOn(slotOf(point), key, { atMs, evidenceId, message: textOf(point, 'error') ?? '' });
    }
  }

  #isAhead(points: readonly Point[]): boolean {
    const { watermarkMs } = this.input.clock;
    return points.some(
      ({ atMs, receivedAtMs }) => atMs > receivedAtMs + AHEAD_MS && (watermarkMs === undefined || atMs > watermarkMs),
    );
  }

  #keep(): void {
    if (!this.#frozen && Number.isFinite(this.#nowMs)) this.#carry = this.#saved();
  }

  #saved(): Carry {
    const state: SavedState = { count: this.#count, writer: this.#writer.saved(this.#nowMs), fold: this.fold.save() };
    return { atMs: this.#nowMs, order: LAST_ORDER, state: state as unknown as Json };
  }

  #finished(): Judgement {
    if (this.#timerAfterLastPoint) this.#keep();
    return {
      keys: this.#writer.timelines(this.#baseMs),
      errors: this.#writer.errors(this.#baseMs),
      incomplete: [],
      ...(this.#due === undefined ? {} : { due: this.#due }),
      ...(this.#carry === undefined ? {} : { carry: this.#carry }),
      snapshots: this.#snapshots,
    };
  }
}

/** Errors of one part, and of one value where that is known, end with the next such event that can be read. */
function slotOf(point: Point): string {
  const value = textOf(point, 'value');
  return value === undefined ? point.role : `${point.role}/${value}`;
}

const slotsEndedBy = (point: Point): readonly string[] => [...new Set([point.role, slotOf(point)])];
