import type { State } from '@tickmark/contracts';
import type { Point } from '../model.js';
import { sequenceOf } from '../order.js';

interface When {
  readonly atMs: number;
  readonly startMs: number;
  readonly deadlineMs: number;
}

type Span = readonly [fromMs: number, toMs: number | undefined];

/** Kind followed-by by its table alone, instant by instant; everything that falls due is decided. */
export class FollowedByReference {
  readonly #whens: readonly When[];
  readonly #thens: ReadonlyMap<string, readonly (readonly Point[])[]>;

  constructor(
    points: readonly Point[],
    readonly rules: { readonly supersede: boolean; readonly effectiveFromMs: number },
  ) {
    this.#whens = points
      .filter(({ role }) => role === 'when')
      .map(({ atMs, facts }) => ({ atMs, startMs: Number(facts['startMs']), deadlineMs: Number(facts['deadlineMs']) }))
      .filter(({ startMs }) => startMs >= rules.effectiveFromMs);
    const thens = points.filter(({ role }) => role === 'then');
    const byValue = Map.groupBy(thens, ({ facts }) => facts['value'] as string);
    this.#thens = new Map([...byValue].map(([value, of]) => [value, classes(of)]));
  }

  get values(): readonly string[] {
    return [...this.#thens.keys()];
  }

  stateAt(value: string, ms: number): State | undefined {
    const known = this.#knownFrom(value);
    if (ms < Math.max(known, this.rules.effectiveFromMs)) return undefined;
    const { holds, retired } = this.#answer(value, ms);
    const when = this.#when(ms);
    if (retired) return 'not-applicable';
    if (when === undefined || ms < when.startMs) return 'no-occurrence';
    if (holds) return 'pass';
    return ms >= when.deadlineMs ? 'fail' : 'no-occurrence';
  }

  /** Undefined: the group itself stands for nothing. */
  groupStateAt(ms: number): State | undefined {
    const when = this.#when(ms);
    if (when === undefined || ms < when.startMs || this.values.some((value) => this.#knownFrom(value) <= ms)) return undefined;
    return ms >= when.deadlineMs ? 'unknown' : 'no-occurrence';
  }

  failures(value: string): readonly Span[] {
    const when = this.#when(Infinity);
    if (when === undefined) return [];
    const spans: [number, number | undefined][] = [];
    const say = (ms: number, { holds, retired }: { readonly holds: boolean; readonly retired: boolean }): void => {
      const open = spans.at(-1)?.[1] === undefined ? spans.at(-1) : undefined;
      if (holds && open !== undefined) open[1] = ms;
      if (!holds && !retired && open === undefined) spans.push([ms, undefined]);
    };
    if (this.#knownFrom(value) <= when.deadlineMs) say(when.deadlineMs, this.#answer(value, when.deadlineMs));
    for (const tie of this.#thens.get(value) ?? []) {
      const ms = tie[0]?.atMs ?? 0;
      if (ms > when.deadlineMs) say(ms, answerOf(tie));
    }
    return spans;
  }

  #when(ms: number): When | undefined {
    let current: When | undefined;
    for (const when of this.#whens) {
      if (when.atMs > ms) break;
      const replaces = current === undefined || (when.atMs < current.deadlineMs && (this.rules.supersede || when.deadlineMs < current.deadlineMs));
      if (replaces) current = when;
    }
    return current;
  }

  #knownFrom(value: string): number {
    return this.#thens.get(value)?.[0]?.[0]?.atMs ?? Infinity;
  }

  #answer(value: string, ms: number): { readonly holds: boolean; readonly retired: boolean } {
    const tie = (this.#thens.get(value) ?? []).filter(([point]) => (point?.atMs ?? Infinity) <= ms).at(-1);
    return tie === undefined ? { holds: false, retired: false } : answerOf(tie);
  }
}

function answerOf(tie: readonly Point[]): { readonly holds: boolean; readonly retired: boolean } {
  const point = tie.find(({ facts }) => facts['holds'] !== true) ?? tie[0];
  return { holds: point?.facts['holds'] === true, retired: point?.facts['retires'] === true };
}

function classes(points: readonly Point[]): (readonly Point[])[] {
  return [...Map.groupBy(points, ({ atMs, order }) => `${atMs} ${sequenceOf(order)}`).values()];
}
