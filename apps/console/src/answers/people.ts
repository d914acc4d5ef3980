import { z } from 'zod';
import { instantText } from './common.js';

export const personRole = z.enum(['admin', 'security', 'approver', 'viewer', 'auditor']);

/** Roles of attestations, such as risk-owner. */
export const duties = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: 'must be a role of attestations such as risk-owner: small letters, digits, hyphens' }))
  .max(50)
  .meta({ description: 'Roles in which this person gives attestations, beside the role of access' });

export const person = z
  .strictObject({ id: z.string(), email: z.string(), role: personRole, duties, createdAt: instantText })
  .meta({ id: 'Person' });

export const newPerson = z
  .strictObject({ ...person.shape, password: z.string().meta({ description: 'Shown once' }) })
  .meta({ id: 'NewPerson' });

export const attestation = z
  .strictObject({
    id: z.string(),
    control: z.string(),
    check: z.string(),
    per: z.string().optional(),
    by: z.string(),
    role: z.string(),
    conclusion: z.enum(['accepted', 'refused']),
    validFor: z.string().optional(),
    file: z.string().optional(),
    note: z.string().optional(),
    periodEnd: z.string().optional(),
    exceptions: z.int().optional(),
    givenAt: instantText,
    evidenceId: z.string().nullable().meta({ description: 'null for about a second, until ingestion made it evidence' }),
    refusal: z.string().optional(),
  })
  .meta({ id: 'Attestation' });
