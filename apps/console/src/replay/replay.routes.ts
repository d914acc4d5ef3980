import { z } from 'zod';
import { explanation } from '../answers/explanation.js';
import { route } from '../http/route.js';

/** Occurrences of long keys have long ids. */
export const VERDICT_ID_MAX = 3_000;

export const explainVerdict = route({
  method: 'GET',
  path: '/v1/observations/{id}/explanation',
  summary: 'A verdict judged again from its evidence and its version, and whether that equals the record; takes ids of observations, states and deviations',
  params: z.strictObject({ id: z.string().min(1).max(VERDICT_ID_MAX) }),
  answer: explanation,
  unprocessable: 'More events count for this verdict than can be judged again while you wait.',
});
