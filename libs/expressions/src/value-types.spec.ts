import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant, parseLength } from './instants.js';
import { nameFault } from './names.js';
import { compileExpression } from './compile.js';
import { nearest } from './nearest.js';
import { valueTypeOfParams, valueTypeOfSchema } from './value-types.js';

describe('the type of a parameter', () => {
  it('is a duration for 24h, whole for 3, decimal for 0.2, and a list as long as written', () => {
    expect(valueTypeOfParams({ limit: '24h', most: 3, share: 0.2, systems: ['erp', 'hr-core'], on: true, name: 'x' })).toEqual({
      kind: 'object',
      fields: {
        limit: { type: { kind: 'duration' }, optional: false },
        most: { type: { kind: 'int' }, optional: false },
        share: { type: { kind: 'double' }, optional: false },
        systems: { type: { kind: 'list', items: { kind: 'string', maxLength: 7 }, maxItems: 2 }, optional: false },
        on: { type: { kind: 'bool' }, optional: false },
        name: { type: { kind: 'string', maxLength: 1 }, optional: false },
      },
    });
  });

  it('of whole and decimal numbers together is decimal, of all sorts together is not known', () => {
    const typeOf = (value: unknown): unknown => {
      const type = valueTypeOfParams({ value });
      return type.kind === 'object' ? type.fields['value']?.type : undefined;
    };
    expect(typeOf([1, 2.5])).toEqual({ kind: 'list', items: { kind: 'double' }, maxItems: 2 });
    expect(typeOf(['a', 1])).toEqual({ kind: 'list', items: { kind: 'dynamic' }, maxItems: 2 });
    expect(typeOf([])).toEqual({ kind: 'list', items: { kind: 'string' }, maxItems: 0 });
  });
});

describe('the type of a schema', () => {
  it('takes date-time as a time and date as text', () => {
    const of = (format: string): unknown => valueTypeOfSchema({ type: 'string', format, maxLength: 40 });
    expect([of('date-time'), of('date')]).toEqual([{ kind: 'timestamp' }, { kind: 'string', maxLength: 40 }]);
  });

  it('knows an enumeration by its longest word, and what is not required as optional', () => {
    expect(valueTypeOfSchema({ type: 'object', required: ['a'], properties: { a: { type: 'string', enum: ['x', 'yes'] }, b: { type: 'integer' } } })).toEqual({
      kind: 'object',
      fields: { a: { type: { kind: 'string', maxLength: 3 }, optional: false }, b: { type: { kind: 'int' }, optional: true } },
    });
  });

  it('lets expressions read a field that says so, though it may be absent', () => {
    const type = valueTypeOfSchema({ type: 'object', required: [], properties: { seen: { type: 'string', format: 'date-time', 'x-unguarded': true } } });
    expect(type).toEqual({ kind: 'object', fields: { seen: { type: { kind: 'timestamp' }, optional: false } } });
    const compiled = compileExpression('x.seen > timestamp("2026-01-01T00:00:00Z")', { variables: { x: type }, result: 'bool' });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
    expect(compiled.value.evaluate({ x: {} })).toMatchObject({ ok: false, absent: false });
  });

  it.each([{}, { type: ['string', 'null'] }, { type: 'object' }, { anyOf: [] }])('is not known for %j', (schema) => {
    expect(valueTypeOfSchema(schema)).toEqual({ kind: 'dynamic' });
  });
});

describe('times and durations', () => {
  it.each([
    ['2026-03-02T10:00:00Z', Date.UTC(2026, 2, 2, 10)],
    ['2026-03-02t10:00:00.123456z', Date.UTC(2026, 2, 2, 10, 0, 0, 123)],
    ['2026-03-02T10:00:00.5+01:30', Date.UTC(2026, 2, 2, 8, 30, 0, 500)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['0099-01-01T00:00:00Z', Date.parse('0099-01-01T00:00:00.000Z')],
    ['9999-12-31T23:59:59.999-23:59', Date.parse('9999-12-31T23:59:59.999Z') + 86_340_000],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ])('%s is read', (text, ms) => {
    expect(parseInstant(text)).toBe(ms);
  });

  it.each(['2026-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-01-01T00:00:61Z', '2026-01-01T00:00:00+24:00', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:60:00Z', '2026-01-01', '2026-01-01 00:00:00Z', '2026-01-01T00:00:00', 'March 2, 2026 10:00:00', '0000-01-01T00:00:00Z', ''])(
    '"%s" is no time',
    (text) => {
      expect(parseInstant(text)).toBeUndefined();
    },
  );

  it('any time that JavaScript writes is read as that time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (ms) => {
        expect(parseInstant(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });

  it.each<[string, number | undefined]>([['24h', 86_400_000], ['90m', 5_400_000], ['1ms', 1], ['365d', 31_536_000_000], ['1w', undefined], ['h', undefined], ['1.5h', undefined], ['-1h', undefined], ['99999d', undefined]])(
    '%s as a duration is %s',
    (text, ms) => {
      expect(parseLength(text)).toBe(ms);
    },
  );
});

describe('names', () => {
  it('with a meaning of their own are refused', () => {
    expect(['account', 'list', 'in', '__proto__', '9a', 'a-b'].filter((name) => nameFault(name) !== undefined)).toEqual(['list', 'in', '__proto__', '9a', 'a-b']);
  });

  it('that are misspelt find the nearest one, others none', () => {
    expect([nearest('statsu', ['status', 'state']), nearest('Status', ['status']), nearest('zebra', ['status']), nearest('a', [])]).toEqual(['status', 'status', undefined, undefined]);
  });
});
