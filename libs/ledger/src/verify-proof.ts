import { nodeHash } from './digest.js';
import { HOLDS, fails } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}
export type InclusionFault = 'index-outside-tree' | 'path-of-wrong-length' | 'root-differs';

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}
export type ConsistencyFault = 'sizes-out-of-order' | 'path-of-wrong-length' | 'old-root-differs' | 'new-root-differs';

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const half = (value: number): number => Math.floor(value / 2);
const isOdd = (value: number): boolean => value % 2 === 1;
const isHash = (bytes: Uint8Array): boolean => bytes.length === 32;
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * On which side of the way up from a place each hash of its path stands (RFC 9162, 2.1.3.2). Undefined when the path has
 * not the length that a tree of this size asks for, or holds something else than hashes.
 */
function sidesOf(path: readonly Uint8Array[], start: number, end: number): readonly ('left' | 'right')[] | undefined {
  const sides: ('left' | 'right')[] = [];
  let [place, last] = [start, end];
  while (last > 0) {
    const isLeft = isOdd(place) || place === last;
    sides.push(isLeft ? 'left' : 'right');
    while (isLeft && !isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    [place, last] = [half(place), half(last)];
  }
  return sides.length === path.length && path.every(isHash) ? sides : undefined;
}

const zip = (path: readonly Uint8Array[], sides: readonly ('left' | 'right')[]) => path.map((hash, at) => ({ hash, isLeft: sides[at] === 'left' }));

/** RFC 9162, 2.1.3.2: the leaf stands at this place of the tree with this root. */
export function verifyInclusion({ leafHash, index, size, root, path }: InclusionClaim): Verdict<InclusionFault> {
  if (!isSize(index) || !isSize(size) || index >= size) return fails('index-outside-tree');
  const sides = sidesOf(path, index, size - 1);
  if (sides === undefined) return fails('path-of-wrong-length');
  const found = zip(path, sides).reduce((hash, step) => (step.isLeft ? nodeHash(step.hash, hash) : nodeHash(hash, step.hash)), leafHash);
  return same(found, root) ? HOLDS : fails('root-differs');
}

/** RFC 9162, 2.1.4.2: the newer tree begins with all the leaves of the older one. */
export function verifyConsistency(claim: ConsistencyClaim): Verdict<ConsistencyFault> {
  const { oldSize, oldRoot, newSize, newRoot } = claim;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize < 1 || oldSize > newSize) return fails('sizes-out-of-order');
  const roots = rootsOf(claim);
  if (roots === undefined) return fails('path-of-wrong-length');
  if (!same(roots.old, oldRoot)) return fails('old-root-differs');
  return same(roots.new, newRoot) ? HOLDS : fails('new-root-differs');
}

function rootsOf({ oldSize, oldRoot, newSize, path }: ConsistencyClaim): { readonly old: Uint8Array; readonly new: Uint8Array } | undefined {
  if (oldSize === newSize) return path.length === 0 ? { old: oldRoot, new: oldRoot } : undefined;
  let [place, last] = [oldSize - 1, newSize - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  // A whole left part is its own beginning; else the proof gives it.
  const [first, ...rest] = place === 0 ? [oldRoot, ...path] : path;
  const sides = sidesOf(rest, place, last);
  if (first === undefined || !isHash(first) || sides === undefined) return undefined;
  return zip(rest, sides).reduce(
    (roots, { hash, isLeft }) =>
      isLeft ? { old: nodeHash(hash, roots.old), new: nodeHash(hash, roots.new) } : { old: roots.old, new: nodeHash(roots.new, hash) },
    { old: first, new: first },
  );
}
