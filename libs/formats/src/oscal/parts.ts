import type { InputFault, Result } from '@tickmark/contracts';
import { z } from 'zod';
import { type ItemResult, rejected } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

export const text = z.string().nullish();
export const props = z.array(z.object({ name: z.string(), value: z.unknown().optional() })).nullish();
export type Props = z.infer<typeof props>;

/** The first of these properties that is given. Names differ from tool to tool, in case and in what joins their words. */
export function propOf(given: Props, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = given?.find((prop) => prop.name.toLowerCase().replaceAll('_', '-') === name)?.value;
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

export interface Placed<T> {
  readonly value: T;
  readonly pointer: string;
}

export const MOST_ITEMS = 50_000;

/** The items of a list that can be read, and why the others cannot. */
export function itemsIn<T>(schema: z.ZodType<T>, list: unknown, pointer: string): { readonly read: readonly Placed<T>[]; readonly faults: readonly ItemResult[] } {
  if (list === undefined || list === null) return { read: [], faults: [] };
  if (!Array.isArray(list)) return { read: [], faults: [rejected(pointer, 'expected array')] };
  if (list.length > MOST_ITEMS) return { read: [], faults: [rejected(pointer, `holds more than ${MOST_ITEMS} items; send them in several documents`)] };
  const read: Placed<T>[] = [];
  const faults: ItemResult[] = [];
  for (const [at, raw] of (list as readonly unknown[]).entries()) {
    const fields: Result<T, InputFault> = fieldsOf(schema, raw);
    if (fields.ok) read.push({ value: fields.value, pointer: `${pointer}/${at}` });
    else faults.push(rejected(`${pointer}/${at}${fields.error.pointer}`, fields.error.message));
  }
  return { read, faults };
}

/** What results and plans of action have in common. */
export const assessedBody = z.object({
  uuid: text,
  start: text,
  end: text,
  'local-definitions': z.unknown().optional(),
  observations: z.unknown().optional(),
  risks: z.unknown().optional(),
  findings: z.unknown().optional(),
});
export type Assessed = z.infer<typeof assessedBody>;

export const subjectBody = z.object({ 'subject-uuid': text, type: text, title: text, props });
export type Subject = z.infer<typeof subjectBody>;
