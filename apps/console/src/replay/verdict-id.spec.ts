import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeOf, verdictId } from './verdict-id.js';

describe('the id of a verdict', () => {
  it('leads back to the verdict', () => {
    const number = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(number, number, number, fc.string({ maxLength: 200 }), (checkId, keyId, ms, text) => {
        const occurrence = { kind: 'occurrence', checkId, keyId, atMs: ms, occurrence: `x${text.replaceAll('\0', '')}` } as const;
        const state = { kind: 'state', checkId, keyId, fromMs: ms } as const;
        expect(placeOf(verdictId(occurrence))).toEqual(occurrence);
        expect(placeOf(verdictId(state))).toEqual(state);
      }),
    );
  });

  it('can be typed after a command and stand in an address', () => {
    const id = verdictId({ kind: 'occurrence', checkId: 1, keyId: 2, atMs: 3, occurrence: 'é/?&' });
    expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]*$/);
  });

  it('made up, leads nowhere', () => {
    const ids = ['', 'x', '%00', Buffer.from('["o",1,2,3]').toString('base64url'), Buffer.from('["s",-1,2,3]').toString('base64url'), Buffer.from('{}').toString('base64url')];
    expect(ids.map(placeOf)).toEqual(ids.map(() => undefined));
  });
});
