import { z } from 'zod';
import { criterion, objective } from '../answers/controls.js';
import { judgedPageOf, paging } from '../http/query.js';
import { route } from '../http/route.js';

export const listCriteria = route({
  method: 'GET',
  path: '/v1/criteria',
  summary: 'Every criterion (SOC 2) with its roll-up now and its controls',
  query: z.strictObject(paging),
  answer: judgedPageOf(criterion),
});

export const listObjectives = route({
  method: 'GET',
  path: '/v1/objectives',
  summary: 'Every control objective (SOC 1) with its roll-up now and its controls',
  query: z.strictObject(paging),
  answer: judgedPageOf(objective),
});
