import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type JsonReading, readJson, readJsonText } from './json.js';

const read = (text: string, bigNumbers: 'refuse' | 'text' = 'refuse'): JsonReading => readJsonText(text, { bigNumbers });
const syntax = (text: string): { pointer: string; message: string } | undefined => {
  const reading = read(text);
  return reading.ok ? undefined : reading.fault;
};
const faults = (text: string): unknown => {
  const reading = read(text);
  return reading.ok ? reading.faults.map((fault) => fault.pointer) : 'no JSON';
};

describe('the JSON reader', () => {
  it('reads what the runtime reads, as the runtime reads it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const reading = read(text, 'text');
        // Doubled or refused names and halves of characters are faults here and silent there.
        fc.pre(reading.ok && reading.faults.length === 0);
        const theirs = JSON.parse(text, (_name, value: unknown) =>
          typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? 'big' : value,
        ) as unknown;
        fc.pre(!JSON.stringify(theirs).includes('"big"'));
        expect(reading.value).toEqual(JSON.parse(JSON.stringify(theirs)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses every text that the runtime refuses', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'true', 'nul', ' ', '\n', '"', '\\', '0', '1.', 'e5', '.5');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        expect(read(text).ok).toBe(valid);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['', '', 'the body is empty; send JSON (line 1, column 1)'],
    ['{"a":', '/a', 'the body ends too early (line 1, column 6)'],
    ['{"a" 1}', '/a', 'expected ":" after a name (line 1, column 6)'],
    ['{"a":1,}', '/', 'expected a name in double quotes (line 1, column 8)'],
    ['{"a":[1,\n 2,\n x]}', '/a/2', 'expected a value (line 3, column 2)'],
    ['{"a":[1 2]}', '/a/0', 'expected "," or "]" (line 1, column 9)'],
    ['{"a":{"b":1]}', '/a/b', 'expected "," or "}" (line 1, column 12)'],
    ['{"a":"x', '/a', 'the text has no closing quote (line 1, column 8)'],
    ['{"a":"x\ty"}', '/a', 'a control character stands in a text; write it as an escape such as \\n (line 1, column 8)'],
    ['{"a":"\\x"}', '/a', 'a text has a backslash escape that JSON does not know (line 1, column 6)'],
    ['{"a":-}', '/a', 'a number is not written as JSON wants it (line 1, column 6)'],
    ['{"a/b":{"c~d":nil}}', '/a~1b/c~0d', 'expected a value (line 1, column 15)'],
    ['{} {}', '', 'something follows the end of the JSON value; send one value, or JSON lines as application/x-ndjson (line 1, column 4)'],
    ['// comment', '', 'expected a value (line 1, column 1)'],
    ["{'a':1}", '/', 'expected a name in double quotes (line 1, column 2)'],
    ['NaN', '', 'expected a value (line 1, column 1)'],
  ])('says where %j goes wrong', (text, pointer, message) => {
    expect(syntax(text)).toEqual({ pointer, message });
  });

  it.each([
    ['{"a":1,"a":2}', ['/a']],
    ['{"a":{"b":1,"c":2,"b":3}}', ['/a/b']],
    ['{"a":1,"\\u0061":2}', ['/a']],
    ['{"__proto__":{"x":1}}', ['/__proto__']],
    ['{"\\u005f_proto__":1}', ['/__proto__']],
    ['{"constructor":{"prototype":{"x":1}}}', ['/constructor/prototype']],
    ['{"constructor":"b","prototype":1}', []],
    ['["\\u0000"]', ['/0']],
    ['["\\ud800","\\udc00x","\\ud83c\\udf0e"]', ['/0', '/1']],
    ['{"\\ud800":1}', ['/']],
    ['[9007199254740992,-9007199254740992,1e400,9007199254740991,1e15,0.1]', ['/0', '/1', '/2']],
  ])('finds the values of %s that cannot be kept', (text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it('keeps the first of two values of one name and changes no prototype', () => {
    const reading = read('{"a":1,"a":2,"__proto__":{"polluted":true}}');
    expect(reading.ok && reading.value).toEqual({ a: 1 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(reading.ok && (reading.value as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps digits that no number holds as text where a format asks for it', () => {
    expect(read('[9007199254740993, 1e999, -0]', 'text')).toEqual({ ok: true, value: ['9007199254740993', '1e999', 0], faults: [] });
  });

  it('reads 64 levels and no more', () => {
    expect(read('['.repeat(64) + ']'.repeat(64)).ok).toBe(true);
    expect(syntax('['.repeat(65) + ']'.repeat(65))?.message).toBe('nested deeper than 64 levels; send a flatter structure (line 1, column 65)');
  });

  it('stops after a thousand faults', () => {
    expect(syntax(`[${'"\\u0000",'.repeat(1_001)}1]`)?.message).toMatch(/^more than 1000 faults in one body/);
  });

  it('never echoes more than a bit of a hostile name', () => {
    expect(syntax(`{"${'n'.repeat(5_000)}":x}`)?.pointer).toBe(`/${'n'.repeat(100)}…`);
  });

  it('skips a byte order mark and says where the body stops being UTF-8', () => {
    expect(readJson(Buffer.from('\uFEFF{"a":"é"}'), { bigNumbers: 'refuse' })).toEqual({ ok: true, value: { a: 'é' }, faults: [] });
    const cut = readJson(Buffer.concat([Buffer.from('{"a":"\uFFFD'), Buffer.of(0xc3)]), { bigNumbers: 'refuse' });
    expect(cut).toMatchObject({ ok: false, fault: { message: 'not UTF-8 from byte 9 on; send the text as UTF-8' } });
  });
});

describe('time and depth', () => {
  /** Alone each takes a third of a second at most; a machine with other work gets more, a quadratic reader takes minutes. */
  const LIMIT_MS = 5_000;
  const timed = (text: string): { ok: boolean; ms: number } => {
    const started = performance.now();
    const { ok } = readJson(Buffer.from(text), { bigNumbers: 'refuse' });
    return { ok, ms: performance.now() - started };
  };
  const MIB = 1024 * 1024;

  it.each([
    ['a text of 4 MiB', () => `"${'x'.repeat(4 * MIB)}"`, true],
    ['escapes of 4 MiB', () => `"${'\\n'.repeat(2 * MIB)}"`, true],
    ['numbers of 4 MiB', () => `[${'1,'.repeat(2 * MIB)}1]`, true],
    ['one number of 4 MiB', () => `[${'1'.repeat(4 * MIB)}]`, true],
    ['blanks of 4 MiB', () => `[${' \n'.repeat(2 * MIB)}]`, true],
    ['names of 4 MiB', () => `{${Array.from({ length: 350_000 }, (_, i) => `"k${i}":1`).join()}}`, true],
    ['open brackets of 4 MiB', () => '['.repeat(4 * MIB), false],
    ['open objects of 4 MiB', () => '{"a":'.repeat(MIB), false],
    ['backslashes of 4 MiB', () => `"${'\\'.repeat(4 * MIB)}`, false],
  ])('%s are settled at once', (_what, make, ok) => {
    const result = timed(make());
    expect(result.ok).toBe(ok);
    expect(result.ms).toBeLessThan(LIMIT_MS);
  });

  it('100,000 levels are refused without a deep stack', () => {
    expect(timed('['.repeat(100_000) + ']'.repeat(100_000)).ok).toBe(false);
    expect(timed('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)).ok).toBe(false);
  });
});
