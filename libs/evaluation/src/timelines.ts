import { STATES, type State } from '@tickmark/contracts';
import type { Segment } from './model.js';

/** The part within [fromMs, toMs). */
export function clip(segments: readonly Segment[], fromMs: number, toMs: number): readonly Segment[] {
  return segments
    .filter((segment) => segment.fromMs < toMs && (segment.toMs ?? Infinity) > fromMs)
    .map((segment) => ({ ...segment, fromMs: Math.max(segment.fromMs, fromMs), toMs: Math.min(segment.toMs ?? Infinity, toMs) }));
}

export function stateAt(segments: readonly Segment[], atMs: number): Segment | undefined {
  return segments.find(({ fromMs, toMs = Infinity }) => fromMs <= atMs && atMs < toMs);
}

export type TimeByState = { readonly [state in State]: number };

/** Milliseconds that a key spent in each state within [fromMs, toMs). */
export function timeByState(segments: readonly Segment[], fromMs: number, toMs: number): TimeByState {
  const spent = Object.fromEntries(STATES.map((state) => [state, 0])) as { [state in State]: number };
  for (const part of clip(segments, fromMs, toMs)) spent[part.state] += (part.toMs ?? toMs) - part.fromMs;
  return spent;
}

/** What a control is in, given its keys: the first of these that any key is in. Not-applicable keys leave. */
const PRECEDENCE: readonly State[] = ['fail', 'error', 'unknown', 'pass'];

export interface RolledUp {
  readonly state: State;
  readonly fromMs: number;
  readonly toMs?: number;
}

interface Turn {
  readonly atMs: number;
  readonly state: State;
  readonly by: 1 | -1;
}

/**
 * Effective timelines of keys to that of their control: fail if any key fails, else error or unknown if any is, else pass
 * if any, else no-occurrence. `beginMs`, `before`: from when the control exists, and what it is while it has no key.
 */
export function rollUp(
  keys: readonly (readonly Segment[])[],
  { beginMs, before }: { readonly beginMs: number; readonly before: State },
): readonly RolledUp[] {
  const counts = new Map<State, number>();
  let heard = false;
  const rolled: { state: State; fromMs: number }[] = [];
  const say = (atMs: number): void => {
    const state = heard ? (PRECEDENCE.find((one) => (counts.get(one) ?? 0) > 0) ?? 'no-occurrence') : before;
    if (rolled.at(-1)?.fromMs === atMs) rolled.pop();
    if (rolled.at(-1)?.state !== state) rolled.push({ state, fromMs: atMs });
  };
  say(beginMs);
  const turns = turnsOf(keys, beginMs);
  turns.forEach(({ atMs, state, by }, index) => {
    counts.set(state, (counts.get(state) ?? 0) + by);
    heard = true;
    if (turns[index + 1]?.atMs !== atMs) say(atMs);
  });
  return rolled.map(({ state, fromMs }, index) => {
    const next = rolled[index + 1];
    return { state, fromMs, ...(next === undefined ? {} : { toMs: next.fromMs }) };
  });
}

function turnsOf(keys: readonly (readonly Segment[])[], beginMs: number): readonly Turn[] {
  const turns = keys.flat().flatMap(({ state, fromMs, toMs = Infinity }): Turn[] => {
    if (toMs <= beginMs) return [];
    const begin: Turn = { atMs: Math.max(fromMs, beginMs), state, by: 1 };
    return toMs === Infinity ? [begin] : [begin, { atMs: toMs, state, by: -1 }];
  });
  return turns.sort((a, b) => a.atMs - b.atMs);
}
