import { z } from 'zod';

const verdict = z.object({
  outcome: z.string(),
  at: z.string(),
  until: z.string().nullable(),
  decidedAt: z.string().nullable(),
  basis: z.enum(['evidence', 'absence']),
  reason: z.string().nullable(),
  system: z.string().nullable(),
});

/** The part of the answer that is printed. */
export const explanation = z.object({
  observation: verdict.extend({ id: z.string(), kind: z.enum(['occurrence', 'state']), key: z.string(), hiddenBy: z.string().nullable() }),
  control: z.object({ id: z.string(), title: z.string(), check: z.string(), kind: z.string() }),
  version: z.object({ definitionHash: z.string(), logicHash: z.string(), effectiveFrom: z.string(), effectiveTo: z.string().nullable() }),
  evidence: z.array(
    z.object({ id: z.string(), type: z.string(), time: z.string(), receivedAt: z.string(), roles: z.array(z.string()), data: z.unknown(), unchanged: z.boolean() }),
  ),
  evidenceLeftOut: z.number(),
  expressions: z.array(
    z.object({
      name: z.string(),
      source: z.string(),
      evidenceIds: z.array(z.string()),
      result: z.number().optional(),
      value: z.unknown().optional(),
      error: z.string().optional(),
      absent: z.boolean().optional(),
      notEvaluated: z.boolean().optional(),
    }),
  ),
  recomputed: verdict.nullable(),
  equalsRecord: z.boolean(),
  differences: z.array(z.object({ field: z.string(), recorded: z.unknown(), recomputed: z.unknown() })),
  faults: z.array(z.object({ evidenceId: z.string().nullable(), message: z.string() })),
});
export type Explanation = z.output<typeof explanation>;
