import type { State } from '@tickmark/contracts';
import type { Point } from '../model.js';
import { sequenceOf } from '../order.js';
import { isWorse } from '../folding/stand.js';

/** Kind state by its table alone: sort everything, look at each instant once. Everything that falls due is decided. */
export interface Expected {
  stateAt(ms: number): State | undefined;
  readonly failures: readonly (readonly [fromMs: number, toMs: number | undefined])[];
}

interface Said {
  readonly atMs: number;
  readonly state: State;
  readonly closes: boolean;
}

export function stateReference(points: readonly Point[], { validForMs, effectiveFromMs }: { readonly validForMs: number; readonly effectiveFromMs: number }): Expected {
  const said = classes(points).map((tie): Said => {
    const worst = tie.reduce((a, b) => (isWorse(stateOf(b), stateOf(a)) ? b : a));
    return { atMs: worst.atMs, state: stateOf(worst), closes: worst.facts['outcome'] === 'pass' };
  });
  return {
    stateAt(ms) {
      if (ms < effectiveFromMs) return undefined;
      const last = said.filter(({ atMs }) => atMs <= ms).at(-1);
      return last?.state === 'pass' && ms >= last.atMs + validForMs ? 'unknown' : last?.state;
    },
    failures: failuresOf(inForce(said, effectiveFromMs)),
  };
}

/** What was said last before the check came into force is judged anew then; all before it counts for nothing. */
function inForce(said: readonly Said[], effectiveFromMs: number): readonly Said[] {
  const before = said.filter(({ atMs }) => atMs < effectiveFromMs).at(-1);
  const own = said.filter(({ atMs }) => atMs >= effectiveFromMs);
  const replaced = own[0]?.atMs === effectiveFromMs;
  return before === undefined || replaced ? own : [{ ...before, atMs: effectiveFromMs }, ...own];
}

function failuresOf(said: readonly Said[]): (readonly [number, number | undefined])[] {
  const failures: (readonly [number, number | undefined])[] = [];
  for (let index = 0; index < said.length; index += 1) {
    const fail = said[index];
    if (fail?.state !== 'fail') continue;
    const end = said.findIndex(({ closes }, place) => place > index && closes);
    failures.push([fail.atMs, said[end]?.atMs]);
    if (end === -1) break;
    index = end;
  }
  return failures;
}

const stateOf = ({ facts }: Point): State => (facts['retires'] === true ? 'not-applicable' : (facts['outcome'] as State));

function classes(points: readonly Point[]): Point[][] {
  const grouped = Map.groupBy(points, (point) => JSON.stringify([point.atMs, sequenceOf(point.order)]));
  return [...grouped.values()].sort(([a], [b]) => {
    if (a === undefined || b === undefined) return 0;
    return a.atMs - b.atMs || (sequenceOf(a.order) < sequenceOf(b.order) ? -1 : 1);
  });
}
