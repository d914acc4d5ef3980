import { createPublicKey, verify } from 'node:crypto';
import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, Headers, SignedRequest, Verification } from '../format.js';
import { outsideReplayWindow } from '../replay-window.js';

/** Svix, whose scheme became the standard, still sends its own names. */
export const headerOf = (headers: Headers, name: 'id' | 'timestamp' | 'signature'): string | undefined => headers[`webhook-${name}`] ?? headers[`svix-${name}`];

const MAX_SIGNATURES = 20;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** DER of an Ed25519 public key up to its 32 bytes. */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** `id.timestamp.body`, signed with a shared key (`v1`, `whsec_…`) or a private one of theirs (`v1a`, `whpk_…`). */
export const STANDARD_WEBHOOKS_SIGNATURE: AuthenticationKind = {
  kind: 'standard-webhooks',
  title: 'Standard Webhooks (webhook-signature); the secret is whsec_… or the public key whpk_…',
  verify({ headers, rawBody, nowMs }: SignedRequest, secrets: readonly string[]): Verification {
    const [id, timestamp, listed] = [headerOf(headers, 'id'), headerOf(headers, 'timestamp'), headerOf(headers, 'signature')];
    if (id === undefined || listed === undefined) return refused('the headers webhook-id and webhook-signature are missing; send the request as it was signed');
    const late = outsideReplayWindow(timestamp, nowMs);
    if (late !== undefined) return late;
    const signed = [`${id}.${timestamp ?? ''}.`, rawBody] as const;
    const signatures = listed.split(' ').slice(0, MAX_SIGNATURES);
    const matches = anySecret(secrets, (secret) => (secret.startsWith('whpk_') ? byPublicKey(secret, signed, signatures) : bySharedKey(secret, signed, signatures)));
    return matches ? VERIFIED : refused('no signature fits the body; compare the secret here with the one at the sender');
  },
};

type Signed = readonly [string, Uint8Array];

function of(version: string, signatures: readonly string[]): Buffer[] {
  return signatures.filter((one) => one.startsWith(`${version},`) && BASE64.test(one.slice(version.length + 1))).map((one) => Buffer.from(one.slice(version.length + 1), 'base64'));
}

function bySharedKey(secret: string, signed: Signed, signatures: readonly string[]): boolean {
  const key = secret.replace(/^whsec_/, '');
  if (!BASE64.test(key)) return false;
  const expected = hmac('sha256', Buffer.from(key, 'base64'), signed);
  return of('v1', signatures).filter((given) => sameBytes(expected, given)).length > 0;
}

function byPublicKey(secret: string, signed: Signed, signatures: readonly string[]): boolean {
  const raw = Buffer.from(secret.slice('whpk_'.length), 'base64');
  if (raw.length !== 32) return false;
  const key = createPublicKey({ key: Buffer.concat([ED25519_PREFIX, raw]), format: 'der', type: 'spki' });
  const message = Buffer.concat([Buffer.from(signed[0]), signed[1]]);
  return of('v1a', signatures).filter((given) => given.length === 64 && verify(null, message, key, given)).length > 0;
}
