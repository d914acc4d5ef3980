import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/** Jira Cloud signs when the webhook has a secret. It signs no time: a replay has the same id and changes nothing. */
export const JIRA_SIGNATURE: AuthenticationKind = {
  kind: 'jira',
  title: 'Jira webhook secret (X-Hub-Signature)',
  verify({ headers, rawBody }: SignedRequest, secrets: readonly string[]): Verification {
    const hex = /^sha256=([0-9a-f]{64})$/.exec(headers['x-hub-signature'] ?? '')?.[1];
    if (hex === undefined) return refused('the header X-Hub-Signature is not sha256= and 64 hexadecimal digits; set a secret at the webhook');
    const given = Buffer.from(hex, 'hex');
    const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha256', secret, [rawBody]), given));
    return matches ? VERIFIED : refused('the signature does not fit the body; compare the secret here with the one at Jira');
  },
};
