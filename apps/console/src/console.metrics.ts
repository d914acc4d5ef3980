import { SEVERITIES, STATES } from '@tickmark/contracts';
import { gauge } from '@tickmark/platform';
import type { Gauge, Logger, Registry } from '@tickmark/platform';
import type { MeasuredNow, MeasureNow } from './metrics/measure-now.js';

/** All metrics of the console by name; no person, account or key in a label. */
export function consoleMetrics(registry: Registry, measureNow: MeasureNow, logger: Logger): void {
  /** Registers a gauge that is written anew at every reading; what cannot be read is absent: an old figure would be taken for today's. */
  const shown = <L extends string = never>(
    names: { readonly name: string; readonly help: string; readonly labels?: readonly L[] },
    write: (to: Gauge<L>, now: MeasuredNow) => void,
  ): void => {
    gauge<L>(registry, names, async (to) => {
      to.reset();
      try {
        write(to, await measureNow.execute());
      } catch (error) {
        logger.warn({ err: error, metric: names.name }, 'a metric could not be read');
      }
    });
  };
  shown({ name: 'tickmark_control_state', help: 'The state of a control: 1 for the one it is in', labels: ['control', 'state'] }, writeStates);
  shown(
    {
      name: 'tickmark_control_coverage_ratio',
      help: 'Share of the last 24 hours that was evaluated; absent: nothing was',
      labels: ['control'],
    },
    (to, { controls }) => {
      for (const { id, coverage } of controls) if (coverage !== null) to.set({ control: id }, coverage);
    },
  );
  shown({ name: 'tickmark_deviations_open', help: 'Open deviations', labels: ['severity'] }, (to, { deviations }) => {
    for (const severity of SEVERITIES) to.set({ severity }, deviations.get(severity) ?? 0);
  });
  shown({ name: 'tickmark_gaps_open', help: 'Open gaps', labels: ['cause'] }, (to, { gaps }) => {
    for (const [cause, count] of gaps) to.set({ cause }, count);
  });
  shown(
    { name: 'tickmark_feed_last_event_timestamp_seconds', help: 'Time of the latest event of a feed', labels: ['feed'] },
    (to, { feeds }) => {
      for (const { name, lastEventAtMs } of feeds) if (lastEventAtMs !== undefined) to.set({ feed: name }, lastEventAtMs / 1_000);
    },
  );
  shown({ name: 'tickmark_ledger_unsealed_leaves', help: 'Leaves that no checkpoint covers yet' }, (to, { sealing }) => {
    to.set(sealing.leaves - sealing.sealedLeaves);
  });
  shown(
    { name: 'tickmark_ledger_checkpoint_age_seconds', help: 'Seconds since the last checkpoint was signed; absent: none was' },
    (to, { sealing: { lastCheckpointAtMs, nowMs } }) => {
      if (lastCheckpointAtMs !== undefined) to.set(Math.max(0, nowMs - lastCheckpointAtMs) / 1_000);
    },
  );
  shown(
    { name: 'tickmark_judged_until_timestamp_seconds', help: 'The watermark: everything accepted by then is judged; 0: none yet' },
    (to, { watermarkMs }) => {
      if (watermarkMs !== undefined) to.set(watermarkMs / 1_000);
    },
  );
}

function writeStates(to: Gauge<'control' | 'state'>, { controls }: MeasuredNow): void {
  for (const { id, state } of controls) {
    for (const each of STATES) to.set({ control: id, state: each }, each === state ? 1 : 0);
  }
}
