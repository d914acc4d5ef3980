import { describe, expect, it } from '@jest/globals';
import { compareEventLeaf, compareRecordLeaf } from './compare-leaf.js';
import { saltedHash } from './digest.js';
import { leafBytes } from './leaf.js';

const ID = '0198c000-0000-7000-8000-000000000001';
const [rawSalt, normalSalt] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
const raw = { salt: rawSalt, bytes: Buffer.from('the bytes') };
const normal = { salt: normalSalt, bytes: '{"id":"1"}' };
const eventLeaf = leafBytes({ kind: 'evidence', id: ID, receivedAtMs: 1_000, digests: [saltedHash(rawSalt, raw.bytes), saltedHash(normalSalt, normal.bytes)] });
const recordLeaf = leafBytes({ kind: 'gap', id: ID, receivedAtMs: 1_000, digests: [saltedHash(rawSalt, raw.bytes)] });

describe('a leaf compared with what is kept', () => {
  it('agrees with what was received', () => {
    expect(compareEventLeaf(eventLeaf, { raw, normal })).toBeUndefined();
    expect(compareEventLeaf(eventLeaf, { raw: undefined, normal })).toBeUndefined();
    expect(compareRecordLeaf(recordLeaf, raw)).toBeUndefined();
  });

  it('tells one changed byte of each part, another salt, and what is gone', () => {
    expect(compareEventLeaf(eventLeaf, { raw: { ...raw, bytes: Buffer.from('The bytes') }, normal })).toBe('raw');
    expect(compareEventLeaf(eventLeaf, { raw: { ...raw, salt: normalSalt }, normal })).toBe('raw');
    expect(compareEventLeaf(eventLeaf, { raw: 'missing', normal })).toBe('raw');
    expect(compareEventLeaf(eventLeaf, { raw, normal: { ...normal, bytes: '{"id":"2"}' } })).toBe('normal');
    expect(compareEventLeaf(eventLeaf, { raw, normal: undefined })).toBe('normal');
    expect(compareRecordLeaf(recordLeaf, { ...raw, bytes: 'another' })).toBe('record');
    expect(compareRecordLeaf(recordLeaf, undefined)).toBe('record');
  });

  it('does not take a leaf for one of the other sort, nor bytes that are none', () => {
    expect(compareEventLeaf(recordLeaf, { raw, normal })).toBe('leaf');
    expect(compareRecordLeaf(eventLeaf, raw)).toBe('leaf');
    expect(compareEventLeaf(Buffer.from('no leaf'), { raw, normal })).toBe('leaf');
  });
});
