import { anySecret, hmac, refused, sameBytes, VERIFIED } from './authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from './format.js';

interface HubSignature {
  readonly kind: string;
  readonly vendor: string;
  /** As people write it; matched without case. */
  readonly header: string;
}

/** `sha256=` and the HMAC of the raw body in hexadecimal digits, as WebSub began it. It signs no time. */
export function hubSignature({ kind, vendor, header }: HubSignature): AuthenticationKind {
  return {
    kind,
    title: `${vendor} webhook secret (${header})`,
    verify(request: SignedRequest, secrets: readonly string[]): Verification {
      const sent = request.headers[header.toLowerCase()];
      if (sent === undefined) return refused(`the header ${header} is missing; set a secret at the webhook`);
      const hex = /^sha256=([0-9a-f]{64})$/.exec(sent)?.[1];
      if (hex === undefined) return refused(`the header ${header} is not sha256= and 64 hexadecimal digits`);
      const given = Buffer.from(hex, 'hex');
      const matches = anySecret(secrets, (secret) => sameBytes(hmac('sha256', secret, [request.rawBody]), given));
      return matches ? VERIFIED : refused(`the signature does not fit the body; compare the secret here with the one at ${vendor}`);
    },
  };
}
