import { ROLL_UP_WORDS } from '@tickmark/reporting';
import { z } from 'zod';
import { count, deviationStatus, gapCause, instantText, instantTextOrNull, maps, severity, state } from './common.js';

const figure = z
  .strictObject({ ratio: z.number().nullable(), text: z.string() })
  .meta({ id: 'Figure', description: 'ratio null: there is nothing to divide by' });
const lengthMs = z.number().nonnegative();
const reasons = z.array(z.string());
const rollUp = { state: z.enum(ROLL_UP_WORDS), reasons, controls: z.array(z.string()) };

const header = z.strictObject({
  statement: z.string(),
  demo: z.literal(true).optional().meta({ description: 'only in a demo: nothing of it happened' }),
  status: z.enum(['live, not frozen', 'frozen']),
  revision: count.nullable(),
  engagement: z.strictObject({ id: z.string(), name: z.string() }),
  entity: z.string(),
  systems: z.union([z.literal('all'), z.array(z.string())]),
  reports: z.array(z.string()),
  type: z.enum(['I', 'II']),
  categories: z.array(z.string()),
  asOf: instantText.optional(),
  period: z.strictObject({ from: instantText, to: instantText }).optional(),
  elapsedTo: instantText,
  judgedUntil: instantTextOrNull,
  notJudgedSince: instantText.optional(),
  dataCutOff: z.strictObject({ leafIndex: z.string().nullable(), clock: instantText }),
  catalogueHash: z.string(),
  coverageThreshold: z.number(),
  feedsWithoutLiveness: z.array(z.string()),
  generatedAt: instantText,
  manifestHash: z.string(),
});

const timeFigures = z.strictObject({
  scopeMs: lengthMs,
  effectiveMs: lengthMs,
  failingMs: lengthMs,
  unknownMs: lengthMs,
  outOfScopeMs: lengthMs,
  coverage: figure,
  observedEffectiveness: figure,
  lowerBound: figure,
  upperBound: figure,
});

const occurrenceFigures = z.strictObject({
  populationFrom: z.string(),
  population: count,
  evaluated: count,
  deviations: count,
  pending: count,
  outOfScope: count,
  unevaluated: count,
  deviationRate: figure,
  worstCase: figure,
  result: z.enum(['evaluated', 'not evaluated', 'no-occurrence']),
});

const check = z
  .strictObject({
    name: z.string(),
    kind: z.string(),
    logicHash: z.string(),
    inForce: z.strictObject({ from: instantText, to: instantText }),
    keys: count,
    blindMs: lengthMs,
    livenessMonitored: z.boolean(),
    time: timeFigures.optional(),
    occurrences: occurrenceFigures.optional(),
    keysAsOf: z.record(z.string(), count).optional(),
  })
  .meta({ id: 'SummaryCheck' });

const control = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    owner: z.string(),
    severity,
    keyControl: z.boolean(),
    execution: z.string(),
    frequency: z.string(),
    maps,
    versions: z.array(
      z.strictObject({
        definitionHash: z.string(),
        logicHash: z.string(),
        title: z.string(),
        effectiveFrom: instantText,
        effectiveTo: instantText.optional(),
      }),
    ),
    checks: z.array(check),
    controlLevel: z
      .strictObject({
        passMs: lengthMs,
        failMs: lengthMs,
        errorMs: lengthMs,
        unknownMs: lengthMs,
        notApplicableMs: lengthMs,
        noOccurrenceMs: lengthMs,
      })
      .optional(),
    timeline: z
      .array(
        z.strictObject({
          state,
          from: instantText,
          to: instantText,
          reason: z.string().optional(),
          evidenceId: z.string().optional(),
        }),
      )
      .optional(),
    deviations: z.strictObject({ open: count, closed: count, withdrawn: count, merged: count }),
    stateAsOf: state.optional(),
  })
  .meta({ id: 'SummaryControl' });

const deviation = z
  .strictObject({
    id: z.string(),
    control: z.string(),
    check: z.string(),
    key: z.string(),
    status: deviationStatus,
    severity,
    owner: z.string(),
    system: z.string().optional(),
    reason: z.string().optional(),
    occurredAt: instantText,
    occurredUntil: instantText.optional(),
    detectedAt: instantText,
    notifiedAt: instantTextOrNull,
    remediatedAt: instantTextOrNull,
    verifiedAt: instantTextOrNull,
    withdrawnAt: instantText.optional(),
    timeToDetectMs: lengthMs,
    timeToDetectAtLeastMs: lengthMs.optional(),
    timeToRemediateMs: lengthMs.optional(),
    lastedMs: lengthMs.optional(),
    exposureMs: lengthMs.optional(),
    openForMs: lengthMs.optional(),
    backfill: z.boolean(),
    evidenceIds: z.array(z.string()),
  })
  .meta({ id: 'SummaryDeviation' });

export const statistics = z
  .strictObject({ n: count, meanMs: lengthMs.nullable(), medianMs: lengthMs.nullable(), maximumMs: lengthMs.nullable() })
  .meta({ id: 'Statistics' });

export const periodSummary = z
  .strictObject({
    header,
    criteria: z.array(
      z.strictObject({ id: z.string(), title: z.string(), category: z.string(), machineEvidence: z.string(), ...rollUp }),
    ),
    objectives: z.array(z.strictObject({ id: z.string(), title: z.string(), mapping: z.string(), ...rollUp })),
    controls: z.array(control),
    deviations: z.array(deviation),
    measures: z.strictObject({
      timeToDetect: statistics,
      timeToRemediate: statistics,
      remediateMeans: z.string(),
      openDeviations: z.array(
        z.strictObject({ id: z.string(), control: z.string(), key: z.string(), occurredAt: instantText, openForMs: lengthMs }),
      ),
    }),
    gaps: z.array(
      z.strictObject({
        id: z.string(),
        cause: gapCause,
        source: z.string(),
        from: instantText,
        to: instantTextOrNull,
        status: z.string(),
        controls: z.array(z.string()),
        collectedLate: z.boolean(),
        revision: count,
        detail: z.string().optional(),
        note: z.string().optional(),
      }),
    ),
    ruleChanges: z.array(
      z.strictObject({
        control: z.string(),
        effectiveFrom: instantText,
        definitionHash: z.string(),
        logicChanged: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'PeriodSummary' });
