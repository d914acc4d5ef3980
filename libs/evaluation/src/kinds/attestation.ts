import { parseDuration, type JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { StateFold } from '../folds/state-fold.js';
import { defined } from '../defined.js';
import type { JudgedEvent } from '../model.js';
import { commonFields, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import { expectsField, readExpects } from '../reading/expects.js';
import { kindOf } from '../reading/kind-of.js';
import type { Facts, Role } from '../reading/role.js';

const TYPE = 'attestation.given';
const ALIAS = 'attestation';

const schema = z.strictObject({
  ...commonFields,
  /** Without it what the attestation is `per`; without that the control. */
  key: keyField.optional(),
  role: z.string().min(1).max(100).meta({ description: 'The role of the person who confirms' }),
  expects: expectsField,
  validFor: lengthText,
  remind: z.array(lengthText).max(10).optional(),
  needs: z.array(z.string().min(1).max(64)).max(20).optional(),
});

/** Did a named role confirm, and is that still valid? Refused or expired is a fail, never given is unknown. */
export const attestationKind = kindOf({
  id: 'attestation',
  timing: 'time-based',
  schema,
  reachable: ['pass', 'fail', 'unknown'],
  // A confirmation of what nobody expects.
  leavesOut: () => true,
  prepare(reader, spec) {
    reader.addInput({ alias: ALIAS, type: TYPE });
    const control = reader.control.id;
    const expects = readExpects(reader, spec.expects);
    const shared = new SharedParts(reader, spec, [ALIAS]);
    const validForMs = reader.fixedLength(['validFor'], spec.validFor);
    if (validForMs === 0) reader.fault(['validFor'], 'must be longer than nothing', 'write how long a confirmation is valid, such as 365d');
    (spec.remind ?? []).forEach((before, index) => {
      if (reader.fixedLength(['remind', index], before) >= validForMs) reader.fault(['remind', index], 'reminds before it was given', 'write less than validFor');
    });
    const key = spec.key === undefined ? perOf(control) : readKeys(reader, spec.key, [ALIAS])(ALIAS);
    const terms = { control, role: spec.role, needs: spec.needs ?? [] };
    const role: Role = {
      role: 'input',
      ...shared.of(['input'], ALIAS, { key }),
      facts: (_values, { data }) => confirmation(data, terms),
    };
    return {
      roles: expects.role === undefined ? [role] : [role, expects.role],
      neededTypes: [TYPE],
      expected: expects.keys,
      fold: (group) =>
        new StateFold(group, {
          validForMs,
          expected: expects.keys.includes(group),
          onlyExpected: true,
          expiry: { state: 'fail', reason: 'expired' },
          reasons: { fail: 'refused', 'not-applicable': 'out-of-scope', retired: 'retired' },
        }),
    };
  },
});

const perOf =
  (control: string) =>
  ({ data }: JudgedEvent): string =>
    typeof data['per'] === 'string' ? data['per'] : control;

interface Terms {
  readonly control: string;
  readonly role: string;
  readonly needs: readonly string[];
}

/** Another control's, another role's, or one that lacks what it needs is none. */
function confirmation(data: JsonObject, { control, role, needs }: Terms): Facts | 'not-selected' {
  const { conclusion, validFor } = data;
  const complete = needs.every((field) => Object.hasOwn(data, field) && data[field] !== null && data[field] !== '');
  if (data['control'] !== control || data['role'] !== role || !complete) return 'not-selected';
  if (conclusion !== 'accepted' && conclusion !== 'refused') return 'not-selected';
  const validForMs = typeof validFor === 'string' ? parseDuration(validFor) : undefined;
  return { facts: { outcome: conclusion === 'accepted' ? 'pass' : 'fail', ...defined({ validForMs }) } };
}
