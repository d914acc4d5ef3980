import { overlay } from '@tickmark/evaluation';
import type { Blindness, Need, Segment } from '@tickmark/evaluation';
import { untilJudged } from './judged-until.js';
import type { JudgingProgress } from './judged-until.js';

/** What is laid over a key's segments before anything is said of them. */
export interface Sight {
  readonly blindness: readonly Blindness[];
  readonly need: Need;
  readonly judging: JudgingProgress;
  /** When the check's logic is in force. */
  readonly effectiveFromMs: number;
  readonly effectiveToMs?: number;
}

/** Segments as they may be shown: blindness laid over, unknown from where judging stands still, within the version's time. */
export function effectiveSegments(segments: readonly Segment[], sight: Sight): readonly Segment[] {
  const covered = overlay(segments, sight.blindness, sight.need);
  return withinForce(untilJudged(covered, sight.judging), sight);
}

function withinForce(segments: readonly Segment[], { effectiveFromMs, effectiveToMs = Infinity }: Sight): readonly Segment[] {
  return segments.flatMap((segment) => {
    const fromMs = Math.max(segment.fromMs, effectiveFromMs);
    const toMs = Math.min(segment.toMs ?? Infinity, effectiveToMs);
    if (fromMs > toMs || (fromMs === toMs && segment.fromMs !== segment.toMs)) return [];
    return [{ ...segment, fromMs, ...(toMs === Infinity ? {} : { toMs }) }];
  });
}
