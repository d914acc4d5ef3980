import type { Catalogue, ControlDefinition, Criterion, Objective } from '@tickmark/catalogue';
import { CATEGORIES, REPORT_KINDS, criteriaInScope, objectivesInScope } from '@tickmark/reporting';
import type { EngagementDefinition } from '@tickmark/reporting';

/** What is measured against, and the controls that are mapped to it. */
export interface Scope {
  readonly reports: readonly ('soc1' | 'soc2')[];
  readonly categories: readonly string[];
  readonly criteria: readonly Criterion[];
  readonly objectives: readonly Objective[];
  /** Mapped to at least one of them, in the order of the catalogue. */
  readonly controls: readonly ControlDefinition[];
}

/** Everything that the catalogue measures against. */
export const wholeScope = (catalogue: Catalogue): Scope => ({
  reports: REPORT_KINDS,
  categories: CATEGORIES,
  criteria: [...catalogue.criteria.values()],
  objectives: [...catalogue.objectives.values()],
  controls: [...catalogue.controls.values()].filter(({ maps }) => maps.tsc.length + maps.soc1.length > 0),
});

export function scopeOf(engagement: EngagementDefinition, catalogue: Catalogue): Scope {
  const criteria = criteriaInScope(engagement, catalogue);
  const objectives = objectivesInScope(engagement, catalogue);
  const ids = new Set([...criteria, ...objectives].map(({ id }) => id));
  const { reports, categories } = engagement;
  const controls = [...catalogue.controls.values()].filter(({ maps }) => [...maps.tsc, ...maps.soc1].some((id) => ids.has(id)));
  return { reports, categories, criteria, objectives, controls };
}
