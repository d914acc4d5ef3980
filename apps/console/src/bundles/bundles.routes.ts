import { z } from 'zod';
import { instantText, instantTextOrNull } from '../answers/common.js';
import { pageOf } from '../http/query.js';
import { route } from '../http/route.js';

const id = z.strictObject({ id: z.uuid() });
const status = z.enum(['queued', 'waiting-for-seal', 'running', 'done', 'failed', 'interrupted']);
const progress = z.number().min(0).max(1);

const bundle = z
  .strictObject({
    id: z.string(),
    engagement: z.string(),
    revision: z.int(),
    fileName: z.string(),
    status: status.meta({ description: 'waiting-for-seal: no checkpoint covers the freeze of the revision yet; it is waited for' }),
    progress,
    detail: z.string().nullable().meta({ description: 'why it failed, or what it waits for' }),
    bytes: z.int().nullable(),
    sha256: z.string().nullable().meta({ description: 'of the whole ZIP; two runs on one revision give the same' }),
    createdAt: instantText,
    createdBy: z.string(),
    finishedAt: instantTextOrNull,
  })
  .meta({ id: 'Bundle' });

export const makeBundle = route({
  method: 'POST',
  path: '/v1/engagements/{id}/bundles',
  summary: 'Make the evidence bundle of a frozen revision: a ZIP that is verified offline',
  params: id,
  body: z.strictObject({ revision: z.int().min(1).max(999_999_999) }),
  status: 202,
  answer: z.strictObject({ id: z.string(), status, progress }),
});

export const listBundles = route({
  method: 'GET',
  path: '/v1/engagements/{id}/bundles',
  summary: 'Bundles of an engagement, the latest first; the last twenty of all are kept',
  params: id,
  answer: pageOf(bundle),
});

export const showBundle = route({
  method: 'GET',
  path: '/v1/bundles/{id}',
  summary: 'How far a bundle is',
  params: id,
  answer: bundle,
});

export const downloadBundle = route({
  method: 'GET',
  path: '/v1/bundles/{id}/download',
  summary: 'The ZIP of a bundle; every download is on record. 409 until it is done',
  params: id,
  answerType: 'application/zip',
});
