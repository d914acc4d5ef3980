import type { State } from '@tickmark/contracts';
import type { Expression } from '@tickmark/expressions';
import { z } from 'zod';
import { StateFold } from '../folds/state-fold.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { Values } from '../reading/check-reader.js';
import { expectsField, readExpects } from '../reading/expects.js';
import { kindOf } from '../reading/kind-of.js';
import { allHold, isUnreadable, type Facts, type Role, type Unreadable } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  input: alias,
  key: keyField,
  assert: expressionText,
  unknownWhen: expressionText.optional(),
  validFor: lengthText,
  expects: expectsField.optional(),
});

/** Does each subject satisfy `assert` now? A pass fades by `validFor`, a fail stays until a pass. */
export const stateKind = kindOf({
  id: 'state',
  timing: 'time-based',
  schema,
  reachable: ['pass', 'fail', 'unknown'],
  leavesOut: ({ scope, expects }, control) => scope !== undefined || control.scope !== undefined || (expects !== undefined && 'while' in expects),
  prepare(reader, spec) {
    const expects = readExpects(reader, spec.expects);
    const shared = new SharedParts(reader, spec, [spec.input]);
    const key = readKeys(reader, spec.key, [spec.input])(spec.input);
    const place = { aliases: [spec.input], result: 'bool' } as const;
    const assert = reader.expression(['assert'], spec.assert, place);
    const unknownWhen = spec.unknownWhen === undefined ? undefined : reader.expression(['unknownWhen'], spec.unknownWhen, place);
    const validForMs = reader.fixedLength(['validFor'], spec.validFor);
    if (validForMs === 0) reader.fault(['validFor'], 'must be longer than nothing', 'write how long a result may be relied on, such as 26h');
    const input: Role = {
      role: 'input',
      ...shared.of(['input'], spec.input, { key, outOfScope: 'told' }),
      facts: (values) => outcomeOf(values, assert, unknownWhen),
    };
    return {
      roles: expects.role === undefined ? [input] : [input, expects.role],
      neededTypes: [input.type],
      expected: expects.keys,
      fold: (group) =>
        new StateFold(group, {
          validForMs,
          expected: expects.keys.includes(group),
          onlyExpected: false,
          expiry: { state: 'unknown', reason: 'stale' },
          reasons: REASONS,
        }),
    };
  },
});

function outcomeOf(values: Values, assert: Expression, unknownWhen: Expression | undefined): Facts | Unreadable {
  const unknown = unknownWhen === undefined ? false : allHold([unknownWhen], values);
  if (isUnreadable(unknown)) return unknown;
  const holds = unknown || allHold([assert], values);
  if (isUnreadable(holds)) return holds;
  const outcome: State = unknown ? 'unknown' : holds ? 'pass' : 'fail';
  return { facts: { outcome } };
}

const REASONS: { readonly [state: string]: string | undefined } = {
  unknown: 'source-could-not-tell',
  'not-applicable': 'out-of-scope',
  retired: 'retired',
};
