import type { JsonObject } from '@tickmark/contracts';
import type { Expression } from '@tickmark/expressions';
import { z } from 'zod';
import { FollowedByFold } from '../folds/followed-by-fold.js';
import type { JudgedEvent } from '../model.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { Length, Values } from '../reading/check-reader.js';
import { Condition } from '../reading/condition.js';
import { kindOf } from '../reading/kind-of.js';
import { isUnreadable, messageOf, textOf, type Facts, type Role, type Unreadable } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  when: alias,
  then: alias,
  key: keyField,
  each: expressionText.optional(),
  where: expressionText,
  from: expressionText.optional(),
  within: lengthText,
  supersede: z.boolean().optional(),
});

/** After A, did B come within T? With `each` one obligation for every value known of the group. */
export const followedByKind = kindOf({
  id: 'followed-by',
  timing: 'occurrence-based',
  schema,
  reachable: ['pass', 'fail', 'unknown', 'no-occurrence'],
  // The group itself, when values become known after it was unknown.
  leavesOut: ({ each }) => each !== undefined,
  prepare(reader, spec) {
    const { when, then } = spec;
    const shared = new SharedParts(reader, spec, [when, then]);
    const keyFor = readKeys(reader, spec.key, [when, then]);
    const each = spec.each === undefined ? undefined : reader.expression(['each'], spec.each, { aliases: [then], result: 'string', mayBeAbsent: true });
    const where = reader.expression(['where'], spec.where, { aliases: [when, then], result: 'bool' });
    const condition = new Condition(where, then, when, reader.control.params);
    const from = spec.from === undefined ? undefined : reader.expression(['from'], spec.from, { aliases: [when], result: 'timestamp' });
    const within = reader.length(['within'], spec.within, [when]);
    const whenRole: Role = {
      role: 'when',
      ...shared.of(['when'], when, { key: keyFor(when) }),
      facts: (values, event) => obligationOf({ values, event }, { from, within, condition }),
    };
    const thenRole: Role = {
      role: 'then',
      ...shared.of(['then'], then, { key: keyFor(then) }),
      facts: (values) => answerOf(values, each, condition),
    };
    const rules = { each: each !== undefined, supersede: spec.supersede === true, condition };
    return { roles: [whenRole, thenRole], neededTypes: [thenRole.type], fold: (group) => new FollowedByFold(group, rules) };
  },
});

interface Terms {
  readonly from: Expression | undefined;
  readonly within: Length;
  readonly condition: Condition;
}

/** When the obligation begins and ends; a beginning before the event takes effect then. */
function obligationOf({ values, event }: { readonly values: Values; readonly event: JudgedEvent }, { from, within, condition }: Terms): Facts | Unreadable {
  const startMs = from === undefined ? event.timeMs : numberOf(from, values);
  if (isUnreadable(startMs)) return startMs;
  const withinMs = typeof within === 'number' ? within : numberOf(within, values);
  if (isUnreadable(withinMs)) return withinMs;
  if (withinMs < 0) return { message: 'the time that is allowed is less than nothing' };
  const facts: JsonObject = { startMs, deadlineMs: startMs + withinMs, ...condition.otherFacts(values) };
  return { facts, atMs: Math.min(startMs, event.timeMs) };
}

function answerOf(values: Values, each: Expression | undefined, condition: Condition): Facts | Unreadable | 'key-absent' {
  const value = each === undefined ? '' : textOf(each, values);
  if (value === undefined) return 'key-absent';
  if (isUnreadable(value)) return value;
  const facts = condition.ownFacts(values);
  const named = each === undefined ? {} : { value };
  return isUnreadable(facts) ? { ...facts, ...named } : { facts: { ...facts, ...named } };
}

function numberOf(expression: Expression, values: Values): number | Unreadable {
  const outcome = expression.evaluate(values);
  if (!outcome.ok) return { message: messageOf(expression, outcome.message) };
  return typeof outcome.value === 'number' ? outcome.value : { message: messageOf(expression, 'gave no number of milliseconds') };
}
