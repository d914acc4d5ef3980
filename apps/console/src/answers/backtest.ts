import { z } from 'zod';
import { count, deviationStatus, instantText, instantTextOrNull, state } from './common.js';

const byState = (each: z.ZodType) =>
  z.strictObject({ pass: each, fail: each, error: each, unknown: each, 'not-applicable': each, 'no-occurrence': each });

const daySide = z.strictObject({
  states: byState(count).meta({ description: 'Keys by the worst state that they were in on that day' }),
  deviations: count.meta({ description: 'Deviations that began on that day' }),
});

const sideTotals = z.strictObject({
  keys: count,
  deviations: count,
  timeByState: byState(z.number()).meta({ description: 'Key-time in milliseconds' }),
});

export const backtestResult = z
  .strictObject({
    control: z.string(),
    definitionHash: z.string(),
    logicHash: z.string(),
    onRecord: z.boolean().meta({ description: 'false: there is no control of this id, and everything is compared with nothing' }),
    compared: z.strictObject({ from: instantText, to: instantText }),
    judgedUntil: instantText,
    events: count,
    differs: z.boolean(),
    totals: z.strictObject({
      before: sideTotals,
      after: sideTotals,
      differingKeys: count,
      deviationsAdded: count,
      deviationsGone: count,
      deviationsMoved: count,
    }),
    days: z.array(z.strictObject({ day: z.string(), before: daySide, after: daySide, differing: count })),
    keysListed: count,
    keysLeftOut: count.meta({ description: 'Keys that differ and are more than are listed' }),
  })
  .meta({ id: 'BacktestResult' });

export const backtest = z
  .strictObject({
    id: z.string(),
    control: z.string(),
    from: instantText,
    to: instantText,
    status: z.enum(['queued', 'running', 'done', 'failed', 'interrupted']),
    progress: z.number().min(0).max(1),
    detail: z.string().nullable().meta({ description: 'Why it failed or was interrupted' }),
    createdAt: instantText,
    createdBy: z.string(),
    finishedAt: instantTextOrNull,
    result: backtestResult.nullable(),
  })
  .meta({ id: 'Backtest' });

const side = z.strictObject({ state, reason: z.string().optional() }).nullable().meta({ description: 'null: there is no such key then' });
const deviation = z
  .strictObject({
    status: deviationStatus,
    occurredAt: instantText,
    occurredUntil: instantText.optional(),
    remediatedAt: instantTextOrNull,
    reason: z.string().optional(),
  })
  .nullable();

export const backtestDifference = z
  .strictObject({
    check: z.string(),
    key: z.string(),
    days: z.array(z.string()),
    stretches: z.array(z.strictObject({ from: instantText, to: instantText, before: side, after: side })),
    deviations: z.array(z.strictObject({ id: z.string().nullable(), before: deviation, after: deviation })),
    leftOut: count.meta({ description: 'Stretches and deviations of this key that are more than are listed' }),
  })
  .meta({ id: 'BacktestDifference' });
