import { STATES } from '@tickmark/contracts';
import { z } from 'zod';
import { control, controlDetail, keyState, observation, timelineSegment } from '../answers/controls.js';
import { instant, judgedPageOf, knownAt, paging, text } from '../http/query.js';
import { route } from '../http/route.js';

const id = z.strictObject({ id: z.string().min(1).max(200) });
const range = { from: instant.optional(), to: instant.optional() };

export const listControls = route({
  method: 'GET',
  path: '/v1/controls',
  summary: 'Controls with their state now',
  query: z.strictObject(paging),
  answer: judgedPageOf(control),
});

export const showControl = route({
  method: 'GET',
  path: '/v1/controls/{id}',
  summary: 'One control with its definition and versions',
  params: id,
  answer: controlDetail,
});

export const listStates = route({
  method: 'GET',
  path: '/v1/controls/{id}/states',
  summary: 'What each key is in, blindness laid over',
  params: id,
  query: z.strictObject({
    ...paging,
    ...knownAt,
    state: z.enum(STATES, { error: `must be one of ${STATES.join(', ')}` }).optional(),
    key: text(1_000).optional(),
  }),
  answer: judgedPageOf(keyState),
});

export const showTimeline = route({
  method: 'GET',
  path: '/v1/controls/{id}/timeline',
  summary: 'Segments of a key, or without key of the control itself, blindness laid over',
  params: id,
  query: z.strictObject({ ...paging, ...knownAt, ...range, key: text(1_000).optional() }),
  answer: judgedPageOf(timelineSegment),
});

const OUTCOMES = [...STATES, 'pending'] as const;

export const listObservations = route({
  method: 'GET',
  path: '/v1/controls/{id}/observations',
  summary: 'The population: every occurrence judged by the checks of the control',
  params: id,
  query: z.strictObject({
    ...paging,
    ...knownAt,
    ...range,
    key: text(1_000).optional(),
    outcome: z.enum(OUTCOMES, { error: `must be one of ${OUTCOMES.join(', ')}` }).optional(),
  }),
  answer: judgedPageOf(observation),
});
