import { z } from 'zod';
import { alias, expressionText } from './common-fields.js';
import type { CheckReader } from './check-reader.js';
import { allHold, isUnreadable, type Role } from './role.js';

export const expectsField = z.union([
  z.strictObject({ keys: expressionText }),
  z.strictObject({ from: alias.max(200), key: expressionText, while: expressionText.optional() }),
]);
export type Expects = z.infer<typeof expectsField>;

export const EXPECTS_ROLE = 'expects';

export interface ReadExpects {
  readonly keys: readonly string[];
  /** Events say which keys are expected, and until when: facts `{expected}`. */
  readonly role?: Role;
}

/** Keys that ought to report, whether they ever do or not (judging.md section 4). */
export function readExpects(reader: CheckReader, expects: Expects | undefined): ReadExpects {
  if (expects === undefined) return { keys: [] };
  if ('keys' in expects) return { keys: reader.list(['expects', 'keys'], expects.keys) };
  const { inputs } = reader.control;
  const input = inputs.find((one) => one.alias === expects.from) ?? inputs.find(({ type }) => type === expects.from);
  if (input === undefined) {
    reader.fault(['expects', 'from'], `"${expects.from}" is no input of this control`, `write it under inputs: {<alias>: ${expects.from}}`);
    return { keys: [] };
  }
  const place = { aliases: [input.alias] };
  const key = reader.expression(['expects', 'key'], expects.key, { ...place, result: 'string', mayBeAbsent: true });
  const holds = expects.while === undefined ? [] : [reader.expression(['expects', 'while'], expects.while, { ...place, result: 'bool' })];
  const where = input.where === undefined ? [] : [reader.checked(['inputs', input.alias, 'where'], input.where, [input.alias])];
  const role: Role = {
    role: EXPECTS_ROLE,
    alias: input.alias,
    type: input.type,
    selectors: where,
    scopes: [],
    outOfScope: 'dropped',
    key,
    facts(values) {
      const expected = allHold(holds, values);
      return isUnreadable(expected) ? expected : { facts: { expected } };
    },
  };
  return { keys: [], role };
}
