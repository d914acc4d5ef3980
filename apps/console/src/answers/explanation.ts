import { z } from 'zod';
import { count, instantText, instantTextOrNull, state } from './common.js';

const outcome = z.union([state, z.literal('pending')]);

const verdict = {
  outcome,
  at: instantText,
  until: instantTextOrNull.meta({ description: 'Of a state: when it ended; null: it still holds, or it is an occurrence.' }),
  decidedAt: instantTextOrNull,
  basis: z.enum(['evidence', 'absence']),
  reason: z.string().nullable(),
  system: z.string().nullable(),
  occurrence: z.string().nullable(),
  evidenceIds: z.array(z.string()),
};

const expression = z
  .strictObject({
    name: z.string().meta({ description: 'Its place in the control: assert, key.leaver, inputs.account.where' }),
    source: z.string(),
    evidenceIds: z.array(z.string()).meta({ description: 'What it read; none: parameters, or the aggregate of a threshold' }),
    result: z.number().optional().meta({ description: 'The aggregate that the assertion of a threshold was asked about' }),
    value: z.unknown().optional(),
    error: z.string().optional(),
    absent: z.literal(true).optional(),
    notEvaluated: z.literal(true).optional(),
  })
  .meta({ id: 'ExplainedExpression' });

const difference = z.strictObject({ field: z.string(), recorded: z.unknown(), recomputed: z.unknown() });

export const explanation = z
  .strictObject({
    observation: z.strictObject({
      id: z.string(),
      kind: z.enum(['occurrence', 'state']),
      key: z.string(),
      ...verdict,
      hiddenBy: z.string().nullable().meta({ description: 'Blindness that lies over it now, for which lists show it as unknown' }),
    }),
    control: z.strictObject({ id: z.string(), title: z.string(), check: z.string(), kind: z.string() }),
    version: z.strictObject({
      definitionHash: z.string(),
      logicHash: z.string(),
      effectiveFrom: instantText,
      effectiveTo: instantTextOrNull,
      yaml: z.string(),
    }),
    evidence: z.array(
      z.strictObject({
        id: z.string(),
        type: z.string(),
        source: z.string(),
        feed: z.string(),
        time: instantText,
        receivedAt: instantText,
        roles: z.array(z.string()).meta({ description: 'Which parts it plays in the check; none: it is not of this group' }),
        data: z.record(z.string(), z.unknown()),
        unchanged: z.boolean().meta({ description: 'Whether its bytes have the hash that stands in the ledger' }),
      }),
    ),
    evidenceLeftOut: count.meta({ description: 'Older and later evidence of the group: judged again, but not shown' }),
    expressions: z.array(expression),
    recomputed: z.strictObject(verdict).nullable().meta({ description: 'null: judged again, there is no such verdict' }),
    equalsRecord: z.boolean(),
    differences: z.array(difference),
    faults: z.array(z.strictObject({ evidenceId: z.string().nullable(), message: z.string() })),
  })
  .meta({ id: 'Explanation', description: 'A verdict judged again. Where evidence is missing or changed it never equals the record.' });
