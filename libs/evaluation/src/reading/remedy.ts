import { z } from 'zod';
import type { Expression } from '@tickmark/expressions';
import { alias, expressionText, type SharedParts } from './common-fields.js';
import type { CheckReader } from './check-reader.js';
import { Condition } from './condition.js';
import { isUnreadable, type Role } from './role.js';

/** An event after a failed occurrence that closes its deviation. */
export const remedyField = z.strictObject({ input: alias, where: expressionText });

interface Among {
  readonly shared: SharedParts;
  readonly keyFor: (alias: string) => Expression;
  /** The alias of what failed, which `where` may read too; none: the empty string. */
  readonly other: string;
}

export interface ReadRemedy {
  readonly role: Role;
  readonly condition: Condition;
}

export function readRemedy(reader: CheckReader, remedy: z.infer<typeof remedyField> | undefined, { shared, keyFor, other }: Among): ReadRemedy | undefined {
  if (remedy === undefined) return undefined;
  const { input } = remedy;
  const where = reader.expression(['remedy', 'where'], remedy.where, { aliases: [...new Set([input, other])].filter((name) => name !== ''), result: 'bool' });
  const condition = new Condition(where, input, other, reader.control.params);
  const role: Role = {
    role: 'remedy',
    ...shared.of(['remedy', 'input'], input, { key: keyFor(input) }),
    facts(values) {
      const facts = condition.ownFacts(values);
      if (isUnreadable(facts)) return facts;
      return facts['holds'] === false ? 'not-selected' : { facts };
    },
  };
  return { role, condition };
}
