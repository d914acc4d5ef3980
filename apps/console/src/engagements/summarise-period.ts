import { readControlVersions, readDeviationsOfPeriod } from '@tickmark/persistence';
import type { ControlVersion, Engagement } from '@tickmark/persistence';
import { elapsedPart, summarise } from '@tickmark/reporting';
import type { EngagementDefinition, Period, PeriodSummary, RecordedDeviation } from '@tickmark/reporting';
import { controlsOfPeriod } from './controls-of-period.js';
import { gapsOfPeriod } from './gaps-of-period.js';
import { measureControl } from './measure-control.js';
import type { MeasuredControl } from './measure-control.js';
import type { Catalogues } from '../judged/catalogues.js';
import type { View } from '../judged/view.js';

export interface SummaryOptions {
  /** null: live. */
  readonly revision: number | null;
  /** Named in the header where the engagement names nobody. */
  readonly entity: string;
}

/** The time of an engagement: a date is one millisecond long. */
function periodOf({ time }: EngagementDefinition): Period {
  if (time.type === 'II') return { fromMs: Date.parse(time.from), toMs: Date.parse(time.to) };
  return { fromMs: Date.parse(time.asOf), toMs: Date.parse(time.asOf) + 1 };
}

/** The period summary of what was judged, as the view sees it. Controls are measured one after the other. */
export async function summarisePeriod(
  view: View,
  { id, definition }: Engagement,
  catalogues: Catalogues,
  options: SummaryOptions,
): Promise<PeriodSummary> {
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
  return summarise({
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
      catalogueHash: view.active.hash,
      feedsWithoutLiveness: [...new Set(measured.flatMap(({ unwatchedFeeds }) => unwatchedFeeds))].sort(),
    },
  });
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
