import { anySecret, refused, sameText, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/** An event hook signs nothing; it sends the header that was set up with it, whole. */
export const OKTA_HEADER: AuthenticationKind = {
  kind: 'okta',
  title: 'Okta event hook (the header Authorization with the secret that was set up at Okta)',
  verify({ headers }: SignedRequest, secrets: readonly string[]): Verification {
    const given = headers.authorization;
    if (given === undefined) return refused('the header Authorization is missing; set it as the authentication field of the event hook');
    const matches = anySecret(secrets, (secret) => sameText(Buffer.from(secret), Buffer.from(given)));
    return matches ? VERIFIED : refused('the header Authorization is not the secret of this feed');
  },
};
