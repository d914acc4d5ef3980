import { anySecret, refused, sameText, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';

/** A push channel signs nothing; it repeats the token that was given when the channel was made. */
export const CHANNEL_TOKEN: AuthenticationKind = {
  kind: 'google-workspace',
  title: 'Google push channel (X-Goog-Channel-Token)',
  verify({ headers }: SignedRequest, secrets: readonly string[]): Verification {
    const given = headers['x-goog-channel-token'];
    if (given === undefined) return refused('the header X-Goog-Channel-Token is missing; give the channel a token');
    const matches = anySecret(secrets, (secret) => sameText(Buffer.from(secret), Buffer.from(given)));
    return matches ? VERIFIED : refused('the header X-Goog-Channel-Token is not the secret of this feed');
  },
};
