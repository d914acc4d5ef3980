import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { defined } from '../defined.js';
import { ControlTotalFold } from '../folds/control-total-fold.js';
import { alias, commonFields, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { CheckReader } from '../reading/check-reader.js';
import { kindOf } from '../reading/kind-of.js';
import { readRemedy, remedyField } from '../reading/remedy.js';
import type { Role } from '../reading/role.js';

const fieldName = z.string().min(1).max(64);

const schema = z.strictObject({
  ...commonFields,
  from: alias,
  to: alias,
  key: keyField,
  equal: z.array(fieldName).min(1).max(20),
  sum: z.union([z.boolean(), fieldName, z.array(fieldName).min(1).max(20)]).optional().meta({ description: 'Fields of which parts add up; true: all numbers among equal' }),
  within: lengthText,
  once: z.boolean().optional(),
  remedy: remedyField.optional(),
});
type Spec = z.infer<typeof schema>;

/** Do sent and booked agree exactly, once? */
export const controlTotalKind = kindOf({
  id: 'control-total',
  timing: 'occurrence-based',
  schema,
  reachable: ['pass', 'fail', 'unknown', 'no-occurrence'],
  prepare(reader, spec) {
    const { from, to } = spec;
    const aliases = [from, to, ...(spec.remedy === undefined ? [] : [spec.remedy.input])];
    const shared = new SharedParts(reader, spec, aliases);
    const keyFor = readKeys(reader, spec.key, aliases);
    const remedy = readRemedy(reader, spec.remedy, { shared, keyFor, other: from });
    const sum = sumFields(reader, spec);
    const fields = [...new Set([...spec.equal, ...sum])];
    const rules = { equal: fields, sum, once: spec.once === true, withinMs: reader.fixedLength(['within'], spec.within), remedy: remedy?.condition };
    const fromRole: Role = {
      role: 'from',
      ...shared.of(['from'], from, { key: keyFor(from) }),
      facts: (values, { data }) => ({ facts: { values: pick(data, fields), ...remedy?.condition.otherFacts(values) } }),
    };
    const toRole: Role = {
      role: 'to',
      ...shared.of(['to'], to, { key: keyFor(to) }),
      facts: (_values, { data }) => ({ facts: { values: pick(data, fields), ...defined({ own: data['booking'] ?? data['id'], hash: data['hash'] }) } }),
    };
    return {
      roles: [fromRole, toRole, ...(remedy === undefined ? [] : [remedy.role])],
      // A booking without what was sent is told for want of it, so both streams are needed.
      neededTypes: [...new Set([toRole.type, fromRole.type])],
      fold: (group) => new ControlTotalFold(group, rules),
    };
  },
});

/** Both events must have every field; those that add up are numbers. */
function sumFields(reader: CheckReader, { from, to, equal, sum }: Spec): readonly string[] {
  const kinds = new Map(equal.map((field, index) => [field, [from, to].map((name) => reader.field(['equal', index], name, field))]));
  const numeric = (found: readonly string[] | undefined): boolean => found?.every((kind) => ['int', 'double', 'dynamic'].includes(kind)) === true;
  if (sum === true) return equal.filter((field) => numeric(kinds.get(field)));
  const named = sum === undefined || sum === false ? [] : typeof sum === 'string' ? [sum] : sum;
  named.forEach((field) => {
    const found = kinds.get(field) ?? [from, to].map((name) => reader.field(['sum'], name, field));
    if (!numeric(found)) reader.fault(['sum'], `"${field}" is no number`, 'name fields that are numbers');
  });
  return named;
}

const pick = (data: JsonObject, fields: readonly string[]): JsonObject => Object.fromEntries(fields.map((field) => [field, data[field] ?? null]));
