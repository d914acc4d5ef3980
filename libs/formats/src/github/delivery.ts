import type { InputFault, JsonObject, Result } from '@tickmark/contracts';
import type { z } from 'zod';
import { parseRfc3339 } from '../reading/instant.js';
import { type ItemResult, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

export interface Delivery {
  /** X-GitHub-Delivery: a redelivery keeps it. */
  readonly id: string;
  readonly system: string;
  readonly body: JsonObject;
}

export type EventMapper = (delivery: Delivery) => ItemResult;

export function mapped<T>(schema: z.ZodType<T>, map: (body: T, delivery: Delivery) => ItemResult): EventMapper {
  return (delivery) => {
    const fields: Result<T, InputFault> = fieldsOf(schema, delivery.body);
    return fields.ok ? map(fields.value, delivery) : rejectedBy(fields.error);
  };
}

/** The instant when the text is one, else no time at all. */
export function timeOf(text: string | null | undefined): { readonly timeMs?: number } {
  const timeMs = parseRfc3339(text ?? '');
  return timeMs === undefined ? {} : { timeMs };
}
