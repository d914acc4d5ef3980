import type { Catalogue } from '@tickmark/catalogue';
import { toInstant } from '@tickmark/contracts';
import { deviationMeasures } from './deviation-facts.js';
import type { RecordedDeviation } from './deviation-facts.js';
import { criteriaInScope, objectivesInScope } from './engagement.js';
import type { EngagementDefinition } from './engagement.js';
import type { RecordedGap } from './gap-facts.js';
import { header } from './header.js';
import type { HeaderFacts } from './header.js';
import type { OpenDeviation, PeriodSummary, SummaryCriterion, SummaryObjective } from './model.js';
import type { Period } from './period.js';
import type { ControlResult } from './results.js';
import { rollUpWord } from './roll-up-words.js';
import { standingOf } from './standing.js';
import { presentControl, presentDeviation, presentGap, ruleChanges } from './present.js';

/** Everything read for one engagement; `elapsed` is the part of its time that has passed. */
export interface SummaryFacts {
  readonly engagement: EngagementDefinition;
  readonly catalogue: Catalogue;
  readonly elapsed: Period;
  readonly controls: readonly ControlResult[];
  readonly gaps: readonly RecordedGap[];
  readonly header: HeaderFacts;
}

/** domain.md section 7: the whole period summary. Pure: the same facts give the same bytes. */
export function summarise(facts: SummaryFacts): PeriodSummary {
  const controls = [...facts.controls].sort((a, b) => compare(a.definition.id, b.definition.id));
  const recorded = controls.flatMap((control) => control.deviations);
  const owners = new Map(controls.map(({ definition }) => [definition.id, definition.owner]));
  const nowMs = facts.header.nowMs;
  const body = {
    ...measuredAgainst(facts, controls),
    controls: controls.map((control) => presentControl(control, facts.engagement.time.type)),
    deviations: recorded.map((each) => presentDeviation(each, owners.get(each.control) ?? '', nowMs)),
    measures: { ...deviationMeasures(recorded, nowMs), openDeviations: openOnes(recorded, nowMs) },
    gaps: facts.gaps.map(presentGap),
    ruleChanges: controls.flatMap((control) => ruleChanges(control, facts.elapsed)),
  };
  return { header: header(facts.header, facts.engagement, body), ...body };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function measuredAgainst(
  { engagement, catalogue, elapsed }: SummaryFacts,
  controls: readonly ControlResult[],
): { criteria: readonly SummaryCriterion[]; objectives: readonly SummaryObjective[] } {
  const standings = controls.map((control) => ({ maps: control.definition.maps, standing: standingOf(control, elapsed, engagement.time.type) }));
  const { coverageThreshold } = engagement;
  const mapped = (kind: 'tsc' | 'soc1', id: string) =>
    standings.filter(({ maps }) => maps[kind].includes(id)).map(({ standing }) => standing);
  const criteria = criteriaInScope(engagement, catalogue).map(({ id, title, category, machineEvidence }) => {
    const found = mapped('tsc', id);
    const word = rollUpWord(found, { machineEvidence, coverageThreshold });
    return { id, title, category, machineEvidence, ...word, controls: found.map(({ control }) => control) };
  });
  const objectives = objectivesInScope(engagement, catalogue).map(({ id, title, mapping }) => {
    const found = mapped('soc1', id);
    return { id, title, mapping, ...rollUpWord(found, { coverageThreshold }), controls: found.map(({ control }) => control) };
  });
  return { criteria, objectives };
}

const openOnes = (deviations: readonly RecordedDeviation[], nowMs: number): readonly OpenDeviation[] =>
  deviations
    .filter(({ status }) => status === 'open')
    .map(({ id, control, key, occurredAtMs }) => ({
      id,
      control,
      key,
      occurredAt: toInstant(occurredAtMs),
      openForMs: Math.max(0, nowMs - occurredAtMs),
    }));
