import { SEVERITIES } from '@tickmark/contracts';
import { ROLL_UP_WORDS } from '@tickmark/reporting';
import { z } from 'zod';
import { count, instantText, instantTextOrNull, severity, state } from '../answers/common.js';
import { statistics } from '../answers/summary.js';
import { route } from '../http/route.js';

const byState = z.strictObject({
  pass: count,
  fail: count,
  error: count,
  unknown: count,
  notApplicable: count,
  noOccurrence: count,
});
const byWord = z.record(z.enum(ROLL_UP_WORDS), count);
const ratio = z.number().nullable().meta({ description: 'null: nothing was evaluated' });

const overview = z
  .strictObject({
    asOf: instantText,
    demo: z.literal(true).optional().meta({ description: 'only in a demo: nothing of it happened' }),
    judgedUntil: instantTextOrNull,
    controls: z.strictObject({
      total: count,
      byState,
      items: z.array(z.strictObject({ id: z.string(), state, severity, coverage: ratio, openDeviations: count })),
    }),
    criteria: byWord,
    objectives: byWord,
    deviations: z.strictObject({ open: count, bySeverity: z.strictObject(Object.fromEntries(SEVERITIES.map((each) => [each, count]))) }),
    gaps: z.strictObject({ open: count, byCause: z.record(z.string(), count) }),
    feeds: z.strictObject({ alive: count, silent: count, notMonitored: count }),
    coverage: z.strictObject({ from: instantText, to: instantText, ratio }),
    ledger: z.strictObject({
      leaves: count,
      sealedLeaves: count,
      unsealedLeaves: count,
      unsealedSince: instantTextOrNull,
      lastCheckpointAt: instantTextOrNull,
      sealerSeenAt: instantTextOrNull,
      refusal: z.string().nullable().meta({ description: 'why nothing is signed' }),
      alteredLeaf: count.nullable().meta({ description: 'a leaf that is not the one that was sealed' }),
    }),
    timeToDetect: statistics,
    timeToRemediate: statistics,
  })
  .meta({ id: 'Overview' });

export const showOverview = route({
  method: 'GET',
  path: '/v1/metrics/overview',
  summary: 'Figures for dashboards: states now, deviations, gaps, coverage of the last 24 hours, times of the last 90 days',
  answer: overview,
});
