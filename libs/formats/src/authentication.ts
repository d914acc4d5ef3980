import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AuthenticationKind, SignedRequest, Verification } from './format.js';

/** Our own API key in `Authorization: Bearer`; libs/access checks it. */
export const BEARER: AuthenticationKind = { kind: 'bearer', title: 'API key of a feed (Authorization: Bearer)' };

/** User and password that the vendor sends; a secret is the text `user:password`. */
export const BASIC: AuthenticationKind = {
  kind: 'basic',
  title: 'User and password (Authorization: Basic); the secret is user:password',
  verify(request: SignedRequest, secrets: readonly string[]): Verification {
    const sent = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (sent === undefined) return refused('the header Authorization: Basic is missing');
    const given = Buffer.from(sent, 'base64');
    return anySecret(secrets, (secret) => sameText(Buffer.from(secret), given)) ? VERIFIED : refused('user or password is wrong');
  },
};

export const VERIFIED: Verification = { verified: true };
export const refused = (message: string): Verification => ({ verified: false, message });

export function hmac(algorithm: 'sha256' | 'sha512' | 'sha1', secret: string | Uint8Array, parts: readonly (string | Uint8Array)[]): Buffer {
  const mac = createHmac(algorithm, secret);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** All secrets are tried even after one fits, so that time does not tell which one it was. An empty one never fits. */
export function anySecret(secrets: readonly string[], fits: (secret: string) => boolean): boolean {
  return secrets.filter((secret) => secret !== '' && fits(secret)).length > 0;
}

/** Compares two MACs in constant time; bytes of another length are no match. */
export function sameBytes(expected: Uint8Array, given: Uint8Array): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** For texts of unknown length: hashes are compared, so that not even the length is told by time. */
export function sameText(expected: Uint8Array, given: Uint8Array): boolean {
  return timingSafeEqual(sha256(expected), sha256(given));
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
