import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

const HEADER = /^t=(\d{1,15}), ?v1=([0-9a-f]{64})$/;
const REPLAY_WINDOW_MS = 5 * 60_000;

/** `WorkOS-Signature: t=<milliseconds>, v1=<hex>`, over the time, a dot and the raw body. */
export const WORKOS_SIGNATURE: AuthenticationKind = {
  kind: 'workos',
  title: 'WorkOS webhook secret (WorkOS-Signature)',
  verify({ headers, rawBody, nowMs }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers['workos-signature'];
    if (header === undefined) return refused('the header WorkOS-Signature is missing; send the request as it was signed');
    const match = HEADER.exec(header);
    if (match === null) return refused('the header WorkOS-Signature is not t=<milliseconds>, v1=<64 hexadecimal digits>');
    const [, time = '', hex = ''] = match;
    if (Math.abs(nowMs - Number(time)) > REPLAY_WINDOW_MS) return refused('the signature is more than five minutes from now; a replay, or a wrong clock');
    const given = Buffer.from(hex, 'hex');
    const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha256', secret, [`${time}.`, rawBody]), given));
    return matches ? VERIFIED : refused('the signature does not fit the body; compare the secret here with the one at WorkOS');
  },
};
