import { describe, expect, it } from '@jest/globals';
import { unstorablePath } from './storable.js';

describe('text that can be kept', () => {
  it('holds no NUL and no half of a surrogate pair, wherever it stands', () => {
    expect(unstorablePath({ name: 'fine', list: ['é', '😀'] })).toBeUndefined();
    expect(unstorablePath({ list: ['a', 'b\0'] })).toEqual(['list', '1']);
    expect(unstorablePath({ inner: { text: '\ud800' } })).toEqual(['inner', 'text']);
    expect(unstorablePath({ 'a\0': 1 })).toEqual(['a\0']);
  });
});
