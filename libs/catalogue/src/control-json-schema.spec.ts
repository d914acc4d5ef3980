import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { CONTROL, KINDS } from './catalogue.testkit.js';
import { controlJsonSchema, overrideJsonSchema } from './control-json-schema.js';

const ajv = new Ajv2020({ strict: false });
const control = ajv.compile(controlJsonSchema(KINDS));
const override = ajv.compile(overrideJsonSchema());
const accepts = (written: string, instead: string): boolean => control(parse(CONTROL.replace(written, instead)));

describe('the JSON Schema that editors use', () => {
  it('takes a control that loads, also without what has a default', () => {
    expect([accepts('', ''), accepts('owner: it\n', '')]).toEqual([true, true]);
  });

  it.each([
    ['a misspelt key', 'owner: it', 'ownr: it'],
    ['a misspelt key of a check', 'assert: account.mfa', 'asert: account.mfa'],
    ['an unknown kind', 'kind: state', 'kind: stat'],
    ['an unknown state', 'state: fail', 'state: failed'],
    ['a missing title', 'title: Administrators sign in with a second factor\n', ''],
  ])('refuses %s', (_, written, instead) => {
    expect(accepts(written, instead)).toBe(false);
  });

  it('knows overrides', () => {
    expect([override({ control: 'a', params: { limit: '8h' } }), override({ control: 'a', severity: 'low' })]).toEqual([true, false]);
  });
});
