import { loadCatalogue, type Catalogue, type CatalogueFile, type ControlDefinition } from '@tickmark/catalogue';
import { kindById, runControlTests } from '@tickmark/evaluation';
import type { Fate } from './model.ts';

/** What a control refers to, and nothing else, so that thousands of its mutants load quickly. */
export function filesFor(control: ControlDefinition, { criteria, objectives, eventTypes }: Catalogue): readonly CatalogueFile[] {
  const tsc = control.maps.tsc.flatMap((id) => criteria.get(id) ?? []);
  const soc1 = control.maps.soc1.flatMap((id) => objectives.get(id) ?? []).map((one) => ({ ...one, tsc: [] }));
  const categories = [...new Set(tsc.map(({ category }) => category))].map((id) => ({ id, name: id, series: ['any'] }));
  const types = new Set([...control.inputs.map(({ type }) => type), 'attestation.given']);
  return [
    { role: 'criteria', path: 'criteria.yaml', text: JSON.stringify({ edition: 'of a mutant', categories, criteria: tsc }) },
    { role: 'objectives', path: 'objectives.yaml', text: JSON.stringify({ objectives: soc1 }) },
    ...[...types].flatMap((id) => {
      const type = eventTypes.get(id);
      if (type === undefined) return [];
      const { title, subject, schema, examples } = type;
      return [{ role: 'event-type' as const, path: `${id}.yaml`, text: JSON.stringify({ id, title, subject, schema, examples: examples.slice(0, 1) }) }];
    }),
  ];
}

/** Loads a changed control and runs its tests, one after the other, until one does not hold. */
export function play(path: string, text: string, others: readonly CatalogueFile[]): Fate {
  const { catalogue, faults } = loadCatalogue([...others, { role: 'control', path, text }], kindById);
  const [control] = [...(catalogue?.controls.values() ?? [])];
  if (catalogue === undefined || control === undefined) return { fate: 'refused', reason: reasonOf(faults) };
  for (const test of control.tests) {
    if (!runControlTests({ ...control, tests: [test] }, catalogue.eventTypes, kindById).holds) return { fate: 'caught' };
  }
  return { fate: 'survived' };
}

const reasonOf = (faults: readonly { readonly severity: string; readonly message: string }[]): string => faults.find(({ severity }) => severity === 'error')?.message ?? 'it does not load';
