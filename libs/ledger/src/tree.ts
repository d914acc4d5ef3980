import { nodeHash } from './digest.js';

/** Leaves [from, to) of the ledger. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** A perfect subtree: the leaves [index * 2^level, (index + 1) * 2^level). Once full its hash never changes. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** RFC 6962: the left part of a tree holds the largest power of two below its size. */
function leftOf(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

/** The perfect subtrees that a range is made of, from left to right. */
export function subtreesOf({ from, to }: LeafRange): readonly Subtree[] {
  const found: Subtree[] = [];
  for (let at = from; at < to; ) {
    let [level, width] = [0, 1];
    while (at % (width * 2) === 0 && at + width * 2 <= to) [level, width] = [level + 1, width * 2];
    found.push({ level, index: at / width });
    at += width;
  }
  return found;
}

/** The hash over subtrees that get smaller from left to right, as `subtreesOf` gives them. */
export function joinSubtrees(hashes: readonly Uint8Array[]): Uint8Array {
  const last = hashes.at(-1);
  if (last === undefined) throw new RangeError('A range that is hashed has at least one leaf.');
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** The hash of a perfect subtree from all hashes of one level of it; their number is a power of two. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const [left, right] = [row[at], row[at + 1]];
      if (left === undefined || right === undefined) throw new RangeError('A perfect subtree has a power of two of hashes.');
      above.push(nodeHash(left, right));
    }
    row = above;
  }
  const [root] = row;
  if (root === undefined) throw new RangeError('A perfect subtree has at least one hash.');
  return root;
}

/** What an inclusion proof holds, from the leaf's sibling up to the child of the root (RFC 6962, 2.1.1). */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`There is no leaf ${index} in a tree of ${size}.`);
  }
  const ranges: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + leftOf(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return ranges.reverse();
}

/** What a consistency proof between two sizes holds (RFC 6962, 2.1.2); nothing when they are the same. */
export function consistencyRanges(oldSize: number, newSize: number): readonly LeafRange[] {
  if (!Number.isSafeInteger(newSize) || !Number.isSafeInteger(oldSize) || oldSize < 1 || oldSize > newSize) {
    throw new RangeError(`A tree of ${newSize} is no extension of one of ${oldSize}.`);
  }
  const ranges: LeafRange[] = [];
  let [from, to] = [0, newSize];
  while (oldSize !== to) {
    const middle = from + leftOf(to - from);
    if (oldSize <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  // The old root itself is known to whoever asks, unless it is only a part of the tree.
  if (from > 0) ranges.push({ from, to });
  return ranges.reverse();
}

/** Every subtree whose hash is needed for these ranges. */
export const subtreesWanted = (ranges: readonly LeafRange[]): readonly Subtree[] => ranges.flatMap(subtreesOf);

/** The hashes of ranges, from those of the subtrees that `subtreesWanted` named. */
export const hashRanges = (ranges: readonly LeafRange[], hashOf: (subtree: Subtree) => Uint8Array): readonly Uint8Array[] =>
  ranges.map((range) => joinSubtrees(subtreesOf(range).map(hashOf)));
