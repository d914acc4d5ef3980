import { z } from 'zod';
import { Calendar, isTimeZone, PERIODS, type PeriodName } from '../folding/calendar.js';
import { CadenceFold, type CadenceRules } from '../folds/cadence-fold.js';
import { alias, commonFields, expressionText, keyField, lengthText, readKeys, SharedParts } from '../reading/common-fields.js';
import type { CheckReader } from '../reading/check-reader.js';
import { expectsField, readExpects } from '../reading/expects.js';
import { kindOf } from '../reading/kind-of.js';
import { readRemedy, remedyField } from '../reading/remedy.js';
import { allHold, isUnreadable, type Role } from '../reading/role.js';

const schema = z.strictObject({
  ...commonFields,
  input: alias,
  key: keyField,
  every: z.enum(PERIODS),
  timezone: z.string().min(1).max(64).default('UTC').meta({ description: 'An IANA time zone such as Europe/Berlin' }),
  due: lengthText.default('0s'),
  where: expressionText.optional(),
  expects: expectsField,
  remedy: remedyField.optional(),
});

const DEFAULT_SETTLE_MS = 2_000;

/** Did it happen in each calendar period? Missing is a fail when the period and its grace are over. */
export const cadenceKind = kindOf({
  id: 'cadence',
  timing: 'occurrence-based',
  schema,
  reachable: ['pass', 'fail', 'unknown', 'no-occurrence'],
  // An occurrence of what nobody expects.
  leavesOut: () => true,
  prepare(reader, spec) {
    const { input, every, timezone } = spec;
    const expects = readExpects(reader, spec.expects);
    const aliases = [input, ...(spec.remedy === undefined ? [] : [spec.remedy.input])];
    const shared = new SharedParts(reader, spec, aliases);
    const keyFor = readKeys(reader, spec.key, aliases);
    const where = spec.where === undefined ? [] : [reader.expression(['where'], spec.where, { aliases: [input], result: 'bool' })];
    // A period that was missed is no event that a remedy could be joined with.
    const remedy = readRemedy(reader, spec.remedy, { shared, keyFor, other: '' });
    const dueMs = reader.fixedLength(['due'], spec.due);
    const role: Role = {
      role: 'input',
      ...shared.of(['input'], input, { key: keyFor(input) }),
      facts(values) {
        const holds = allHold(where, values);
        return isUnreadable(holds) ? holds : { facts: { holds } };
      },
    };
    const calendar = calendarOf(reader, every, timezone);
    const rules: Omit<CadenceRules, 'expected'> = {
      ...{ calendar, dueMs, settleMs: shared.settleMs ?? DEFAULT_SETTLE_MS, remedy: remedy?.condition },
      beginOf: (effectiveFromMs) => beginThere(reader.control.effectiveFrom, calendar, effectiveFromMs),
    };
    return {
      roles: [role, expects.role, remedy?.role].filter((one) => one !== undefined),
      neededTypes: [role.type],
      expected: expects.keys,
      fold: (group) => new CadenceFold(group, { ...rules, expected: expects.keys.includes(group) }),
    };
  },
});

function calendarOf(reader: CheckReader, every: PeriodName, timezone: string): Calendar {
  const known = isTimeZone(timezone);
  if (!known) reader.fault(['timezone'], `there is no time zone "${timezone}"`, 'write an IANA name such as Europe/Berlin');
  return new Calendar(every, known ? timezone : 'UTC');
}

/** The written date begins at midnight in the check's time zone; an activation is an instant everywhere. */
function beginThere(written: string, calendar: Calendar, effectiveFromMs: number): number {
  return effectiveFromMs === Date.parse(`${written}T00:00:00Z`) ? calendar.midnightOf(written) : effectiveFromMs;
}
