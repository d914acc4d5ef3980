import { QUESTION_IDS, VERDICTS } from '@tickmark/readiness';
import { z } from 'zod';
import { count, instantTextOrNull } from './common.js';

const words = z.array(z.string());
const yesOrNo = z.enum(['yes', 'no']);
const reportKinds = z.array(z.enum(['soc1', 'soc2']));
const reportType = z.enum(['I', 'II', 'I-then-II']);
const questionId = z.enum(QUESTION_IDS);
const verdict = z.enum(VERDICTS);
const date = z.string().meta({ format: 'date' });
const dateOrNull = date.nullable();

const misconception = z
  .strictObject({ id: z.string(), belief: z.string(), answer: z.string() })
  .meta({ id: 'Misconception', description: 'What is often believed and is not so, where it arises.' });
const misconceptions = z.array(misconception);

const branch = z.strictObject({ reason: z.string(), next: questionId.nullable().meta({ description: 'null: nothing more is asked' }) });

export const readinessQuestions = z
  .strictObject({
    questions: z.array(z.strictObject({ id: questionId, text: z.string(), help: z.string(), yes: branch, no: branch })),
    comparison: z.strictObject({
      rows: z.array(z.strictObject({ aspect: z.string(), soc1: z.string(), soc2: z.string() })),
      overlap: words,
      both: words,
    }),
  })
  .meta({ id: 'ReadinessQuestions' });

export const readinessDecision = z
  .strictObject({
    soc1: z.enum(['yes', 'likely', 'no']).meta({ description: "likely: confirm it with customers' auditors" }),
    soc2: yesOrNo,
    soc3: yesOrNo.meta({ description: 'On top of a SOC 2 of Type II' }),
    categories: words,
    type: reportType.nullable(),
    standard: z.enum(['AICPA', 'ISAE 3402', 'ISAE 3000', 'ISAE 3402 and ISAE 3000']).nullable(),
    reports: reportKinds.meta({ description: 'To be prepared; two are two separate reports' }),
    outcome: z.string(),
    reasons: words,
    advice: words,
    path: z.array(z.strictObject({ question: questionId, text: z.string(), answer: yesOrNo, reason: z.string() })),
    misconceptions,
  })
  .meta({ id: 'ReadinessDecision' });

const neededType = z.strictObject({
  type: z.string(),
  status: z.enum(['delivering', 'declared', 'missing']).meta({ description: 'declared: a feed names it and has sent none; missing: no feed names it' }),
  feeds: words,
  lastEvidenceAt: instantTextOrNull,
});

const controlGap = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    owner: z.string(),
    keyControl: z.boolean(),
    execution: z.string(),
    frequency: z.string(),
    verdict,
    reasons: words,
    state: z.string(),
    eventTypes: z.array(neededType),
    firstEvidenceAt: instantTextOrNull.meta({ description: 'Since when every check of it has judged an event' }),
    lastEvidenceAt: instantTextOrNull,
    byPerson: z.boolean().meta({ description: 'Whether a named person judges in it' }),
    attestation: z.enum(['none', 'given', 'not-given']),
  })
  .meta({ id: 'ControlGap' });

const measureGap = z
  .strictObject({
    measure: z.enum(['criterion', 'objective']),
    id: z.string(),
    title: z.string(),
    group: z.string(),
    machineEvidence: z.enum(['strong', 'partial', 'weak']).optional(),
    mapping: z.enum(['shared', 'partial', 'soc1-only']).optional(),
    verdict,
    reasons: words,
    controls: z.array(controlGap),
    wantedEvidence: words,
  })
  .meta({ id: 'MeasureGap' });

const counts = z.strictObject(Object.fromEntries(VERDICTS.map((word) => [word, count])));

const sharedControls = z
  .strictObject({
    controls: z.array(z.strictObject({ id: z.string(), title: z.string(), criteria: words, objectives: words })),
    controlsInScope: count,
    criteria: words,
    objectives: words,
    notDoneTwice: z.strictObject({ tests: count, confirmations: count, eventTypes: count }),
    objectivesByMapping: z.strictObject({ shared: count, partial: count, 'soc1-only': count }),
    text: z.string(),
  })
  .meta({ id: 'SharedControls', description: 'What one set of controls saves when both reports are needed; null where one is.' });

const scope = { reports: reportKinds, categories: words, objectives: words };
const counted = { counts: counts.meta({ description: 'Criteria and objectives in scope' }), controlCounts: counts.meta({ description: 'Controls in scope' }) };
const about = { misconceptions, sharedControls: sharedControls.nullable(), judgedUntil: instantTextOrNull };

export const readinessGaps = z
  .strictObject({ ...scope, ...counted, items: z.array(measureGap), nextCursor: z.string().nullable(), ...about })
  .meta({ id: 'ReadinessGaps' });

const dayRange = z.strictObject({ earliest: date, latest: date });
const plannedStep = z.strictObject({
  step: z.int().min(1).max(8),
  title: z.string(),
  what: z.string(),
  typically: z.string(),
  basis: z.string().meta({ description: 'Where the durations come from' }),
  begins: dayRange,
  ends: dayRange.nullable().meta({ description: 'null: it does not end' }),
  gaps: z.array(z.strictObject({ kind: z.enum(['criterion', 'objective', 'control']), id: z.string(), title: z.string(), verdict, action: z.string() })),
  notes: words,
});

const ofFrequency = z.strictObject({
  frequency: z.string(),
  controls: words,
  expected: count.nullable().meta({ description: 'null: it depends on how often the event happens' }),
  customarySample: z.strictObject({ least: count, most: count }).meta({ description: 'A hint for planning; the auditor decides' }),
  enough: z.boolean().nullable(),
  note: z.string().optional(),
});

const earliestWindow = z
  .strictObject({
    from: dateOrNull.meta({ description: 'null: no day can be named yet, see reasons' }),
    reasons: words,
    heldBackBy: z.array(
      z.strictObject({ control: z.string(), title: z.string(), owner: z.string(), firstEvidenceAt: instantTextOrNull, reason: z.string() }),
    ),
    othersAllow: dateOrNull,
    keyControls: count,
    keyControlsWithEvidence: count,
    lengths: z.array(z.strictObject({ months: count, from: dateOrNull, to: dateOrNull, frequencies: z.array(ofFrequency) })),
    monthsForSamples: count.nullable(),
  })
  .meta({ id: 'EarliestWindow', description: 'From when a window of Type II can honestly run; `to` is the day after its last.' });

export const readinessPlan = z
  .strictObject({
    ...scope,
    type: reportType,
    start: date,
    steps: z.array(plannedStep),
    report: dayRange,
    endToEnd: z.string(),
    window: earliestWindow.nullable(),
    ...counted,
    ...about,
  })
  .meta({ id: 'ReadinessPlan' });
