import { toInstant } from '@tickmark/contracts';
import type { Segment } from '@tickmark/evaluation';

/** How far judging may lie behind before what is read says so. */
export const JUDGING_MAY_LAG_MS = 60_000;

/** What reading may know of judging's progress. */
export interface JudgingProgress {
  /** W; undefined: no tick yet. */
  readonly watermarkMs?: number;
  readonly nowMs: number;
}

/** The instant from which on nothing may be said; undefined: judging keeps up. Before the first tick: everything. */
export function unjudgedFrom({ watermarkMs, nowMs }: JudgingProgress): number | undefined {
  if (watermarkMs === undefined) return -Infinity;
  return nowMs - watermarkMs > JUDGING_MAY_LAG_MS ? watermarkMs : undefined;
}

export const unjudgedReason = (watermarkMs: number | undefined): string =>
  watermarkMs === undefined ? 'not judged yet' : `not judged since ${toInstant(watermarkMs)}`;

/** Segments as they may be shown: from where judging stood still on they are unknown, whatever was stored. */
export function untilJudged<S extends Segment>(segments: readonly S[], progress: JudgingProgress): readonly (S | Segment)[] {
  const cutMs = unjudgedFrom(progress);
  const last = segments.at(-1);
  const first = segments[0];
  if (cutMs === undefined || last === undefined || first === undefined || (last.toMs ?? Infinity) <= cutMs) return segments;
  const kept = segments.flatMap((segment) => {
    if (segment.fromMs >= cutMs) return [];
    return (segment.toMs ?? Infinity) <= cutMs ? [segment] : [{ ...segment, toMs: cutMs }];
  });
  const unknown: Segment = {
    state: 'unknown',
    fromMs: Math.max(cutMs, first.fromMs),
    ...(last.toMs === undefined ? {} : { toMs: last.toMs }),
    basis: 'absence',
    reason: unjudgedReason(progress.watermarkMs),
    feedIds: [],
    ...(last.system === undefined ? {} : { system: last.system }),
  };
  return [...kept, unknown];
}
