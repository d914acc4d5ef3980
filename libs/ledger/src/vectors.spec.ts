import { describe, expect, it } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openCheckpoint, signCheckpoint } from './checkpoint.js';
import { leafHash, sha256 } from './digest.js';
import { noteKey, publicBytes, readNoteKey, writeNoteKey } from './note.js';
import { GrowingTree } from './tiles.js';
import { consistencyRanges, hashRanges, inclusionRanges, perfectRoot } from './tree.js';
import type { Subtree } from './tree.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

interface Vectors {
  readonly trees: readonly { readonly size: number; readonly root: string; readonly inclusion: string; readonly consistency: string }[];
  readonly seed: string;
  readonly verifierKey: string;
  readonly note: string;
}

/** What golang.org/x/mod/sumdb says; tests/ledger-oracle wrote it, and an integration spec holds it against a fresh run. */
const vectors = JSON.parse(readFileSync(new URL('../vectors/sumdb.json', import.meta.url), 'utf8')) as Vectors;

const leaves = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)));
const known = new Map<string, Uint8Array>();
function subtreeHash({ level, index }: Subtree): Uint8Array {
  const name = `${level}/${index}`;
  const hash = known.get(name) ?? perfectRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
  known.set(name, hash);
  return hash;
}
const digestOf = (proofs: readonly (readonly Uint8Array[])[]): string => sha256(Buffer.concat(proofs.flat())).toString('base64');
const upTo = (size: number): number[] => Array.from({ length: size }, (_, at) => at);
const growing = new GrowingTree();
const roots = leaves.map((leaf) => {
  growing.append(leaf);
  return Buffer.from(growing.root());
});

describe('as an independent implementation has it, for every size from 1 to 300', () => {
  it('the root of the tree', () => {
    expect(vectors.trees).toHaveLength(300);
    expect(roots.map((root) => root.toString('base64'))).toEqual(vectors.trees.map(({ root }) => root));
  });

  it('the inclusion proof of every leaf, and each verifies', () => {
    for (const { size, inclusion } of vectors.trees) {
      const proofs = upTo(size).map((index) => hashRanges(inclusionRanges(index, size), subtreeHash));
      expect({ size, inclusion: digestOf(proofs) }).toEqual({ size, inclusion });
      const root = roots[size - 1]!;
      const verdicts = proofs.map((path, index) => verifyInclusion({ leafHash: leaves[index]!, index, size, root, path }));
      expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  it('the consistency proof from every smaller size, and each verifies', () => {
    for (const { size, consistency } of vectors.trees) {
      const proofs = upTo(size).map((at) => hashRanges(consistencyRanges(at + 1, size), subtreeHash));
      expect({ size, consistency: digestOf(proofs) }).toEqual({ size, consistency });
      const newRoot = roots[size - 1]!;
      const verdicts = proofs.map((path, at) => verifyConsistency({ oldSize: at + 1, oldRoot: roots[at]!, newSize: size, newRoot, path }));
      expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    }
  });

  it('the signed checkpoint, byte for byte', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(vectors.seed, 'base64')]);
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const checkpoint = { origin: 'example.org/ledger', size: 300, root: roots[299]! };
    expect(signCheckpoint(checkpoint, privateKey)).toBe(vectors.note);
    expect(writeNoteKey(noteKey('example.org/ledger', publicBytes(privateKey)))).toBe(vectors.verifierKey);
    expect(openCheckpoint(vectors.note, [readNoteKey(vectors.verifierKey)!])).toMatchObject({ ok: true, checkpoint });
  });
});
