import { parse } from 'yaml';
import { z } from 'zod';
import type { Judged } from './model.ts';

/** Survivors that are known: equal in effect, or not worth a test. Each says why. */
const acceptedFile = z.strictObject({
  accepted: z.array(z.strictObject({ control: z.string(), place: z.string(), to: z.string(), reason: z.string().min(20) })),
});
export type Accepted = z.output<typeof acceptedFile>['accepted'][number];

export const readAccepted = (text: string): readonly Accepted[] => acceptedFile.parse(parse(text)).accepted;

const sameMutant = (entry: Accepted, { control, place, to }: Judged): boolean => entry.control === control && entry.place === place && entry.to === to;

export const acceptedAs = (entries: readonly Accepted[], judged: Judged): Accepted | undefined => entries.find((entry) => sameMutant(entry, judged));

/** Entries of mutants that are no more, or that a test catches by now. */
export function staleIn(entries: readonly Accepted[], judged: readonly Judged[]): readonly Accepted[] {
  const controls = new Set(judged.map(({ control }) => control));
  const survivors = judged.filter(({ fate }) => fate === 'survived');
  return entries.filter((entry) => controls.has(entry.control) && !survivors.some((one) => sameMutant(entry, one)));
}
