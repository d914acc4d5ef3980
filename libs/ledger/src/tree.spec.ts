import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, nodeHash } from './digest.js';
import { GrowingTree, openTiles, placeInTile, widthOfTile } from './tiles.js';
import type { Tile } from './tiles.js';
import { consistencyRanges, hashRanges, inclusionRanges, perfectRoot, subtreesOf } from './tree.js';
import type { Subtree } from './tree.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

const leaf = (index: number): Buffer => leafHash(Buffer.from(`leaf ${index}`));

/** RFC 6962, 2.1, word for word. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only !== undefined && leaves.length === 1) return only;
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return nodeHash(treeHash(leaves.slice(0, left)), treeHash(leaves.slice(left)));
}

/** A tree as it is kept: full tiles, and the leaves for what is not full yet. */
class KeptTree {
  readonly tree = new GrowingTree();
  readonly tiles = new Map<string, Tile>();
  readonly leaves: Buffer[] = [];

  grow(size: number): this {
    while (this.leaves.length < size) {
      const next = leaf(this.leaves.length);
      this.leaves.push(next);
      for (const tile of this.tree.append(next)) this.tiles.set(`${tile.level}/${tile.index}`, tile);
    }
    return this;
  }

  hashesOf({ level, index }: { level: number; index: number }, size: number): readonly Uint8Array[] {
    const full = this.tiles.get(`${level}/${index}`)?.hashes;
    const width = widthOfTile({ level, index }, size);
    if (full !== undefined) return full.slice(0, width);
    const places = Array.from({ length: width }, (_, at) => index * 256 + at);
    return places.map((place) => (level === 0 ? this.leaves[place]! : this.tiles.get(`${level - 1}/${place}`)!.root));
  }

  hashOf(subtree: Subtree, size: number): Uint8Array {
    const { tile, from, count } = placeInTile(subtree);
    return perfectRoot(this.hashesOf(tile, size).slice(from, from + count));
  }
}

const LARGEST = 70_000;
const kept = new KeptTree().grow(LARGEST);
const sizes = fc.integer({ min: 1, max: LARGEST });
const rootAt = (size: number): Uint8Array =>
  hashRanges([{ from: 0, to: size }], (subtree) => kept.hashOf(subtree, size))[0]!;

describe('a range of leaves', () => {
  it('is made of perfect subtrees that tile it from left to right', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), fc.integer({ min: 1, max: 10_000 }), (from, length) => {
        let at = from;
        for (const { level, index } of subtreesOf({ from, to: from + length })) {
          expect(index * 2 ** level).toBe(at);
          at += 2 ** level;
        }
        expect(at).toBe(from + length);
      }),
    );
  });
});

describe('a growing tree', () => {
  it('has the root that RFC 6962 defines, at any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_500 }), (size) => {
        expect(Buffer.from(new KeptTree().grow(size).tree.root())).toEqual(treeHash(kept.leaves.slice(0, size)));
      }),
      { numRuns: 20 },
    );
  });

  it('goes on from its open tiles as if it had never stopped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LARGEST - 600 }), fc.integer({ min: 1, max: 600 }), (size, more) => {
        const edge = openTiles(size).map((tile) => ({ tile, hashes: kept.hashesOf(tile, size) }));
        const resumed = new GrowingTree(size, edge);
        const full = kept.leaves.slice(size, size + more).flatMap((next) => resumed.append(next));
        expect(Buffer.from(resumed.root()).equals(rootAt(size + more))).toBe(true);
        for (const tile of full) expect(Buffer.from(tile.root).equals(kept.tiles.get(`${tile.level}/${tile.index}`)!.root)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('does not go on from an edge that is not whole', () => {
    expect(() => new GrowingTree(257, [])).toThrow('Tile 0/1 of a tree of 257 is not whole.');
  });
});

describe('a proof from what is kept', () => {
  it('of any leaf in a tree of any size verifies, and for no other leaf, place or size', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 1, max: 1_000 }), (size, seed, shift) => {
        const index = seed % size;
        const path = hashRanges(inclusionRanges(index, size), (subtree) => kept.hashOf(subtree, size));
        const claim = { leafHash: kept.leaves[index]!, index, size, root: rootAt(size), path };
        expect(verifyInclusion(claim)).toEqual({ ok: true });
        expect(path.length).toBeLessThanOrEqual(17);
        const otherPlace = (index + shift) % size;
        if (otherPlace !== index) expect(verifyInclusion({ ...claim, index: otherPlace }).ok).toBe(false);
        expect(verifyInclusion({ ...claim, leafHash: leaf(LARGEST + shift) }).ok).toBe(false);
        expect(verifyInclusion({ ...claim, path: [...path, leaf(0)] })).toEqual({ ok: false, reason: 'path-of-wrong-length' });
        if (size > 1) {
          const at = seed % path.length;
          expect(verifyInclusion({ ...claim, path: path.with(at, leaf(LARGEST + shift)) })).toEqual({ ok: false, reason: 'root-differs' });
          expect(verifyInclusion({ ...claim, path: path.toSpliced(at, 1) })).toEqual({ ok: false, reason: 'path-of-wrong-length' });
        }
      }),
    );
  });

  it('that one tree extends another verifies, and for no other pair', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (one, other, seed) => {
        const [oldSize, newSize] = [Math.min(one, other), Math.max(one, other)];
        const path = hashRanges(consistencyRanges(oldSize, newSize), (subtree) => kept.hashOf(subtree, newSize));
        const claim = { oldSize, oldRoot: rootAt(oldSize), newSize, newRoot: rootAt(newSize), path };
        expect(verifyConsistency(claim)).toEqual({ ok: true });
        const strange = leaf(LARGEST + 1);
        expect(verifyConsistency({ ...claim, oldRoot: strange }).ok).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: strange }).ok).toBe(false);
        expect(verifyConsistency({ ...claim, path: [...path, strange] })).toEqual({ ok: false, reason: 'path-of-wrong-length' });
        if (path.length > 0) expect(verifyConsistency({ ...claim, path: path.with(seed % path.length, strange) }).ok).toBe(false);
      }),
    );
  });

  it('says what is wrong with a claim about places and sizes that cannot be', () => {
    const root = rootAt(8);
    expect(verifyInclusion({ leafHash: leaf(0), index: 8, size: 8, root, path: [] })).toEqual({ ok: false, reason: 'index-outside-tree' });
    expect(verifyInclusion({ leafHash: leaf(0), index: -1, size: 8, root, path: [] })).toEqual({ ok: false, reason: 'index-outside-tree' });
    expect(verifyInclusion({ leafHash: leaf(0), index: 0.5, size: 8, root, path: [] })).toEqual({ ok: false, reason: 'index-outside-tree' });
    const claim = { oldSize: 9, oldRoot: root, newSize: 8, newRoot: root, path: [] };
    expect(verifyConsistency(claim)).toEqual({ ok: false, reason: 'sizes-out-of-order' });
    expect(verifyConsistency({ ...claim, oldSize: 0 })).toEqual({ ok: false, reason: 'sizes-out-of-order' });
    expect(verifyConsistency({ ...claim, oldSize: 8, newRoot: leaf(1) })).toEqual({ ok: false, reason: 'new-root-differs' });
  });

  it('is not made for a leaf or a size that the tree does not have', () => {
    expect(() => inclusionRanges(8, 8)).toThrow('There is no leaf 8 in a tree of 8.');
    expect(() => consistencyRanges(0, 8)).toThrow('A tree of 8 is no extension of one of 0.');
  });
});
