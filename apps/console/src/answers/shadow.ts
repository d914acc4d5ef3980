import { z } from 'zod';
import { count, instantText, instantTextOrNull, state } from './common.js';

export const shadow = z
  .strictObject({
    id: count,
    control: z.string(),
    createdAt: instantText,
    createdBy: z.string(),
    status: z.enum(['waiting', 'judging', 'stopped']),
    judgedFrom: instantTextOrNull,
    trouble: z.string().optional(),
  })
  .meta({ id: 'Shadow' });

const side = z
  .strictObject({ state, since: instantText, reason: z.string().optional(), evidenceId: z.string().optional(), failures: count })
  .meta({ id: 'ShadowSide', description: 'failures: how many began or lasted since the draft is judged' });

/** null: this side has no such key. */
const keyDifference = z.strictObject({ key: z.string(), check: z.string(), live: side.nullable(), draft: side.nullable() });

export const shadowDifference = z
  .strictObject({
    ...shadow.shape,
    yaml: z.string(),
    errors: z.strictObject({
      count,
      latest: z.array(z.strictObject({ check: z.string(), at: instantText, evidenceId: z.string(), message: z.string() })),
    }),
    judgedUntil: instantTextOrNull,
    items: z.array(keyDifference),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'ShadowDifference' });
