import { z } from 'zod';
import { count, instantText, instantTextOrNull, maps, rollUpState, severity, state } from './common.js';

const automated = z.boolean().meta({ description: 'false: none of its controls is carried out by a machine; `evidence.wanted` says what to gather' });
const wanted = z.array(z.string()).meta({ description: 'Ideas of evidence, in our own words' });

export const criterion = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    category: z.string(),
    series: z.string(),
    machineEvidence: z.enum(['strong', 'partial', 'weak']),
    state: rollUpState,
    reasons: z.array(z.string()),
    controls: z.array(z.string()),
    automated,
    evidence: z.strictObject({ machine: z.enum(['strong', 'partial', 'weak']), wanted }).meta({ description: 'How far a machine can evidence it, and with what' }),
  })
  .meta({ id: 'Criterion' });

export const objective = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    family: z.string(),
    assertions: z.array(z.string()),
    mapping: z.enum(['shared', 'partial', 'soc1-only']),
    state: rollUpState,
    reasons: z.array(z.string()),
    controls: z.array(z.string()),
    automated,
    evidence: z.strictObject({ wanted }),
  })
  .meta({ id: 'Objective' });

const counts = z
  .strictObject({
    pass: count,
    fail: count,
    error: count,
    unknown: count,
    notApplicable: count,
    noOccurrence: count,
    keys: count,
    openDeviations: count,
  })
  .meta({ id: 'ControlCounts', description: 'Keys by state, counted once for each check; and open deviations.' });

const controlFields = {
  id: z.string(),
  title: z.string(),
  version: z.string().meta({ description: 'SHA-256 of the definition' }),
  owner: z.string(),
  severity,
  keyControl: z.boolean(),
  maps,
  state,
  counts,
};
export const control = z.strictObject(controlFields).meta({ id: 'Control' });

export const controlDetail = z
  .strictObject({
    ...controlFields,
    judgedUntil: instantTextOrNull,
    definition: z.strictObject({
      description: z.string(),
      execution: z.string(),
      timing: z.string(),
      frequency: z.string(),
      effectiveFrom: z.string(),
      scope: z.string().optional(),
      params: z.record(z.string(), z.unknown()),
      inputs: z.array(z.strictObject({ alias: z.string(), type: z.string(), where: z.string().optional() })),
      checks: z.array(z.strictObject({ name: z.string(), kind: z.string() })),
      yaml: z.string(),
    }),
    versions: z.array(
      z.strictObject({
        version: z.string(),
        logic: z.string(),
        title: z.string(),
        effectiveFrom: instantText,
        effectiveTo: instantTextOrNull,
      }),
    ),
  })
  .meta({ id: 'ControlDetail' });

export const keyState = z
  .strictObject({
    id: z.string().meta({ description: 'For GET /v1/observations/{id}/explanation' }),
    key: z.string(),
    check: z.string(),
    state,
    since: instantText,
    reason: z.string().optional(),
    evidenceId: z.string().optional(),
    system: z.string().optional(),
  })
  .meta({ id: 'KeyState' });

export const timelineSegment = z
  .strictObject({
    id: z.string().nullable().meta({ description: 'Of a key: for GET /v1/observations/{id}/explanation' }),
    key: z.string().nullable().meta({ description: 'null: the timeline of the control itself' }),
    check: z.string().nullable(),
    state,
    from: instantText,
    to: instantText,
    reason: z.string().optional(),
    evidenceId: z.string().optional(),
  })
  .meta({ id: 'TimelineSegment' });

export const observation = z
  .strictObject({
    id: z.string().meta({ description: 'For GET /v1/observations/{id}/explanation' }),
    key: z.string(),
    check: z.string(),
    occurrence: z.string(),
    at: instantText,
    outcome: z.union([state, z.literal('pending')]),
    decidedAt: instantTextOrNull,
    reason: z.string().optional(),
    system: z.string().optional(),
    evidenceIds: z.array(z.string()),
  })
  .meta({ id: 'Observation' });
