import type { ControlDefinition } from '@tickmark/catalogue';
import type { ControlVersion } from '@tickmark/persistence';
import { criteriaInScope, objectivesInScope } from '@tickmark/reporting';
import type { EngagementDefinition, Period } from '@tickmark/reporting';
import type { Catalogues } from '../judged/catalogues.js';
import type { ReadableCheck, View } from '../judged/view.js';

interface Wanted {
  readonly definition: EngagementDefinition;
  readonly period: Period;
  readonly versions: readonly ControlVersion[];
  readonly catalogues: Catalogues;
}

export interface ControlOfPeriod {
  /** The latest definition in force in the period. */
  readonly control: ControlDefinition;
  readonly checks: readonly ReadableCheck[];
}

/** Controls in force in the period that are mapped to what the engagement is measured against, retired ones as well. */
export async function controlsOfPeriod(view: View, wanted: Wanted): Promise<readonly ControlOfPeriod[]> {
  const { definition, period, versions, catalogues } = wanted;
  const { catalogue } = view.active;
  const criteria = new Set(criteriaInScope(definition, catalogue).map(({ id }) => id));
  const objectives = new Set(objectivesInScope(definition, catalogue).map(({ id }) => id));
  const isMapped = ({ maps }: ControlDefinition): boolean =>
    maps.tsc.some((id) => criteria.has(id)) || maps.soc1.some((id) => objectives.has(id));
  const touching = view.checks.filter(
    ({ effectiveFromMs, effectiveToMs = Infinity }) => effectiveFromMs < period.toMs && effectiveToMs > period.fromMs,
  );
  const found: ControlOfPeriod[] = [];
  for (const [id, checks] of Map.groupBy(touching, ({ control }) => control)) {
    const control = (await latestOf(view, { id, checks, versions, period, catalogues })) ?? catalogue.controls.get(id);
    if (control !== undefined && isMapped(control)) found.push({ control, checks });
  }
  return found;
}

interface Latest extends Omit<Wanted, 'definition'> {
  readonly id: string;
  readonly checks: readonly ReadableCheck[];
}

/** A definition that only changed its wording has no logic of its own: it stands in the active catalogue or is the check's. */
async function latestOf(view: View, { id, checks, versions, period, catalogues }: Latest): Promise<ControlDefinition | undefined> {
  const last = versions.filter(({ control, effectiveFromMs }) => control === id && effectiveFromMs < period.toMs).at(-1);
  const present = view.active.catalogue.controls.get(id);
  if (present !== undefined && present.definitionHash === last?.definitionHash) return present;
  const activation = Math.max(...checks.map((check) => check.activation));
  return (await catalogues.of(view.snapshot, activation)).catalogue.controls.get(id);
}
