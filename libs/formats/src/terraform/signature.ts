import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/**
 * `X-TFE-Notification-Signature` over the raw body. Terraform signs no time, so a replay is not told by the signature: it
 * carries the same run, trigger and time and therefore changes nothing.
 */
export const TERRAFORM_SIGNATURE: AuthenticationKind = {
  kind: 'terraform',
  title: 'Token of the notification (X-TFE-Notification-Signature)',
  verify({ headers, rawBody }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers['x-tfe-notification-signature'];
    if (header === undefined) return refused('the header X-TFE-Notification-Signature is missing; set a token at the notification');
    if (!/^[0-9a-f]{128}$/i.test(header)) return refused('the header X-TFE-Notification-Signature is not 128 hexadecimal digits');
    const given = Buffer.from(header, 'hex');
    const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha512', secret, [rawBody]), given));
    return matches ? VERIFIED : refused('the signature does not fit the body; compare the secret here with the token of the notification');
  },
};
