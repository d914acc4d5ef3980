import type { InputFault, Result } from '@tickmark/contracts';
import type { z } from 'zod';
import { pointerOf } from './pointer.js';

/** The fields that a mapping uses, or the path of the first one that is missing or wrong. Other fields do not matter. */
export function fieldsOf<T>(schema: z.ZodType<T>, value: unknown): Result<T, InputFault> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  const fault = { pointer: pointerOf(issue?.path ?? []), message: lowerFirst(issue?.message ?? 'cannot be read') };
  return { ok: false, error: fault };
}

/** zod says `Invalid input: expected string, received undefined`. */
function lowerFirst(message: string): string {
  return message.replace(/^Invalid input: /, '').replace('received undefined', 'but it is missing');
}
