import { VERDICTS } from '@tickmark/readiness';
import { z } from 'zod';

/** What the console answers about readiness, as far as it is printed. */

const words = z.array(z.string());
const verdict = z.enum(VERDICTS);
const misconceptions = z.array(z.object({ id: z.string(), belief: z.string(), answer: z.string() }));
const counts = z.record(z.string(), z.number());
const scope = { reports: words, categories: words, objectives: words };
const about = { counts, controlCounts: counts, misconceptions, sharedControls: z.object({ text: z.string() }).nullable(), judgedUntil: z.string().nullable() };

const control = z.object({
  id: z.string(), title: z.string(), owner: z.string(), keyControl: z.boolean(), verdict, reasons: words, firstEvidenceAt: z.string().nullable(),
});
const measure = z.object({
  id: z.string(), title: z.string(), verdict, reasons: words, controls: z.array(control), wantedEvidence: words,
});
export const gapsAnswer = z.object({ ...scope, ...about, items: z.array(measure), nextCursor: z.string().nullable() });
export type GapsAnswer = z.output<typeof gapsAnswer>;

const dayRange = z.object({ earliest: z.string(), latest: z.string() });
const step = z.object({
  step: z.number(), title: z.string(), what: z.string(), typically: z.string(), basis: z.string(), begins: dayRange, ends: dayRange.nullable(),
  gaps: z.array(z.object({ kind: z.string(), id: z.string(), verdict, action: z.string() })), notes: words,
});
const frequency = z.object({
  frequency: z.string(), controls: words, expected: z.number().nullable(),
  customarySample: z.object({ least: z.number(), most: z.number() }), enough: z.boolean().nullable(),
});
const window = z.object({
  from: z.string().nullable(), reasons: words, othersAllow: z.string().nullable(), keyControls: z.number(), keyControlsWithEvidence: z.number(),
  heldBackBy: z.array(z.object({ control: z.string(), owner: z.string(), reason: z.string() })),
  lengths: z.array(z.object({ months: z.number(), from: z.string().nullable(), to: z.string().nullable(), frequencies: z.array(frequency) })),
  monthsForSamples: z.number().nullable(),
});
export const planAnswer = z.object({
  ...scope, ...about, type: z.string(), start: z.string(), steps: z.array(step), report: dayRange, endToEnd: z.string(), window: window.nullable(),
});
export type PlanAnswer = z.output<typeof planAnswer>;
