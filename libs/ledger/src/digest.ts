import { createHash, hash } from 'node:crypto';

const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = Buffer.of(1);

export const sha256 = (bytes: Uint8Array | string): Buffer => hash('sha256', bytes, 'buffer');

/** SHA-256(salt, bytes): without the salt nobody can guess the content from the leaf. */
export const saltedHash = (salt: Uint8Array, bytes: Uint8Array | string): Buffer =>
  createHash('sha256').update(salt).update(bytes).digest();

/** RFC 6962: the hash of a leaf as stored. */
export const leafHash = (bytes: Uint8Array): Buffer => createHash('sha256').update(LEAF_PREFIX).update(bytes).digest();

/** RFC 6962: the hash of an inner node. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
