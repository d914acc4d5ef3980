import { z } from 'zod';
import { instantText, instantTextOrNull } from './common.js';
import { periodSummary } from './summary.js';

const { deviations, gaps, ruleChanges } = periodSummary.shape;

const fields = z.array(
  z
    .strictObject({ field: z.string(), before: z.json(), after: z.json() })
    .meta({ id: 'FieldChange', description: 'field is a JSON pointer from the record; null: that revision has no such field' }),
);
const recordChange = z.strictObject({ id: z.string(), fields });
const deviationChanged = recordChange.extend({ control: z.string(), check: z.string(), key: z.string() });
const mark = z.strictObject({
  revision: z.int().nullable(),
  judgedUntil: instantTextOrNull,
  dataCutOff: z.strictObject({ leafIndex: z.string().nullable(), clock: instantText }),
  generatedAt: instantText,
  manifestHash: z.string(),
});

export const revisionDifference = z
  .strictObject({
    from: mark,
    to: mark,
    header: fields,
    criteria: z.array(recordChange),
    objectives: z.array(recordChange),
    controls: z.strictObject({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(recordChange.extend({ timelineChanged: z.boolean() })),
    }),
    deviations: z.strictObject({
      added: deviations,
      removed: deviations,
      withdrawn: z.array(deviationChanged),
      changed: z.array(deviationChanged),
    }),
    measures: fields,
    gaps: z.strictObject({ added: gaps, removed: gaps, changed: z.array(recordChange) }),
    ruleChanges: z.strictObject({ added: ruleChanges, removed: ruleChanges }),
  })
  .meta({ id: 'RevisionDifference' });
