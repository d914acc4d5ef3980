import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitJsonArray } from './split-json-array.js';

describe('splitting a JSON array', () => {
  it('keeps every element as it is written', () => {
    expect(splitJsonArray(' [ {"b": 1e400, "a": "],\\"[" }, [1, [2]], 12345678901234567890 ]\n')).toEqual([
      '{"b": 1e400, "a": "],\\"[" }',
      '[1, [2]]',
      '12345678901234567890',
    ]);
    expect(splitJsonArray('[]')).toEqual([]);
  });

  it('does not split what is no whole array', () => {
    for (const text of ['{"a": [1]}', '[1', '[1]]', '[1}', '["a]', '[1] [2]', '']) expect(splitJsonArray(text)).toBeUndefined();
  });

  it('joined again, is the array', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 20 }), (elements) => {
        const written = `[${elements.join(' , ')}]`;
        expect(splitJsonArray(written)?.map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(written));
      }),
    );
  });
});
