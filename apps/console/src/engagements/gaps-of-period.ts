import type { Period, RecordedGap } from '@tickmark/reporting';
import type { View } from '../judged/view.js';
import type { MeasuredControl } from './measure-control.js';

/** Gaps that touch the period and say something of the engagement, with the controls in scope that they hit. */
export function gapsOfPeriod(view: View, { fromMs, toMs }: Period, controls: readonly MeasuredControl[]): readonly RecordedGap[] {
  const hitBy = (feedId: number | undefined): readonly string[] =>
    feedId === undefined
      ? []
      : controls.filter(({ feedIds }) => feedIds.has(feedId)).map(({ result }) => result.definition.id);
  const all = controls.map(({ result }) => result.definition.id);
  return view.gaps
    .filter((gap) => gap.fromMs < toMs && ((gap.toMs ?? Infinity) > fromMs || gap.fromMs >= fromMs))
    .filter(({ control }) => control === undefined || all.includes(control))
    .map(({ feedId, ...gap }) => ({
      ...gap,
      controls: gap.control !== undefined ? [gap.control] : gap.cause === 'not-judged' ? all : hitBy(feedId),
    }));
}
