import { feedRegistration } from '@tickmark/access';
import { FORMATS } from '@tickmark/formats';
import { z } from 'zod';
import { feed, registeredFeed } from '../answers/records.js';
import { pageOf, paging } from '../http/query.js';
import { route } from '../http/route.js';

/** With a form of their own. */
const OURS = ['bearer', 'basic', 'aws-sns'];
/** The ways by which vendors sign, as the formats know them. */
const vendorKinds = [...new Set(FORMATS.flatMap(({ authentication }) => authentication.map(({ kind }) => kind)))].filter(
  (kind) => !OURS.includes(kind),
);

export const listFeeds = route({
  method: 'GET',
  path: '/v1/feeds',
  summary: 'Registered sources and whether they live',
  query: z.strictObject(paging),
  answer: pageOf(feed),
});

export const showFeed = route({
  method: 'GET',
  path: '/v1/feeds/{id}',
  summary: 'One feed',
  params: z.strictObject({ id: z.string().min(1).max(63) }),
  answer: feed,
});

export const registerFeed = route({
  method: 'POST',
  path: '/v1/feeds',
  summary: 'Register a source; the API key of a bearer feed is shown once',
  body: feedRegistration(vendorKinds),
  status: 201,
  answer: registeredFeed,
});
