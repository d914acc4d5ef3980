import { describe, expect, test } from '@jest/globals';
import { feedsDeclareFromMs } from './heard.js';

const feed = (types: readonly string[], createdAtMs: number, production = true) => ({ types, createdAtMs, production });
const check = { neededTypes: ['identity.access-review', 'identity.account'] };

describe('since when feeds declare what a check needs', () => {
  test('is the creation of the first production feed that names one of its types', () => {
    expect(feedsDeclareFromMs(check, [feed(['identity.account'], 30), feed(['identity.access-review', 'x'], 20), feed(['x'], 10)])).toBe(20);
  });

  test('is never where feeds name none of them, name all by a star, or are not production', () => {
    expect(feedsDeclareFromMs(check, [feed(['x'], 1), feed(['*'], 2), feed(['identity.account'], 3, false)])).toBe(Infinity);
    expect(feedsDeclareFromMs(check, [])).toBe(Infinity);
  });
});
