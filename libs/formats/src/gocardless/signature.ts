import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/** No time is signed: a replay has the same event ids and changes nothing. */
export const GOCARDLESS_SIGNATURE: AuthenticationKind = {
  kind: 'gocardless',
  title: 'GoCardless webhook secret (Webhook-Signature)',
  verify({ headers, rawBody }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers['webhook-signature'];
    if (header === undefined || !/^[0-9a-f]{64}$/.test(header)) return refused('the header Webhook-Signature is not 64 hexadecimal digits');
    const given = Buffer.from(header, 'hex');
    const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha256', secret, [rawBody]), given));
    return matches ? VERIFIED : refused('the signature does not fit the body; compare the secret here with the one at GoCardless');
  },
};
