import { RESERVED_EVENT_TYPES, parseDuration } from '@tickmark/contracts';
import { z } from 'zod';

const DAY_MS = 86_400_000;

const duration = (leastMs: number, mostMs: number) =>
  z.string().transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    context.addIssue('must be a duration such as 500ms, 2s, 90m, 24h or 400d, within its limits');
    return z.NEVER;
  });

const word = z.string().trim().min(1).max(200);
const names = z.array(z.string().min(1).max(1_024)).min(1).max(500);
const secret = z.string().min(8, { error: 'must have at least 8 characters' }).max(1_024);

const bearer = z.strictObject({ kind: z.literal('bearer') });
const basic = z.strictObject({ kind: z.literal('basic'), username: word.regex(/^[^:]*$/, { error: 'must not hold ":"' }), password: secret });
/** Its signature says which topic sends; the topic of the feed stands where others have a secret. */
const sns = z.strictObject({
  kind: z.literal('aws-sns'),
  topic: z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]{3,}:\d{12}:[A-Za-z0-9_.-]{1,256}$/, { error: 'must be the ARN of a topic' }),
  confirm: z.boolean().optional().meta({ description: 'Whether its subscription is confirmed when it asks for that; true unless said otherwise' }),
});
const vendor = (kinds: readonly string[]) => z.strictObject({ kind: z.enum([...kinds]), secret });

export const FEED_NAME = /^[a-z0-9-]{1,63}$/;

/** `vendorKinds`: the ways of authentication by a vendor's signature that the formats know. */
export function feedRegistration(vendorKinds: readonly string[]) {
  return z
    .strictObject({
      name: z.string().regex(FEED_NAME, { error: 'must be 1 to 63 of a-z, 0-9 and -' }),
      system: word,
      production: z.boolean(),
      types: names.meta({ description: `Event types it may send; * for all but ${RESERVED_EVENT_TYPES.join(', ')}` }),
      sources: names,
      liveness: z.union([z.strictObject({ maxSilence: duration(1_000, 400 * DAY_MS) }), z.literal('none')], {
        error: 'must be {"maxSilence": "90m"} or "none"',
      }),
      authentication: z.union([bearer, basic, sns, vendor(vendorKinds)], {
        error: `must be {"kind": "bearer"}, {"kind": "basic", "username", "password"}, {"kind": "aws-sns", "topic"} or {"kind": …, "secret"} with a kind of ${vendorKinds.join(', ')}`,
      }),
      settle: duration(0, DAY_MS).optional(),
      maxAhead: duration(0, DAY_MS).optional(),
      maxAge: duration(DAY_MS, 36_500 * DAY_MS).optional(),
      limits: z
        .strictObject({ perSecond: z.int().min(1).max(1_000_000).optional(), perDay: z.int().min(1).max(1_000_000_000_000).optional() })
        .optional(),
    })
    .meta({ id: 'FeedRegistration' });
}

export type FeedRegistration = z.output<ReturnType<typeof feedRegistration>>;
export type FeedRegistrationInput = z.input<ReturnType<typeof feedRegistration>>;
