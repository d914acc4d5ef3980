import { z } from 'zod';
import { shadow, shadowDifference } from '../answers/shadow.js';
import { pageOf, paging } from '../http/query.js';
import { route } from '../http/route.js';

const YAML_MOST = 256 * 1_024;
const id = z.strictObject({ id: z.string().regex(/^[1-9]\d{0,8}$/).transform(Number) });

export const listShadows = route({
  method: 'GET',
  path: '/v1/shadows',
  summary: 'Drafts that are judged beside live controls',
  answer: pageOf(shadow),
});

export const startShadow = route({
  method: 'POST',
  path: '/v1/shadows',
  summary: 'Judge a draft of a control beside the live one, on live events',
  unprocessable: 'The draft is not a valid control; errors names each line.',
  body: z.strictObject({ yaml: z.string().min(1, { error: 'must not be empty' }).max(YAML_MOST) }),
  status: 201,
  answer: shadow,
});

export const compareShadow = route({
  method: 'GET',
  path: '/v1/shadows/{id}',
  summary: 'Keys of which the draft says otherwise than the live control',
  params: id,
  query: z.strictObject(paging),
  answer: shadowDifference,
});

export const dropShadow = route({
  method: 'DELETE',
  path: '/v1/shadows/{id}',
  summary: 'Judge the draft no longer and remove what was judged by it',
  params: id,
  status: 204,
});
