import { z } from 'zod';
import { text } from '../scanners/reports.js';

/** What is read of a report before its matches are. */
export const reportBody = z.object({
  matches: z.array(z.unknown()),
  ignoredMatches: z.array(z.unknown()).nullish(),
  alertsByPackage: z.array(z.object({ alerts: z.array(z.object({ type: z.string() })).nullish() })).nullish(),
  source: z.object({ type: text, target: z.unknown().optional() }).nullish(),
  distro: z.object({ name: text }).nullish(),
  descriptor: z.object({ timestamp: text, db: z.unknown().optional() }).nullish(),
});
export type GrypeReport = z.infer<typeof reportBody>;
