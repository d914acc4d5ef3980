import type { PartitionProgress } from '@tickmark/persistence';

export interface Tick {
  readonly leafIndex: number;
  readonly clockMs: number;
}

/** A longer step of the ledger's clock means that nothing could be accepted meanwhile. */
const JUMP_MS = 10_000;

/** Whether one of these ticks may end a jump: only then `settleMs` counts. */
export function mayJump(progress: PartitionProgress, ticks: readonly Tick[]): boolean {
  const last = ticks.at(-1)?.clockMs ?? -Infinity;
  return last - (progress.seenClockMs ?? Infinity) > JUMP_MS;
}

/**
 * The partition has passed a tick. After a jump its clock stands still until `settleMs` after the jump's end: what fell
 * due while nothing could be accepted is decided with what comes right after.
 */
export function passTick(progress: PartitionProgress, tick: Tick, settleMs: number): PartitionProgress {
  const { seenClockMs, holdUntilMs: _hold, ...rest } = progress;
  if (seenClockMs !== undefined && tick.clockMs < seenClockMs) return progress;
  const jumped = seenClockMs !== undefined && tick.clockMs - seenClockMs > JUMP_MS;
  const holdUntilMs = jumped ? tick.clockMs + settleMs : progress.holdUntilMs;
  const seen = {
    ...rest,
    leafIndex: Math.max(progress.leafIndex, tick.leafIndex),
    tickLeafIndex: Math.max(progress.tickLeafIndex ?? -1, tick.leafIndex),
    seenClockMs: tick.clockMs,
  };
  if (holdUntilMs !== undefined && tick.clockMs < holdUntilMs) return { ...seen, holdUntilMs };
  return { ...seen, tickClockMs: tick.clockMs };
}

/** Everything up to this leaf was read from the ledger instead: that ends with the tick of the leaf. */
export function passHole(progress: PartitionProgress, leaf: { readonly index: number; readonly receivedAtMs: number }): PartitionProgress {
  // The next leaf may share the instant and is not read yet.
  const clockMs = leaf.receivedAtMs - 1;
  const moved = { ...progress, leafIndex: Math.max(progress.leafIndex, leaf.index) };
  if (clockMs <= (progress.seenClockMs ?? -Infinity)) return moved;
  const { holdUntilMs: _hold, ...rest } = moved;
  return { ...rest, tickLeafIndex: leaf.index, seenClockMs: clockMs, tickClockMs: clockMs };
}

export function passEvidence(progress: PartitionProgress, leafIndex: number): PartitionProgress {
  return { ...progress, leafIndex: Math.max(progress.leafIndex, leafIndex) };
}
