import { FREQUENCIES, VERDICTS } from '@tickmark/readiness';
import { CATEGORIES, REPORT_KINDS } from '@tickmark/reporting';
import { z } from 'zod';
import { readinessDecision, readinessGaps, readinessPlan, readinessQuestions } from '../answers/readiness.js';
import { instant, paging, text } from '../http/query.js';
import { route } from '../http/route.js';
import { samplesText } from './samples-text.js';

/** Several words in one parameter, with commas between. */
const severally = text(10_000).transform((written) => written.split(','));
const oneOf = <const W extends readonly [string, ...string[]]>(words: W) => z.enum(words, { error: `must be one of ${words.join(', ')}` });
const someOf = <const W extends readonly [string, ...string[]]>(words: W) => severally.pipe(z.array(oneOf(words)).max(20)).optional();

const scope = {
  reports: someOf(REPORT_KINDS),
  categories: someOf(CATEGORIES),
  objectives: severally.pipe(z.array(z.string().min(1).max(200)).max(200)).optional(),
  /** Instead of the three: what an engagement is measured against. */
  engagement: z.uuid({ error: 'must be the id of an engagement; GET /v1/engagements lists them' }).optional(),
};

/** Whatever is neither is named by the use case, with 422; how deep it goes is of no interest. */
const answer = z.unknown().transform((given) => (typeof given === 'boolean' ? given : null));

const EARLIEST_START_MS = Date.UTC(2000, 0, 1);
const LATEST_START_MS = Date.UTC(2100, 0, 1);

export const listQuestions = route({
  method: 'GET',
  path: '/v1/readiness/questions',
  summary: 'The questions that decide which SOC report is needed, and SOC 1 and SOC 2 side by side',
  answer: readinessQuestions,
});

export const decideReport = route({
  method: 'POST',
  path: '/v1/readiness/decision',
  summary: 'Which report is needed, with reasons; a missing answer is no, 422 names an unknown question',
  body: z.strictObject({ answers: z.record(z.string(), answer).meta({ description: 'true or false by question: {"Q1": true, "Q2": false}' }) }),
  answer: readinessDecision,
});

export const showGaps = route({
  method: 'GET',
  path: '/v1/readiness/gaps',
  summary: 'What is missing, by criterion and objective, from the catalogue, feeds and evidence on file',
  query: z.strictObject({ ...scope, verdict: someOf(VERDICTS), ...paging }),
  answer: readinessGaps,
});

export const showPlan = route({
  method: 'GET',
  path: '/v1/readiness/plan',
  summary: 'The way to a report in eight steps with days, what remains in each, and the earliest honest window of a Type II',
  query: z.strictObject({
    ...scope,
    type: oneOf(['I', 'II', 'I-then-II']).optional(),
    start: instant.refine((ms) => ms >= EARLIEST_START_MS && ms < LATEST_START_MS, { error: 'must be between the years 2000 and 2099' }).optional(),
    samples: samplesText(FREQUENCIES).optional(),
  }),
  answer: readinessPlan,
});
