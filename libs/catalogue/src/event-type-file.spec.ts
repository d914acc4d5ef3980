import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_TYPE, KINDS } from './catalogue.testkit.js';
import { loadCatalogue } from './load-catalogue.js';
import type { CatalogueFault } from './model.js';

function faultsAfter(written: string, instead: string): readonly CatalogueFault[] {
  if (!ACCOUNT_TYPE.text.includes(written)) throw new Error(`the event type does not contain: ${written}`);
  return loadCatalogue([{ ...ACCOUNT_TYPE, text: ACCOUNT_TYPE.text.replace(written, instead) }], KINDS).faults;
}

type Row = readonly [name: string, written: string, instead: string, line: number, message: string, hint: string | undefined];

const REFUSED: readonly Row[] = [
  ['text without a bound', 'account: {type: string, maxLength: 256}', 'account: {type: string}', 9, 'text needs a maxLength', 'write "maxLength: 256" (at most 65536)'],
  ['a list without a bound', 'factors: {type: array, maxItems: 20,', 'factors: {type: array,', 13, 'a list needs maxItems', 'write "maxItems: 100" (at most 10000)'],
  ['items without a bound', 'items: {type: string, maxLength: 32}', 'items: {type: string}', 13, 'text needs a maxLength', 'write "maxLength: 256" (at most 65536)'],
  ['an object that takes anything', '  additionalProperties: false\n', '', 4, 'an object must refuse unknown fields', 'write "additionalProperties: false"'],
  ['a required field that is none', 'required: [account,', 'required: [acount,', 7, 'required names "acount", which is no property', 'did you mean "account"?'],
  ['a regular expression', 'account: {type: string, maxLength: 256}', 'account: {type: string, maxLength: 256, pattern: "(a+)+"}', 9, '"pattern" is not used in a schema of type string', undefined],
  ['a keyword that does nothing', 'seats: {type: integer}', 'seats: {type: integer, maxLenght: 3}', 14, '"maxLenght" is not used in a schema of type integer', undefined],
  ['two types', 'mfa: {type: boolean}', 'mfa: {type: [boolean, "null"]}', 12, 'a field needs one type', undefined],
  ['an unknown type', 'mfa: {type: boolean}', 'mfa: {type: bolean}', 12, 'a field needs one type', 'did you mean "boolean"?'],
  ['an unknown format', 'format: date-time', 'format: datetime', 15, 'there is no format "datetime"', 'did you mean "date-time"?'],
  ['a name in snake case', 'mfa: {type: boolean}', 'mfa: {type: boolean}\n    has_mfa: {type: boolean}', 13, '"has_mfa" is no field name', 'use camelCase: letters and digits'],
  ['a name that breaks expressions', 'mfa: {type: boolean}', 'mfa: {type: boolean}\n    constructor: {type: boolean}', 13, '"constructor" is no field name', 'use camelCase: letters and digits'],
  ['an example that breaks its schema', 'mfa: true, factors', 'mfa: maybe, factors', 17, 'the example breaks its own schema: /mfa must be true or false', undefined],
  ['no example', '  - {account: a1, status: active, mfa: true, factors: [totp]}', '  []', 16, 'examples is shorter or less than 1', undefined],
  ['a schema that is no object', 'schema:\n  type: object', 'schema:\n  type: array', 4, 'the schema of an event type describes an object', 'begin it with "type: object"'],
  ['no list of what is required', '  required: [account, status, mfa, factors]\n', '', 4, 'required is a list of the fields that are always there', 'write "required: []" when there is none'],
  ['a field that is no schema', 'mfa: {type: boolean}', 'mfa: boolean', 12, 'this is no schema', 'write "{type: string, maxLength: 256}"'],
  ['a choice that stands there twice', 'enum: [active, disabled]', 'enum: [active, active]', 10, 'enum is a list of different texts', 'write "enum: [active, disabled]"'],
  ['an object without fields', 'mfa: {type: boolean}', 'mfa: {type: object, additionalProperties: false, required: [], properties: {}}', 12, 'an object has 1 to 60 properties', undefined],
  ['an id that is not the file’s name', 'id: identity.account', 'id: identity.acount', 1, 'the id "identity.acount" is not the file\'s name', 'name the file identity.acount.yaml'],
];

describe('an event type is refused at load, with file, line and hint', () => {
  it.each(REFUSED)('for %s', (...[, written, instead, line, message, hint]) => {
    const expected = { file: 'event-types/identity.account.yaml', line, severity: 'error', message };
    expect(faultsAfter(written, instead)).toContainEqual(expect.objectContaining(hint === undefined ? expected : { ...expected, hint }));
  });
});

it('an event type gives expressions its types, optional where not required', () => {
  const { catalogue } = loadCatalogue([ACCOUNT_TYPE], KINDS);
  expect(catalogue?.eventTypes.get('identity.account')?.valueType).toEqual({
    kind: 'object',
    fields: {
      account: { type: { kind: 'string', maxLength: 256 }, optional: false },
      status: { type: { kind: 'string', maxLength: 8 }, optional: false },
      worker: { type: { kind: 'string', maxLength: 256 }, optional: true },
      mfa: { type: { kind: 'bool' }, optional: false },
      factors: { type: { kind: 'list', items: { kind: 'string', maxLength: 32 }, maxItems: 20 }, optional: false },
      seats: { type: { kind: 'int' }, optional: true },
      seenAt: { type: { kind: 'timestamp' }, optional: true },
    },
  });
});
