import { describe, expect, it } from '@jest/globals';
import { leafHash, nodeHash, saltedHash, sha256 } from './digest.js';

describe('hashes of the ledger', () => {
  it('of an empty leaf is the one of RFC 6962 implementations', () => {
    expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
  });

  it('of the tree of the first two certificate-transparency test leaves', () => {
    const left = leafHash(Buffer.alloc(0));
    const right = leafHash(Buffer.of(0));
    expect(nodeHash(left, right).toString('hex')).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  });

  it('with a salt is the hash of salt and content together', () => {
    expect(saltedHash(Buffer.from('salt'), 'content')).toEqual(sha256('saltcontent'));
  });
});
