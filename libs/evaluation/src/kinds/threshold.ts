import type { Expression } from '@tickmark/expressions';
import { z } from 'zod';
import { ThresholdFold, type Aggregate } from '../folds/threshold-fold.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { CheckReader, Values } from '../reading/check-reader.js';
import { kindOf } from '../reading/kind-of.js';
import { messageOf, type Facts, type Role, type Unreadable } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  input: alias,
  key: keyField,
  window: lengthText,
  aggregate: z.enum(['count', 'sum', 'average', 'maximum', 'ratio']),
  value: expressionText.optional(),
  minimumCount: z.int().min(0).max(10_000).optional(),
  assert: expressionText,
});

/** Does an aggregate over a sliding window hold? Too few events are unknown. */
export const thresholdKind = kindOf({
  id: 'threshold',
  timing: 'time-based',
  schema,
  reachable: ['pass', 'fail', 'unknown'],
  prepare(reader, spec) {
    const { input, aggregate } = spec;
    const shared = new SharedParts(reader, spec, [input]);
    const key = readKeys(reader, spec.key, [input])(input);
    const value = readValue(reader, spec);
    const assert = reader.expression(['assert'], spec.assert, { aliases: [], result: 'bool', also: { result: { kind: 'double' } } });
    const windowMs = reader.fixedLength(['window'], spec.window);
    if (windowMs === 0) reader.fault(['window'], 'must be longer than nothing', 'write a length of time such as 1h');
    const role: Role = {
      role: 'input',
      ...shared.of(['input'], input, { key }),
      facts: (values) => (value === undefined ? { facts: {} } : numberIn(values, value)),
    };
    const { params } = reader.control;
    const rules = {
      ...{ windowMs, aggregate },
      // No events at all have a count and a sum, but neither a mean nor a greatest.
      minimumCount: spec.minimumCount ?? (aggregate === 'count' || aggregate === 'sum' ? 0 : 1),
      holds: (result: number) => holdsFor(assert, result, params),
    };
    if (rules.minimumCount === 0 && aggregate !== 'count' && aggregate !== 'sum') reader.fault(['minimumCount'], `no events have no ${aggregate}`, 'write at least 1');
    return { roles: [role], neededTypes: [role.type], fold: (group) => new ThresholdFold(group, rules) };
  },
});

function readValue(reader: CheckReader, { aggregate, value, input }: { readonly aggregate: Aggregate; readonly value?: string | undefined; readonly input: string }): Expression | undefined {
  if (value !== undefined) return reader.expression(['value'], value, { aliases: [input], result: aggregate === 'ratio' ? 'bool' : 'number' });
  if (aggregate !== 'count') reader.fault(['aggregate'], `${aggregate} needs a value`, aggregate === 'ratio' ? 'write value: <true or false>' : 'write value: <a number>');
  return undefined;
}

function numberIn(values: Values, expression: Expression): Facts | Unreadable {
  const outcome = expression.evaluate(values);
  if (!outcome.ok) return { message: messageOf(expression, outcome.message) };
  const number = Number(outcome.value);
  return Number.isFinite(number) ? { facts: { number } } : { message: messageOf(expression, 'gave no number') };
}

function holdsFor(assert: Expression, result: number, params: Values): boolean | Unreadable {
  const outcome = assert.evaluate({ result, params });
  if (!outcome.ok) return { message: messageOf(assert, outcome.message) };
  return outcome.value === true;
}

