import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { JsonObject } from '@tickmark/contracts';
import { anySecret, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, Headers, SignedRequest, Verification } from '../format.js';
import { readJson, readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';
import { outsideReplayWindow } from '../replay-window.js';

/** Three parts of base64url; Plaid's have some 300 characters. */
const TOKEN = /^([\w-]{1,1024})\.([\w-]{1,1024})\.([\w-]{86})$/;

interface Token {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * A token of Plaid in a header, signed by a key of theirs over the hash of the raw body. Keys are not fetched here:
 * whoever connects the feed fetches the key by its id once, and gives it as the secret, so that what is trusted is
 * chosen and not taken from the network at each request.
 */
export const PLAID_SIGNATURE: AuthenticationKind = {
  kind: 'plaid',
  title: 'Plaid webhook (Plaid-Verification); the secret is the public key of Plaid as a JWK, or {"keys": […]}',
  verify({ headers, rawBody, nowMs }: SignedRequest, secrets: readonly string[]): Verification {
    const token = tokenOf(headers);
    if (token === undefined) return refused('the header Plaid-Verification is missing, or is no token; send the request as it was signed');
    if (token.header.alg !== 'ES256') return refused('the token is not signed by ES256, as Plaid signs');
    const late = outsideReplayWindow(typeof token.claims.iat === 'number' ? String(token.claims.iat) : undefined, nowMs);
    if (late !== undefined) return late;
    const fits = anySecret(secrets, (secret) => keysIn(secret, token, nowMs).filter((key) => isSignedBy(token, key)).length > 0);
    if (!fits) return refused(`no key of this feed fits the token; fetch the key ${shownId(token)} at Plaid (/webhook_verification_key/get) and give it to the feed`);
    return isOf(token, rawBody) ? VERIFIED : refused('the token is signed, but for another body');
  },
};

/** When Plaid signed, whoever checked it; webhooks tell no other time. */
export function signedAtMs(headers: Headers): number | undefined {
  const seconds = tokenOf(headers)?.claims.iat;
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds >= 0 && seconds < 253_402_300_800 ? seconds * 1_000 : undefined;
}

function tokenOf(headers: Headers): Token | undefined {
  const [, header = '', claims = '', signature = ''] = TOKEN.exec(headers['plaid-verification'] ?? '') ?? [];
  const [first, second] = [partOf(header), partOf(claims)];
  if (first === undefined || second === undefined) return undefined;
  return { header: first, claims: second, signed: Buffer.from(`${header}.${claims}`), signature: Buffer.from(signature, 'base64url') };
}

function partOf(written: string): JsonObject | undefined {
  const reading = readJson(Buffer.from(written, 'base64url'), { bigNumbers: 'text' });
  return reading.ok && reading.faults.length === 0 && isObject(reading.value) ? reading.value : undefined;
}

/** Only the key that the token names, and none that Plaid has ended. */
function keysIn(secret: string, { header }: Token, nowMs: number): readonly KeyObject[] {
  const reading = readJsonText(secret, { bigNumbers: 'text' });
  if (!reading.ok || !isObject(reading.value)) return [];
  const listed = Array.isArray(reading.value.keys) ? (reading.value.keys as readonly unknown[]) : [reading.value];
  return listed.flatMap((jwk) => {
    if (!isObject(jwk) || jwk.kid !== header.kid) return [];
    if (typeof jwk.expired_at === 'number' && jwk.expired_at * 1_000 <= nowMs) return [];
    const key = keyOf(jwk);
    return key === undefined ? [] : [key];
  });
}

function keyOf({ kty, crv, x, y }: JsonObject): KeyObject | undefined {
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
  } catch {
    // No point of the curve: a secret that was copied wrongly is no key.
    return undefined;
  }
}

const isSignedBy = ({ signed, signature }: Token, key: KeyObject): boolean => verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);

function isOf({ claims }: Token, rawBody: Uint8Array): boolean {
  const declared = claims.request_body_sha256;
  if (typeof declared !== 'string' || !/^[0-9a-f]{64}$/i.test(declared)) return false;
  return sameBytes(createHash('sha256').update(rawBody).digest(), Buffer.from(declared, 'hex'));
}

const shownId = ({ header }: Token): string => (typeof header.kid === 'string' && /^[\w-]{1,64}$/.test(header.kid) ? header.kid : 'that it names');
