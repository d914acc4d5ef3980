import type { Json, State } from '@tickmark/contracts';
import type { Fold } from '../folding/fold.js';
import { dueAt, flag, isBackfill, systemOf, tieClasses } from '../folding/instants.js';
import type { Basis, Due, Point } from '../model.js';
import type { Stand, Writer } from '../folding/stand.js';
import type { Unreadable } from '../reading/role.js';

export type Aggregate = 'count' | 'sum' | 'average' | 'maximum' | 'ratio';

export interface ThresholdRules {
  readonly windowMs: number;
  readonly aggregate: Aggregate;
  readonly minimumCount: number;
  /** Does the assertion hold for this result? */
  readonly holds: (result: number) => boolean | Unreadable;
}

/** One value in the window. Ratio: 1 is true, 0 is false. */
interface Value {
  readonly atMs: number;
  readonly value: number;
  readonly receivedAtMs: number;
  readonly settleMs: number;
  readonly feedId: number;
}

interface Memory {
  readonly window: readonly Value[];
  readonly state?: State;
  readonly basis: Basis;
  readonly system?: string;
  readonly evidenceId?: string;
  /** Of the values in the window; of the last ones when it is empty. */
  readonly feedIds: readonly number[];
  readonly backfill: boolean;
  readonly retired?: true;
  /** Until then the window holds more than can be kept. */
  readonly crowdedUntilMs?: number;
}

type Row = readonly [atMs: number, value: number, late: number, settleMs: number, feedId: number];
type SavedMemory = Omit<Memory, 'window'> & { readonly window: readonly Row[] };

const MAX_VALUES = 10_000;

/** Does an aggregate over the window (t - window, t] hold? It changes by events and when a value leaves the window. */
export class ThresholdFold implements Fold {
  #memory: Memory = { window: [], basis: 'evidence', feedIds: [], backfill: false };

  constructor(
    readonly group: string,
    readonly rules: ThresholdRules,
  ) {}

  start(): void {
    // A key begins with its first event.
  }

  load(saved: Json): void {
    const { window, ...memory } = saved as unknown as SavedMemory;
    this.#memory = { ...memory, window: window.map(([atMs, value, late, settleMs, feedId]) => ({ atMs, value, receivedAtMs: atMs + late, settleMs, feedId })) };
  }

  /** Rows without names: the window is most of what is kept. */
  save(): Json {
    const { window, ...memory } = this.#memory;
    const rows = window.map(({ atMs, value, receivedAtMs, settleMs, feedId }): Row => [atMs, value, receivedAtMs - atMs, settleMs, feedId]);
    const saved: SavedMemory = { ...memory, window: rows };
    return saved;
  }

  points(atMs: number, points: readonly Point[], writer: Writer): void {
    for (const tie of tieClasses(points)) {
      for (const point of tie) this.#add(atMs, point);
      this.#judge(atMs, 'evidence', writer);
      const retiring = tie.find((point) => flag(point, 'retires'));
      if (retiring !== undefined) this.#retire(atMs, retiring, writer);
    }
  }

  next(afterMs: number): Due | undefined {
    return this.#dues(afterMs)[0];
  }

  soonest(afterMs: number): Due | undefined {
    return this.#dues(afterMs).toSorted((a, b) => a.readyMs - b.readyMs)[0];
  }

  timer(atMs: number, writer: Writer): void {
    this.#leave(atMs);
    if (this.#memory.retired !== true) this.#judge(atMs, 'absence', writer);
  }

  /** When values leave, in order; those that leave together wait for each other. */
  #dues(afterMs: number): Due[] {
    const dues = new Map<number, number>();
    for (const value of this.#memory.window) {
      const { atMs, readyMs } = dueAt(value.atMs + this.rules.windowMs, value);
      if (atMs > afterMs) dues.set(atMs, Math.max(readyMs, dues.get(atMs) ?? readyMs));
    }
    return [...dues].map(([atMs, readyMs]) => ({ atMs, readyMs }));
  }

  #leave(atMs: number): void {
    const { window, crowdedUntilMs = -Infinity, ...rest } = this.#memory;
    const crowded = crowdedUntilMs > atMs ? { crowdedUntilMs } : {};
    this.#memory = { ...rest, window: window.filter((value) => value.atMs + this.rules.windowMs > atMs), ...crowded };
  }

  #add(atMs: number, point: Point): void {
    this.#leave(atMs);
    const { receivedAtMs, settleMs, feedId, evidenceId } = point;
    const value = Number(point.facts['number'] ?? 1);
    const window = [...this.#memory.window, { atMs, value, receivedAtMs, settleMs, feedId }];
    const { retired: _retired, ...rest } = this.#memory;
    const crowded = window.length > MAX_VALUES ? { crowdedUntilMs: (window[0]?.atMs ?? atMs) + this.rules.windowMs } : {};
    this.#memory = { ...rest, ...crowded, window: window.slice(-MAX_VALUES), system: systemOf(point), evidenceId, backfill: isBackfill(point) };
  }

  #judge(atMs: number, cause: Basis, writer: Writer): void {
    const { window, state: before, basis: basisBefore, evidenceId = '', system = '', backfill } = this.#memory;
    const verdict = this.#verdict(atMs, writer);
    // What goes on when a value leaves rests on what it rested on.
    const basis = cause === 'absence' && verdict.state === before ? basisBefore : cause;
    const feedIds = window.length === 0 ? this.#memory.feedIds : [...new Set(window.map((value) => value.feedId))].sort((a, b) => a - b);
    const stand: Stand = { ...verdict, basis, feedIds, system, evidenceId };
    writer.begin(this.group, atMs, stand);
    if (cause === 'evidence') writer.revive(this.group);
    writer.enter(this.group, atMs, stand);
    this.#memory = { ...this.#memory, state: verdict.state, basis, feedIds };
    if (verdict.state === 'pass') writer.recover(this.group, atMs, { basis, evidenceId });
    if (verdict.state === 'fail') writer.fail(this.group, atMs, { basis, system, feedIds, evidenceIds: [evidenceId], backfill });
  }

  #verdict(atMs: number, writer: Writer): Pick<Stand, 'state' | 'reason'> {
    const { window, crowdedUntilMs, evidenceId = '' } = this.#memory;
    if (crowdedUntilMs !== undefined) return { state: 'unknown', reason: 'too-many-events' };
    if (window.length < this.rules.minimumCount) return { state: 'unknown', reason: 'too-few-events' };
    const holds = this.rules.holds(resultOf(window, this.rules.aggregate));
    if (typeof holds === 'boolean') {
      writer.readOn('assert', atMs);
      return { state: holds ? 'pass' : 'fail' };
    }
    writer.failedOn('assert', this.group, { atMs, evidenceId, message: holds.message });
    return { state: 'unknown', reason: 'unreadable' };
  }

  #retire(atMs: number, { evidenceId, feedId }: Point, writer: Writer): void {
    this.#memory = { ...this.#memory, retired: true };
    const { system = '' } = this.#memory;
    writer.enter(this.group, atMs, { state: 'not-applicable', basis: 'evidence', reason: 'retired', evidenceId, feedIds: [feedId], system });
    writer.retire(this.group, atMs);
  }
}

/** Worked out from the whole window each time, in one order, so that it does not depend on what left it before. */
function resultOf(window: readonly Value[], aggregate: Aggregate): number {
  const sum = window.reduce((total, { value }) => total + value, 0);
  switch (aggregate) {
    case 'count':
      return window.length;
    case 'sum':
      return sum;
    case 'maximum':
      return window.reduce((most, { value }) => Math.max(most, value), -Infinity);
    case 'average':
    case 'ratio':
      return sum / window.length;
  }
}
