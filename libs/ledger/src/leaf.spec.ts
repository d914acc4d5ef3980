import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafBytes, parseLeaf } from './leaf.js';
import type { Leaf } from './leaf.js';

const digest = (byte: number) => Buffer.alloc(32, byte);
const aLeaf: Leaf = {
  kind: 'evidence',
  id: '0194f5a2-7c11-7abc-8def-0123456789ab',
  receivedAtMs: Date.parse('2026-01-02T03:04:05.678Z'),
  digests: [digest(0xaa), digest(0xbb)],
};

describe('the bytes of a leaf', () => {
  it('are version, kind, id, receivedAt and the two digests, and never change', () => {
    expect(leafBytes(aLeaf).toString('hex')).toBe(
      `01010194f5a27c117abc8def0123456789ab0000019b7ca98f2e${'aa'.repeat(32)}${'bb'.repeat(32)}`,
    );
  });

  it('of a record hold one digest', () => {
    const bytes = leafBytes({ ...aLeaf, kind: 'access', digests: [digest(1)] });
    expect(bytes).toHaveLength(58);
    expect(bytes[1]).toBe(8);
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom('evidence', 'conflict', 'deviation', 'epoch'),
        (id, receivedAtMs, bytes, kind) => {
          const one = Buffer.from(bytes);
          const leaf: Leaf = { kind, id, receivedAtMs, digests: kind === 'evidence' || kind === 'conflict' ? [one, digest(2)] : [one] };
          expect(parseLeaf(leafBytes(leaf))).toEqual(leaf);
        },
      ),
    );
  });

  it.each([
    ['another version', (bytes: Buffer) => bytes.fill(2, 0, 1)],
    ['an unknown kind', (bytes: Buffer) => bytes.fill(99, 1, 2)],
    ['a byte too few', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['a byte too many', (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)])],
    ['a time beyond all calendars', (bytes: Buffer) => bytes.fill(0xff, 18, 26)],
    ['nothing', () => Buffer.alloc(0)],
  ])('with %s are no leaf', (_fault, change) => {
    expect(parseLeaf(change(leafBytes(aLeaf)))).toBeUndefined();
  });

  it.each([
    ['a text that is no UUID', { id: 'not-a-uuid' }],
    ['a time that is no instant', { receivedAtMs: Number.NaN }],
    ['a digest of another length', { digests: [digest(1), Buffer.alloc(31)] }],
    ['one digest where two belong', { digests: [digest(1)] }],
  ] as const)('are not made from %s', (_fault, change) => {
    expect(() => leafBytes({ ...aLeaf, ...(change as Partial<Leaf>) })).toThrow(RangeError);
  });
});
