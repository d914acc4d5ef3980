import { saltedHash } from './digest.js';
import { parseLeaf } from './leaf.js';

/** Content that a leaf vouches for, as it is kept. Undefined: it is not there. */
export interface KeptContent {
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array | string;
}

/** What differs from the leaf; `leaf` is a leaf that cannot be read. */
export type LeafDifference = 'leaf' | 'raw' | 'normal' | 'record';

/** What is kept of evidence or of a conflict. `raw` undefined: not looked at, for it was removed by rule. */
export interface KeptEvent {
  readonly raw: KeptContent | 'missing' | undefined;
  readonly normal: KeptContent | undefined;
}

/** Compares a leaf with what is kept: the first difference, or undefined when all is as it was received. */
export function compareEventLeaf(leaf: Uint8Array, { raw, normal }: KeptEvent): LeafDifference | undefined {
  const parsed = parseLeaf(leaf);
  if (parsed === undefined || parsed.digests.length !== 2) return 'leaf';
  const [rawDigest, normalDigest] = parsed.digests;
  if (normal === undefined || !isWhat(normal, normalDigest)) return 'normal';
  if (raw === 'missing' || (raw !== undefined && !isWhat(raw, rawDigest))) return 'raw';
  return undefined;
}

/** The same for a leaf that vouches for one record. */
export function compareRecordLeaf(leaf: Uint8Array, record: KeptContent | undefined): LeafDifference | undefined {
  const parsed = parseLeaf(leaf);
  if (parsed === undefined || parsed.digests.length !== 1) return 'leaf';
  return record !== undefined && isWhat(record, parsed.digests[0]) ? undefined : 'record';
}

const isWhat = ({ salt, bytes }: KeptContent, digest: Uint8Array): boolean => saltedHash(salt, bytes).equals(digest);
