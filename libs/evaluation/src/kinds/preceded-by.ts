import type { Expression } from '@tickmark/expressions';
import { z } from 'zod';
import { defined } from '../defined.js';
import { PrecededByFold } from '../folds/preceded-by-fold.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { Values } from '../reading/check-reader.js';
import { Condition } from '../reading/condition.js';
import { kindOf } from '../reading/kind-of.js';
import { readRemedy, remedyField } from '../reading/remedy.js';
import { isUnreadable, textOf, type Facts, type Role, type Unreadable } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  when: alias,
  needs: alias,
  key: keyField,
  latestPer: expressionText.optional(),
  where: expressionText,
  notBefore: lengthText,
  remedy: remedyField.optional(),
});

/** Before A, was there a valid B? Of each `latestPer` value only the latest B counts. */
export const precededByKind = kindOf({
  id: 'preceded-by',
  timing: 'occurrence-based',
  schema,
  reachable: ['pass', 'fail', 'unknown', 'no-occurrence'],
  prepare(reader, spec) {
    const { when, needs } = spec;
    const aliases = [when, needs, ...(spec.remedy === undefined ? [] : [spec.remedy.input])];
    const shared = new SharedParts(reader, spec, aliases);
    const keyFor = readKeys(reader, spec.key, aliases);
    const latestPer = spec.latestPer === undefined ? undefined : reader.expression(['latestPer'], spec.latestPer, { aliases: [needs], result: 'string' });
    const where = reader.expression(['where'], spec.where, { aliases: [when, needs], result: 'bool' });
    const condition = new Condition(where, needs, when, reader.control.params);
    const remedy = readRemedy(reader, spec.remedy, { shared, keyFor, other: when });
    const whenRole: Role = {
      role: 'when',
      ...shared.of(['when'], when, { key: keyFor(when) }),
      facts: (values) => ({ facts: keptFor(values, condition, remedy?.condition) }),
    };
    const needsRole: Role = {
      role: 'needs',
      ...shared.of(['needs'], needs, { key: keyFor(needs) }),
      facts: (values) => groundsOf(values, latestPer, condition),
    };
    const rules = { where: condition, remedy: remedy?.condition, notBeforeMs: reader.fixedLength(['notBefore'], spec.notBefore) };
    return {
      roles: [whenRole, needsRole, ...(remedy === undefined ? [] : [remedy.role])],
      neededTypes: [needsRole.type],
      fold: (group) => new PrecededByFold(group, rules),
    };
  },
});

/** Both conditions may join with A: it keeps the fields of both. */
function keptFor(values: Values, where: Condition, remedy: Condition | undefined): Facts['facts'] {
  const kept = [where, ...(remedy === undefined ? [] : [remedy])].map((condition) => condition.otherFacts(values)['data']);
  const data = Object.assign({}, ...kept.filter((one) => one !== undefined)) as Facts['facts'];
  return Object.keys(data).length === 0 ? {} : { data };
}

function groundsOf(values: Values, latestPer: Expression | undefined, condition: Condition): Facts | Unreadable | 'key-absent' {
  const per = latestPer === undefined ? undefined : textOf(latestPer, values);
  if (isUnreadable(per)) return per;
  if (latestPer !== undefined && per === undefined) return 'key-absent';
  const facts = condition.ownFacts(values);
  return isUnreadable(facts) ? facts : { facts: { ...facts, ...defined({ per }) } };
}
