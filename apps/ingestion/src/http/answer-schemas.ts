import { z } from 'zod';

const fault = z.object({
  index: z.int().optional().describe('Item of the delivery, from 0'),
  pointer: z.string().describe('JSON pointer to the fault'),
  message: z.string().describe('What is wrong and what to do'),
});

const dependencies = z.array(z.object({ name: z.string(), reason: z.string() }));

/** What ingestion answers; the same schemas make its OpenAPI document and check its answers in specs. */
export const answers = {
  CloudEvent: z.looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().min(1).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    sequence: z.string().min(1).optional(),
    data: z.unknown().optional(),
  }),
  Receipt: z.strictObject({
    deliveryId: z.string(),
    accepted: z.int().nonnegative().describe('Repeats included'),
    ignored: z.int().nonnegative(),
    rejected: z.array(fault.extend({ index: z.int().nonnegative() })),
    events: z.array(z.strictObject({ index: z.int().nonnegative(), id: z.string(), evidenceId: z.uuid() })),
  }),
  Problem: z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(fault).optional(),
  }),
  FormatList: z.strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        contentTypes: z.array(z.string()),
        authentication: z.array(z.strictObject({ kind: z.string(), title: z.string() })),
        limits: z.strictObject({ bodyBytes: z.int(), items: z.int(), lineBytes: z.int().optional(), stream: z.strictObject({ bytes: z.int(), items: z.int() }).optional() }),
        sample: z.strictObject({ contentType: z.string(), headers: z.record(z.string(), z.string()), body: z.string() }),
      }),
    ),
    nextCursor: z.null(),
  }),
  Alive: z.strictObject({ status: z.literal('alive') }),
  Readiness: z.strictObject({ status: z.enum(['ready', 'degraded', 'not-ready']), missing: dependencies, degraded: dependencies }),
} as const satisfies Readonly<Record<string, z.ZodType>>;
