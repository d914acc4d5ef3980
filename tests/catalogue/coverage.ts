import type { Catalogue, ControlDefinition } from '@tickmark/catalogue';
import { z } from 'zod';

/**
 * The double entry of the mapping: what each criterion and objective expects of the catalogue, written from its own side.
 * A control that is mapped otherwise than expected is found, whichever of the two is wrong.
 */
const entry = z.strictObject({
  /** Controls that a machine carries out. */
  automated: z.union([z.literal('none'), z.array(z.string()).min(1)]),
  /** Controls that people carry out, with or without a report of a system. */
  people: z.array(z.string()).default([]),
  /** With `automated: none`: which evidence is wanted instead. */
  wanted: z.string().min(20).optional(),
});

export const expectedCoverage = z.strictObject({ criteria: z.record(z.string(), entry), objectives: z.record(z.string(), entry) });
export type ExpectedCoverage = z.output<typeof expectedCoverage>;
type Entry = z.output<typeof entry>;

export type Mapped = Pick<ControlDefinition, 'id' | 'execution' | 'maps'>;
type Measures = Pick<Catalogue, 'criteria' | 'objectives'>;

/** Everything in which the files of the controls and the expectation differ, in words. */
export function coverageFaults(expected: ExpectedCoverage, controls: readonly Mapped[], measures: Measures): readonly string[] {
  const of = (side: 'tsc' | 'soc1', id: string): readonly Mapped[] => controls.filter(({ maps }) => maps[side].includes(id));
  return [
    ...[...measures.criteria.keys()].flatMap((id) => differences(id, expected.criteria[id], of('tsc', id))),
    ...[...measures.objectives.keys()].flatMap((id) => differences(id, expected.objectives[id], of('soc1', id))),
    ...Object.keys(expected.criteria).filter((id) => !measures.criteria.has(id)).map((id) => `${id} is no criterion`),
    ...Object.keys(expected.objectives).filter((id) => !measures.objectives.has(id)).map((id) => `${id} is no objective`),
  ];
}

function differences(id: string, expected: Entry | undefined, mapped: readonly Mapped[]): readonly string[] {
  if (expected === undefined) return [`${id} is not in the expectation`];
  const automated = expected.automated === 'none' ? [] : expected.automated;
  const found = (isAutomated: boolean): readonly string[] => mapped.filter(({ execution }) => (execution === 'automated') === isAutomated).map((one) => one.id);
  const wanted = expected.automated === 'none' && expected.wanted === undefined ? [`${id}: none automated, and no word of the evidence that is wanted`] : [];
  return [...wanted, ...unequal(`${id} automated`, automated, found(true)), ...unequal(`${id} by people`, expected.people, found(false))];
}

function unequal(name: string, expected: readonly string[], found: readonly string[]): readonly string[] {
  const missing = expected.filter((id) => !found.includes(id)).map((id) => `${name}: ${id} is expected and not mapped`);
  const extra = found.filter((id) => !expected.includes(id)).map((id) => `${name}: ${id} is mapped and not expected`);
  return [...missing, ...extra];
}
