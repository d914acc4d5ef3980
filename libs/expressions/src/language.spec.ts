import { describe, expect, it } from '@jest/globals';
import { compileExpression } from './compile.js';
import { describeLanguage } from './language.js';
import type { ValueType } from './model.js';

const TEXT: ValueType = { kind: 'string', maxLength: 100 };
const ITEM: ValueType = { kind: 'object', fields: { name: { type: TEXT, optional: false } } };

describe('the description of the language', () => {
  const { functions, methods, macros } = describeLanguage();

  it('says what a call takes and gives', () => {
    expect(functions.find(({ name }) => name === 'timestamp')).toEqual({
      name: 'timestamp',
      takes: ['text'],
      gives: 'a time',
      example: 'timestamp("2026-01-31T00:00:00Z")',
    });
    expect(methods.find(({ name }) => name === 'getHours')?.takes).toEqual(['a time or a duration']);
  });

  it('shows examples that load', () => {
    const kinds: readonly ValueType[] = [TEXT, { kind: 'int' }, { kind: 'timestamp' }, { kind: 'list', items: TEXT, maxItems: 5 }, { kind: 'list', items: ITEM, maxItems: 5 }];
    for (const { example } of [...functions, ...methods, ...macros]) {
      const loads = kinds.some((x) => compileExpression(example, { variables: { x }, result: 'any' }).ok);
      expect(`${example}: ${loads ? 'loads' : 'is refused'}`).toBe(`${example}: loads`);
    }
  });
});
