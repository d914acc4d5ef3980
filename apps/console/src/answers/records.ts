import { z } from 'zod';
import { count, deviationStatus, gapCause, instantText, instantTextOrNull, severity } from './common.js';

export const deviation = z
  .strictObject({
    id: z.string(),
    control: z.string(),
    check: z.string(),
    key: z.string(),
    status: deviationStatus,
    severity,
    system: z.string().optional(),
    reason: z.string().optional(),
    occurredAt: instantText.meta({ description: 'the worst case where only a range is known' }),
    occurredUntil: instantText.optional(),
    detectedAt: instantText,
    notifiedAt: instantTextOrNull,
    remediatedAt: instantTextOrNull,
    verifiedAt: instantTextOrNull,
    withdrawnAt: instantText.optional(),
    backfill: z.boolean(),
    evidenceIds: z.array(z.string()),
  })
  .meta({ id: 'Deviation' });

export const gap = z
  .strictObject({
    id: z.string(),
    revision: count,
    cause: gapCause,
    feed: z.string().optional(),
    control: z.string().optional(),
    check: z.string().optional(),
    key: z.string().optional(),
    from: instantText,
    to: instantTextOrNull,
    status: z.enum(['open', 'closed', 'resolved', 'backfilled', 'caught-up', 'withdrawn']),
    blinds: z.boolean(),
    controls: z.array(z.string()),
    detail: z.string().optional(),
    note: z.string().optional(),
    resolvedBy: z.string().optional(),
    knownFrom: instantText,
  })
  .meta({ id: 'Gap' });

export const evidence = z
  .strictObject({
    id: z.string(),
    deliveryId: z.string(),
    ordinal: count,
    feed: z.string(),
    system: z.string(),
    format: z.string(),
    leafIndex: z.string(),
    receivedAt: instantText,
    timeAssumed: z.boolean(),
    tooOld: z.boolean(),
    event: z.looseObject({ id: z.string(), source: z.string(), type: z.string(), time: instantText }),
    unchanged: z.boolean().meta({ description: 'The normal form still has the hash that its leaf holds.' }),
  })
  .meta({ id: 'Evidence' });

export const delivery = z
  .strictObject({
    id: z.string(),
    feed: z.string(),
    format: z.string(),
    receivedAt: instantText,
    accepted: count,
    repeated: count,
    judged: count,
    pending: count,
    notJudged: count.meta({ description: 'by rule: too old, or of a feed that is not production' }),
    ignored: count,
    rejected: count,
    deadLettered: count,
    rejections: z.array(z.strictObject({ index: z.int().optional(), pointer: z.string(), message: z.string() })),
    judgedUntil: instantTextOrNull,
  })
  .meta({ id: 'Delivery' });

const feedFields = {
  id: z.string(),
  name: z.string(),
  system: z.string(),
  production: z.boolean(),
  types: z.array(z.string()),
  sources: z.array(z.string()),
  liveness: z.union([z.literal('none'), z.strictObject({ maxSilence: z.string() })]),
  authentication: z.strictObject({ kind: z.string() }),
  settle: z.string(),
  maxAhead: z.string(),
  maxAge: z.string(),
  limits: z.strictObject({ perSecond: count.nullable(), perDay: count.nullable() }),
  createdAt: instantText,
};

export const feed = z
  .strictObject({
    ...feedFields,
    state: z.enum(['alive', 'silent', 'not-monitored']),
    silentSince: instantTextOrNull,
    lastDeliveryAt: instantTextOrNull,
    lastEventAt: instantTextOrNull,
  })
  .meta({ id: 'Feed' });

export const registeredFeed = z
  .strictObject({ ...feedFields, apiKey: z.string().optional().meta({ description: 'shown once' }) })
  .meta({ id: 'RegisteredFeed' });

export const deadLetter = z
  .strictObject({
    id: z.string(),
    topic: z.string(),
    partition: count,
    offset: z.string(),
    reason: z.string(),
    bytes: count,
    createdAt: instantText,
    replayAskedAt: instantTextOrNull,
    replayedAt: instantTextOrNull,
    trouble: z.string().nullable().meta({ description: 'Why the last replay did not help' }),
  })
  .meta({ id: 'DeadLetter' });

export const revision = z
  .strictObject({
    revision: count,
    cutOff: z.strictObject({ leafIndex: z.string(), clock: instantText }),
    judgedUntil: instantTextOrNull,
    createdAt: instantText,
    createdBy: z.string(),
  })
  .meta({ id: 'Revision' });

const engagementFields = {
  id: z.string(),
  name: z.string(),
  entity: z.string().optional(),
  reports: z.array(z.enum(['soc1', 'soc2'])),
  type: z.enum(['I', 'II']),
  asOf: instantText.optional(),
  from: instantText.optional(),
  to: instantText.optional(),
  categories: z.array(z.string()),
  objectives: z.array(z.string()),
  systems: z.array(z.string()),
  coverageThreshold: z.number(),
  createdAt: instantText,
  createdBy: z.string(),
};
export const engagement = z.strictObject(engagementFields).meta({ id: 'Engagement' });
export const engagementDetail = z
  .strictObject({ ...engagementFields, revisions: z.array(revision) })
  .meta({ id: 'EngagementDetail' });
