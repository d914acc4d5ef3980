import type { GapCause, Severity, State } from '@tickmark/contracts';
import { countOpenDeviations, countOpenGaps, readDeviationTimes, readFeedActivity, readSealingFigures } from '@tickmark/persistence';
import type { DeviationTimes, SealingFigures } from '@tickmark/persistence';
import type { Clock } from '@tickmark/platform';
import type { Period, RollUpWord } from '@tickmark/reporting';
import { rollUpNow, standingsNow } from '../criteria/standings-now.js';
import type { StandingNow } from '../criteria/standings-now.js';
import type { View, Views } from '../judged/view.js';
import { coverageOfDay } from './coverage-of-day.js';

interface ControlNow {
  readonly id: string;
  readonly state: State;
  readonly severity: Severity;
  readonly coverage: number | null;
  readonly openDeviations: number;
}

export interface FeedNow {
  readonly name: string;
  readonly state: 'alive' | 'silent' | 'notMonitored';
  readonly lastEventAtMs?: number;
}

/** Everything that metrics and dashboards show, of one instant. */
export interface MeasuredNow {
  readonly nowMs: number;
  readonly demo: boolean;
  readonly watermarkMs?: number;
  readonly controls: readonly ControlNow[];
  readonly criteria: readonly RollUpWord[];
  readonly objectives: readonly RollUpWord[];
  readonly deviations: ReadonlyMap<Severity, number>;
  readonly gaps: ReadonlyMap<GapCause, number>;
  readonly feeds: readonly FeedNow[];
  readonly coverage: { readonly day: Period; readonly ratio: number | null };
  readonly times: DeviationTimes;
  readonly sealing: SealingFigures;
}

const KEEP_MS = 10_000;
const TIMES_OF_MS = 90 * 86_400_000;

/** Measured at most once in ten seconds, however many dashboards ask. */
export class MeasureNow {
  private last: { readonly atMs: number; readonly measured: Promise<MeasuredNow> } | undefined;

  constructor(
    private readonly views: Views,
    private readonly clock: Clock,
    private readonly keepMs: number = KEEP_MS,
  ) {}

  execute(): Promise<MeasuredNow> {
    const nowMs = this.clock.now();
    if (this.last !== undefined && nowMs - this.last.atMs < this.keepMs && nowMs >= this.last.atMs) return this.last.measured;
    const measured = this.views.with({}, measure);
    this.last = { atMs: nowMs, measured };
    measured.catch(() => {
      if (this.last?.measured === measured) this.last = undefined;
    });
    return measured;
  }
}

async function measure(view: View): Promise<MeasuredNow> {
  const standings = await standingsNow(view);
  const { day, byControl, all } = await coverageOfDay(view);
  const { criteria, objectives } = view.active.catalogue;
  return {
    nowMs: view.nowMs,
    demo: view.progress.demo,
    ...(view.judging.watermarkMs === undefined ? {} : { watermarkMs: view.judging.watermarkMs }),
    controls: standings.map(({ control }) => toControl(control, byControl.get(control.id) ?? null)),
    criteria: [...criteria.values()].map(
      ({ id, machineEvidence }) => rollUpNow(standings, ({ maps }) => maps.tsc.includes(id), { machineEvidence }).state,
    ),
    objectives: [...objectives.values()].map(({ id }) => rollUpNow(standings, ({ maps }) => maps.soc1.includes(id), {}).state),
    deviations: await countOpenDeviations(view.snapshot),
    gaps: await countOpenGaps(view.snapshot),
    feeds: await feedsNow(view),
    coverage: { day, ratio: all },
    times: await readDeviationTimes(view.snapshot, view.nowMs - TIMES_OF_MS),
    sealing: await readSealingFigures(view.snapshot),
  };
}

const toControl = ({ id, state, severity, counts }: StandingNow['control'], coverage: number | null): ControlNow => ({
  id,
  state,
  severity,
  coverage,
  openDeviations: counts.openDeviations,
});

async function feedsNow(view: View): Promise<readonly FeedNow[]> {
  const activity = await readFeedActivity(view.snapshot, [...view.feeds.keys()]);
  return [...view.feeds.values()].map(({ feedId, name, maxSilenceMs }) => {
    const { silentSinceMs, lastEventAtMs } = activity.get(feedId) ?? {};
    const state = maxSilenceMs === undefined ? 'notMonitored' : silentSinceMs === undefined ? 'alive' : 'silent';
    return { name, state, ...(lastEventAtMs === undefined ? {} : { lastEventAtMs }) };
  });
}
