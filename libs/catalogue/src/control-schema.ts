import { SEVERITIES, STATES } from '@tickmark/contracts';
import { parseInstant, parseLength } from '@tickmark/expressions';
import { z } from 'zod';

/** The control file. Kinds add the fields of their checks; the JSON Schema that editors use is made from this. */

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

export const CONTROL_LIMITS = { inputs: 20, checks: 20, params: 50, tests: 100, steps: 1_000 } as const;

export const DEFAULT_OWNER = 'unassigned';
export const DEFAULT_START_MS = Date.UTC(2026, 2, 2);

const name = z.string().max(64).regex(NAME, 'a name is words in small letters with hyphens: admin-mfa');
const expression = z.string().min(1).max(4_000);

const date = z
  .string()
  .refine((text) => DATE.test(text) && parseInstant(`${text}T00:00:00Z`) !== undefined, 'a date is written 2026-01-31');

/** An offset from the start of the test, or a time. */
export const moment = z
  .string()
  .refine(
    (text) => parseLength(text.replace(/^-/, '')) !== undefined || parseInstant(text) !== undefined,
    'write an offset from the start such as 24h or -9d, or a time such as 2026-03-02T17:00:00Z',
  );

const input = z.union([z.string().max(100), z.strictObject({ type: z.string().max(100), where: expression.optional() })], {
  error: 'an input is an event type, or {type, where}',
});

const ids = z.array(z.string().max(64)).max(100);

const test = z.strictObject({
  name: z.string().min(1).max(200),
  start: z.string().refine((text) => parseInstant(text) !== undefined, 'a time is written 2026-03-02T17:00:00Z').optional(),
  given: z.array(z.record(z.string(), z.unknown())).max(CONTROL_LIMITS.steps).default([]),
  expect: z
    .array(
      z.strictObject({
        at: moment,
        knownAt: moment.optional(),
        check: z.string().max(64).optional(),
        key: z.string().max(512).optional(),
        state: z.enum(STATES),
        deviation: z
          .string()
          .refine(
            (text) => ['none', 'open', 'withdrawn'].includes(text) || parseLength(text) !== undefined,
            'a deviation is none, open, withdrawn, or the length of the one that is closed then: 6h',
          )
          .optional(),
      }),
    )
    .min(1)
    .max(CONTROL_LIMITS.steps),
});

const FREQUENCIES = ['continuous', 'many-per-day', 'daily', 'weekly', 'monthly', 'quarterly', 'annual', 'per-event'] as const;

export const controlFile = z.strictObject({
  id: name,
  title: z.string().min(1).max(120),
  description: z.string().max(2_000).default(''),
  owner: z.string().min(1).max(100).default(DEFAULT_OWNER),
  severity: z.enum(SEVERITIES).default('medium'),
  execution: z.enum(['automated', 'manual', 'it-dependent-manual']).default('automated'),
  timing: z.enum(['preventive', 'detective', 'corrective']).default('detective'),
  frequency: z.enum(FREQUENCIES).default('per-event'),
  keyControl: z.boolean().default(false),
  effectiveFrom: date.default('2026-01-01'),
  maps: z.strictObject({ tsc: ids.default([]), soc1: ids.default([]) }).default({ tsc: [], soc1: [] }),
  scope: expression.optional(),
  params: z.record(z.string(), z.unknown()).default({}),
  inputs: z.record(z.string(), input).default({}),
  checks: z.record(name, z.looseObject({ kind: z.string().max(64) })),
  tests: z.array(test).max(CONTROL_LIMITS.tests).default([]),
});

export type ControlFile = z.infer<typeof controlFile>;

/** What an installation may say otherwise of a control that it did not write. */
export const overrideFile = z.strictObject({
  control: name,
  params: z.record(z.string(), z.unknown()).optional(),
  owner: z.string().min(1).max(100).optional(),
  maps: z.strictObject({ tsc: ids.optional(), soc1: ids.optional() }).optional(),
  effectiveFrom: date.optional(),
});

export type OverrideFile = z.infer<typeof overrideFile>;
