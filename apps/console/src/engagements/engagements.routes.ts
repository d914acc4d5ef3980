import { engagementRequest } from '@tickmark/reporting';
import { z } from 'zod';
import { revisionDifference } from '../answers/difference.js';
import { engagement, engagementDetail, revision } from '../answers/records.js';
import { periodSummary } from '../answers/summary.js';
import { pageOf, paging, text } from '../http/query.js';
import { route } from '../http/route.js';

const id = z.strictObject({ id: z.uuid() });
const revisionNumber = (hint: string) =>
  text(9).regex(/^[1-9]\d*$/, { error: `must be the number of a revision${hint}` }).transform(Number);
const chosen = z.strictObject({ revision: revisionNumber('; leave it out for the live summary').optional() });

export const listEngagements = route({
  method: 'GET',
  path: '/v1/engagements',
  summary: 'Engagements, the latest first',
  query: z.strictObject(paging),
  answer: pageOf(engagement),
});

export const openEngagement = route({
  method: 'POST',
  path: '/v1/engagements',
  summary: 'Open an engagement: which report, over which time, measured against what',
  body: engagementRequest,
  status: 201,
  answer: engagement,
});

export const showEngagement = route({
  method: 'GET',
  path: '/v1/engagements/{id}',
  summary: 'One engagement with its revisions',
  params: id,
  answer: engagementDetail,
});

export const freezeRevision = route({
  method: 'POST',
  path: '/v1/engagements/{id}/revisions',
  summary: 'Freeze the summary as it is known now',
  params: id,
  body: z.strictObject({}).optional(),
  status: 201,
  answer: revision,
});

export const listRevisions = route({
  method: 'GET',
  path: '/v1/engagements/{id}/revisions',
  summary: 'Frozen revisions, the oldest first',
  params: id,
  query: z.strictObject(paging),
  answer: pageOf(revision),
});

export const compareRevisions = route({
  method: 'GET',
  path: '/v1/engagements/{id}/revisions/difference',
  summary: 'What two frozen revisions say differently',
  params: id,
  query: z.strictObject({ from: revisionNumber(''), to: revisionNumber('') }),
  answer: revisionDifference,
});

export const summaryJson = route({
  method: 'GET',
  path: '/v1/engagements/{id}/summary.json',
  summary: 'The period summary; without revision it is live, not frozen',
  params: id,
  query: chosen,
  answer: periodSummary,
});

export const summaryCsv = route({
  method: 'GET',
  path: '/v1/engagements/{id}/summary.csv',
  summary: 'The period summary as one table',
  params: id,
  query: chosen,
  answerType: 'text/csv',
});
