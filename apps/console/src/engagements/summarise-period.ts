import { readControlVersions, readDeviationsOfPeriod, saveRollUps } from '@tickmark/persistence';
import type { ControlVersion, Database, Engagement } from '@tickmark/persistence';
import { elapsedPart, summarise } from '@tickmark/reporting';
import type { EngagementDefinition, MonthRollUp, Period, PeriodSummary, RecordedDeviation } from '@tickmark/reporting';
import { controlsOfPeriod } from './controls-of-period.js';
import { gapsOfPeriod } from './gaps-of-period.js';
import { measureControl } from './measure-control.js';
import type { MeasuredControl } from './measure-control.js';
import type { Catalogues } from '../judged/catalogues.js';
import type { View, Views } from '../judged/view.js';

interface SummaryOptions {
  /** null: live. */
  readonly revision: number | null;
  /** Named in the header where the engagement names nobody. */
  readonly entity: string;
}

/** Through which leaf and instant a summary speaks. */
interface CutOff {
  readonly cutOffLeafIndex: number;
  readonly cutOffClockMs: number;
  readonly judgedUntilMs?: number;
}

export interface Summarised {
  readonly summary: PeriodSummary;
  readonly cutOff: CutOff;
}

/** The period summary of an engagement as everything stands at one instant. Closed months that it had to sum are kept for the next one. */
export class SummarisePeriod {
  constructor(
    private readonly database: Database,
    private readonly views: Views,
    private readonly catalogues: Catalogues,
    private readonly options: Pick<SummaryOptions, 'entity'>,
  ) {}

  async execute(engagement: Engagement, revision: number | null): Promise<Summarised> {
    const { computed, ...summarised } = await this.views.with({}, async (view) => ({
      ...(await summarisePeriod(view, engagement, this.catalogues, { ...this.options, revision })),
      cutOff: {
        cutOffLeafIndex: view.progress.judgedLeafIndex ?? -1,
        cutOffClockMs: view.progress.ledgerClockMs,
        ...(view.judging.watermarkMs === undefined ? {} : { judgedUntilMs: view.judging.watermarkMs }),
      },
    }));
    await saveRollUps(this.database, computed);
    return summarised;
  }
}

/** The time of an engagement: a date is one millisecond long. */
function periodOf({ time }: EngagementDefinition): Period {
  if (time.type === 'II') return { fromMs: Date.parse(time.from), toMs: Date.parse(time.to) };
  return { fromMs: Date.parse(time.asOf), toMs: Date.parse(time.asOf) + 1 };
}

/** Controls are measured one after the other. */
async function summarisePeriod(
  view: View,
  { id, definition }: Engagement,
  catalogues: Catalogues,
  options: SummaryOptions,
): Promise<{ readonly summary: PeriodSummary; readonly computed: readonly MonthRollUp[] }> {
  const period = periodOf(definition);
  const elapsed = elapsedPart(period, view.nowMs);
  const versions = await readControlVersions(view.snapshot);
  const inScope = await controlsOfPeriod(view, { definition, period, versions, catalogues });
  const deviations = await deviationsOf(view, definition, { period, controls: inScope.map(({ control }) => control.id) });
  const measured: MeasuredControl[] = [];
  for (const { control, checks } of inScope) {
    const facts = { versions: versionsIn(versions, control.id, period), deviations: deviations.get(control.id) ?? [] };
    measured.push(await measureControl(view, { control, checks, definition, elapsed, ...facts }));
  }
  const summary = summarise({
    engagement: definition,
    catalogue: view.active.catalogue,
    elapsed,
    controls: measured.map(({ result }) => result),
    gaps: gapsOfPeriod(view, period, measured),
    header: {
      engagementId: id,
      revision: options.revision,
      entity: options.entity,
      nowMs: view.nowMs,
      elapsedToMs: elapsed.toMs,
      ...(view.judging.watermarkMs === undefined ? {} : { watermarkMs: view.judging.watermarkMs }),
      cutOffLeafIndex: view.progress.judgedLeafIndex === undefined ? null : String(view.progress.judgedLeafIndex),
      cutOffClockMs: view.progress.ledgerClockMs,
      demo: view.progress.demo,
      catalogueHash: view.active.hash,
      feedsWithoutLiveness: [...new Set(measured.flatMap(({ unwatchedFeeds }) => unwatchedFeeds))].sort(),
    },
  });
  return { summary, computed: measured.flatMap((one) => one.computed) };
}

/** None named: all. A deviation without a system counts to every one. */
async function deviationsOf(
  view: View,
  { systems }: EngagementDefinition,
  { period, controls }: { readonly period: Period; readonly controls: readonly string[] },
): Promise<ReadonlyMap<string, readonly RecordedDeviation[]>> {
  const all = await readDeviationsOfPeriod(view.snapshot, period, controls);
  const inScope = all.filter(({ system }) => systems.length === 0 || system === undefined || systems.includes(system));
  return Map.groupBy(inScope, ({ control }) => control);
}

function versionsIn(versions: readonly ControlVersion[], control: string, { fromMs, toMs }: Period) {
  const own = versions.filter((version) => version.control === control);
  return own.flatMap(({ definitionHash, logicHash, title, effectiveFromMs, retiredFromMs }, index) => {
    const endsMs = retiredFromMs ?? own[index + 1]?.effectiveFromMs;
    if (effectiveFromMs >= toMs || (endsMs ?? Infinity) <= fromMs) return [];
    return [{ definitionHash, logicHash, title, effectiveFromMs, ...(endsMs === undefined ? {} : { effectiveToMs: endsMs }) }];
  });
}
