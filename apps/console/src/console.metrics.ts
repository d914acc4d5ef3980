import { SEVERITIES, STATES } from '@tickmark/contracts';
import { gauge } from '@tickmark/platform';
import type { Logger, Registry } from '@tickmark/platform';
import type { ControlNow, MeasuredNow, MeasureNow } from './metrics/measure-now.js';

/** All metrics of the console by name; no person, account or key in a label. */
export function consoleMetrics(registry: Registry, measureNow: MeasureNow, logger: Logger): void {
  const states = gauge<'control' | 'state'>(registry, {
    name: 'tickmark_control_state',
    help: 'The state of a control: 1 for the one it is in',
    labels: ['control', 'state'],
  });
  const coverage = gauge<'control'>(registry, {
    name: 'tickmark_control_coverage_ratio',
    help: 'Share of the last 24 hours that was evaluated; absent: nothing was',
    labels: ['control'],
  });
  const deviations = gauge<'severity'>(registry, { name: 'tickmark_deviations_open', help: 'Open deviations', labels: ['severity'] });
  const gaps = gauge<'cause'>(registry, { name: 'tickmark_gaps_open', help: 'Open gaps', labels: ['cause'] });
  const feeds = gauge<'feed'>(registry, {
    name: 'tickmark_feed_last_event_timestamp_seconds',
    help: 'Time of the latest event of a feed',
    labels: ['feed'],
  });
  const judged = gauge(registry, { name: 'tickmark_judged_until_timestamp_seconds', help: 'The watermark: everything accepted by then is judged' });
  const writeControl = ({ id, state, coverage: ratio }: ControlNow): void => {
    for (const each of STATES) states.set({ control: id, state: each }, each === state ? 1 : 0);
    if (ratio !== null) coverage.set({ control: id }, ratio);
  };
  const write = (now: MeasuredNow): void => {
    for (const control of now.controls) writeControl(control);
    for (const severity of SEVERITIES) deviations.set({ severity }, now.deviations.get(severity) ?? 0);
    for (const [cause, count] of now.gaps) gaps.set({ cause }, count);
    for (const { name, lastEventAtMs } of now.feeds) if (lastEventAtMs !== undefined) feeds.set({ feed: name }, lastEventAtMs / 1_000);
    if (now.watermarkMs !== undefined) judged.set(now.watermarkMs / 1_000);
  };
  const collect = async (): Promise<void> => {
    // What cannot be read now is absent: an old figure would be taken for today's.
    for (const each of [states, coverage, deviations, gaps, feeds, judged]) each.reset();
    try {
      write(await measureNow.execute());
    } catch (error) {
      logger.warn({ err: error }, 'the metrics of controls could not be read');
    }
  };
  gauge(registry, { name: 'tickmark_console_up', help: 'Always 1; reading it reads the figures above' }, async (up) => {
    await collect();
    up.set(1);
  });
}
