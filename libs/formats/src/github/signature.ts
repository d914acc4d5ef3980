import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/**
 * `X-Hub-Signature-256` over the raw body. GitHub signs no time, so a replay is not told by the signature: it carries
 * the same delivery id and therefore changes nothing.
 */
export const GITHUB_SIGNATURE: AuthenticationKind = {
  kind: 'github',
  title: 'GitHub webhook secret (X-Hub-Signature-256)',
  verify(request: SignedRequest, secrets: readonly string[]): Verification {
    const header = request.headers['x-hub-signature-256'];
    if (header === undefined) return refused('the header X-Hub-Signature-256 is missing; set a secret at the webhook');
    const hex = /^sha256=([0-9a-f]{64})$/.exec(header)?.[1];
    if (hex === undefined) return refused('the header X-Hub-Signature-256 is not sha256= and 64 hexadecimal digits');
    const given = Buffer.from(hex, 'hex');
    const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha256', secret, [request.rawBody]), given));
    return matches ? VERIFIED : refused('the signature does not fit the body; compare the secret here with the one at GitHub');
  },
};
