import type { CompiledCheck, Judgement, JudgingContext, Point } from './model.js';
import { compareKeyOrder } from './order.js';

/**
 * Judges a group from its points alone, in whatever order they come, doubles included: what `knownAt` answers is made of
 * the points received by then and a watermark of then.
 */
export function judgeFromPoints(check: CompiledCheck, group: string, points: readonly Point[], clock: JudgingContext): Judgement {
  const sorted = [...points].sort(compareKeyOrder);
  const once = sorted.filter((point, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareKeyOrder(before, point) !== 0;
  });
  return check.judge(group, undefined, once, clock);
}
