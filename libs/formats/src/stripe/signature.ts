import { anySecret, hmac, refused, sameBytes, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, SignedRequest, Verification } from '../format.js';
import { outsideReplayWindow } from '../replay-window.js';

const MAX_PARTS = 20;

/** `t=<seconds>,v1=<hex>` over `t.body`; while a secret is changed Stripe signs with both. `v0` is of test events and does not count. */
export const STRIPE_SIGNATURE: AuthenticationKind = {
  kind: 'stripe',
  title: 'Stripe signing secret of the endpoint (Stripe-Signature)',
  verify({ headers, rawBody, nowMs }: SignedRequest, secrets: readonly string[]): Verification {
    const header = headers['stripe-signature'];
    if (header === undefined) return refused('the header Stripe-Signature is missing; send the request as Stripe sent it');
    const parts = header.split(',').slice(0, MAX_PARTS).map((part) => part.trim());
    const timestamp = parts.find((part) => part.startsWith('t='))?.slice(2);
    const late = outsideReplayWindow(timestamp, nowMs);
    if (late !== undefined) return late;
    const given = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []).map((hex) => Buffer.from(hex, 'hex'));
    const matches = anySecret(secrets, (secret) => {
      const expected = hmac('sha256', secret, [`${timestamp ?? ''}.`, rawBody]);
      return given.filter((one) => sameBytes(expected, one)).length > 0;
    });
    return matches ? VERIFIED : refused('no signature v1 fits the body; compare the secret here with the signing secret of the endpoint');
  },
};
