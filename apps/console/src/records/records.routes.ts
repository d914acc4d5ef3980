import { DEVIATION_STATUSES, GAP_CAUSES } from '@tickmark/contracts';
import { z } from 'zod';
import { deadLetter, delivery, deviation, evidence, gap } from '../answers/records.js';
import { judgedUntil } from '../answers/common.js';
import { judgedPageOf, knownAt, pageOf, paging, text } from '../http/query.js';
import { route } from '../http/route.js';

const id = z.strictObject({ id: z.string().min(1).max(200) });
const uuid = z.strictObject({ id: z.uuid() });
const GAP_STATUSES = ['open', 'closed', 'resolved', 'backfilled', 'caught-up', 'withdrawn'] as const;
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).optional();

export const listDeviations = route({
  method: 'GET',
  path: '/v1/deviations',
  summary: 'Deviations with their five times, the latest first',
  query: z.strictObject({
    ...paging,
    ...knownAt,
    status: oneOf(DEVIATION_STATUSES),
    control: text().optional(),
    key: text(1_000).optional(),
  }),
  answer: judgedPageOf(deviation),
});

export const showDeviation = route({
  method: 'GET',
  path: '/v1/deviations/{id}',
  summary: 'One deviation',
  params: id,
  answer: deviation.extend(judgedUntil),
});

export const listGaps = route({
  method: 'GET',
  path: '/v1/gaps',
  summary: 'Stretches of which nothing or not everything can be said, the latest first',
  query: z.strictObject({ ...paging, ...knownAt, status: oneOf(GAP_STATUSES), cause: oneOf(GAP_CAUSES) }),
  answer: judgedPageOf(gap),
});

export const showGap = route({
  method: 'GET',
  path: '/v1/gaps/{id}',
  summary: 'One gap',
  params: id,
  answer: gap.extend(judgedUntil),
});

export const resolveGap = route({
  method: 'POST',
  path: '/v1/gaps/{id}/resolve',
  summary: 'A person settles a gap that blinds nothing, with a note',
  params: id,
  body: z.strictObject({ note: z.string().trim().min(1).max(2_000) }).meta({ id: 'GapResolution' }),
  answer: gap,
});

export const showEvidence = route({
  method: 'GET',
  path: '/v1/evidence/{id}',
  summary: 'An event as kept',
  params: uuid,
  answer: evidence,
});

export const showRaw = route({
  method: 'GET',
  path: '/v1/evidence/{id}/raw',
  summary: 'The bytes of the delivery that brought it, as received',
  params: uuid,
  answerType: 'application/octet-stream',
});

export const showDelivery = route({
  method: 'GET',
  path: '/v1/deliveries/{id}',
  summary: 'What became of a delivery',
  params: uuid,
  answer: delivery,
});

export const listDeadLetters = route({
  method: 'GET',
  path: '/v1/dead-letters',
  summary: 'Messages that could not be decoded, the latest first',
  query: z.strictObject(paging),
  answer: pageOf(deadLetter),
});

export const replayDeadLetter = route({
  method: 'POST',
  path: '/v1/dead-letters/{id}/replay',
  summary: 'Take a dead letter through the same door again; replayedAt or trouble say within seconds how it ended',
  params: z.strictObject({ id: z.string().regex(/^[1-9]\d{0,15}$/).transform(Number) }),
  status: 202,
  answer: deadLetter,
});
