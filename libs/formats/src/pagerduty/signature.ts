import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

const MAX_SIGNATURES = 20;

/** PagerDuty signs no time: a replay has the same event id and changes nothing. While a secret is changed it signs with both. */
export const PAGERDUTY_SIGNATURE: AuthenticationKind = {
  kind: 'pagerduty',
  title: 'PagerDuty webhook secret (X-PagerDuty-Signature)',
  verify({ headers, rawBody }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers['x-pagerduty-signature'];
    if (header === undefined) return refused('the header X-PagerDuty-Signature is missing; only V3 webhooks are signed');
    const parts = header.split(',').slice(0, MAX_SIGNATURES);
    const given = parts.flatMap((part) => /^\s*v1=([0-9a-f]{64})\s*$/.exec(part)?.[1] ?? []).map((hex) => Buffer.from(hex, 'hex'));
    if (given.length === 0) return refused('the header X-PagerDuty-Signature holds no v1= with 64 hexadecimal digits');
    const matches = anySecret(secrets, (secret) => {
      const expected = hmac('sha256', secret, [rawBody]);
      return given.filter((one) => sameBytes(expected, one)).length > 0;
    });
    return matches ? VERIFIED : refused('no signature fits the body; compare the secret here with the one at PagerDuty');
  },
};
