import { parseDuration } from '@tickmark/contracts';
import { z } from 'zod';
import { attestation } from '../answers/people.js';
import { instant, pageOf, paging, text } from '../http/query.js';
import { route } from '../http/route.js';

const length = z
  .string()
  .max(20)
  .refine((value) => (parseDuration(value) ?? 0) > 0, { error: 'must be a duration such as 365d' });

export const giveAttestation = route({
  method: 'POST',
  path: '/v1/attestations',
  summary: 'Confirm or refuse as the person who signed in; the author and the role are never taken from the body',
  body: z
    .strictObject({
      control: z.string().min(1).max(64),
      check: z.string().min(1).max(64).optional().meta({ description: 'Needed only where the control has several attestations' }),
      per: z.string().min(1).max(512).optional().meta({ description: 'What it is about, such as a vendor: the key of the check' }),
      conclusion: z.enum(['accepted', 'refused'], { error: 'must be accepted or refused' }),
      validFor: length.optional(),
      file: z.string().trim().min(1).max(1_024).optional(),
      note: z.string().trim().min(1).max(4_000).optional(),
      periodEnd: instant.optional(),
      exceptions: z.int().min(0).max(1_000_000).optional(),
    })
    .meta({ id: 'GivenAttestation' }),
  status: 202,
  answer: attestation,
  unprocessable: 'It would count for nothing: no control asks for it; errors names each place.',
});

export const listAttestations = route({
  method: 'GET',
  path: '/v1/attestations',
  summary: 'What people confirmed or refused, the latest first',
  query: z.strictObject({ ...paging, control: text(64).optional() }),
  answer: pageOf(attestation),
});

export const showAttestation = route({
  method: 'GET',
  path: '/v1/attestations/{id}',
  summary: 'One attestation, with its evidence once it is kept',
  params: z.strictObject({ id: z.uuid() }),
  answer: attestation,
});
