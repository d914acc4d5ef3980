import { verify, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { refused, sameText, VERIFIED } from '../authentication.js';
import type { AuthenticationKind, Needed, SignedRequest, Verification } from '../format.js';
import { parseRfc3339 } from '../reading/instant.js';
import { readJson } from '../reading/json.js';
import { fieldsOf } from '../reading/schema.js';

/** What SNS tries again comes with its first time: its attempts go on for an hour at most. */
const MAX_AGE_MS = 3_900_000;
const MAX_AHEAD_MS = 300_000;
const MAX_ADDRESS = 1_024;
const LEAST_KEY_BITS = 2_048;

const HOST = /^sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?$/;
const CERTIFICATE = /^\/[A-Za-z0-9._-]{1,200}\.pem$/;
const TOPIC = /^arn:(aws[a-z-]*):sns:([a-z0-9-]{3,}):\d{12}:[A-Za-z0-9_.-]{1,256}$/;

const CONFIRMATION = 'SubscriptionConfirmation';
/** What is signed has a line for each name and value: a line break in any but the message would let its text pass for other fields. */
const line = z.string().regex(/^[^\r\n]*$/);

/** Strict: a field beside these is not signed, and could bring other events into a message that is (`Records`, `Sns`). */
const messageBody = z.strictObject({
  Type: z.enum(['Notification', CONFIRMATION, 'UnsubscribeConfirmation']),
  MessageId: line,
  TopicArn: line,
  Message: z.string(),
  Subject: line.nullish(),
  Timestamp: line,
  Token: line.nullish(),
  SubscribeURL: line.max(MAX_ADDRESS).nullish(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().max(2_048).regex(/^[A-Za-z0-9+/]+={0,2}$/),
  SigningCertURL: z.string().max(MAX_ADDRESS),
  UnsubscribeURL: z.unknown().optional(),
  MessageAttributes: z.unknown().optional(),
  SequenceNumber: z.unknown().optional(),
});
type Message = z.infer<typeof messageBody>;

/**
 * The signature of SNS over its own fields (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html).
 * It says that SNS sent it, and for which topic; which topic may send is what the feed was given as its secret. The
 * certificate lies with SNS: `needs` names it only for a message that everything else of is right.
 */
export const AWS_SNS: AuthenticationKind = {
  kind: 'aws-sns',
  title: 'Signature of Amazon SNS (versions 1 and 2) of one topic',
  needs(request: SignedRequest, secrets: readonly string[]): Needed {
    const message = checked(request, secrets);
    return 'verified' in message ? { needed: false, message: message.message } : { needed: true, url: message.SigningCertURL };
  },
  verify(request: SignedRequest, secrets: readonly string[]): Verification {
    const message = checked(request, secrets);
    if ('verified' in message) return message;
    if (request.fetched === undefined) return refused('the certificate of SNS is not there');
    const key = keyOf(request.fetched, request.nowMs);
    if ('verified' in key) return key;
    const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
    const fits = verify(algorithm, Buffer.from(signedText(message)), key.key, Buffer.from(message.Signature, 'base64'));
    return fits ? VERIFIED : refused('the signature does not fit the message');
  },
  asksToOpen(request: SignedRequest): string | undefined {
    const message = messageOf(request.rawBody);
    if ('verified' in message || message.Type !== CONFIRMATION) return undefined;
    return isConfirmation(message) ? (message.SubscribeURL ?? undefined) : undefined;
  },
};

type Refused = Extract<Verification, { verified: false }>;
const no = (message: string): Refused => ({ verified: false, message });

/** Everything but the signature itself. */
function checked({ rawBody, nowMs }: SignedRequest, secrets: readonly string[]): Message | Refused {
  const message = messageOf(rawBody);
  if ('verified' in message) return message;
  if (!secrets.some((topic) => sameText(Buffer.from(topic), Buffer.from(message.TopicArn)))) return no('TopicArn is not the topic of this feed');
  const sentMs = parseRfc3339(message.Timestamp);
  if (sentMs === undefined) return no('Timestamp is no instant');
  if (nowMs - sentMs > MAX_AGE_MS || sentMs - nowMs > MAX_AHEAD_MS) return no('Timestamp is more than 65 minutes back or 5 ahead: a replay, or a wrong clock');
  return isCertificateAddress(message.SigningCertURL) ? message : no('SigningCertURL is no certificate at an address of SNS');
}

function messageOf(rawBody: Uint8Array): Message | Refused {
  const reading = readJson(rawBody, { bigNumbers: 'text' });
  if (!reading.ok || reading.faults.length > 0) return no('the body is no message of SNS; switch raw message delivery off');
  const fields = fieldsOf(messageBody, reading.value);
  return fields.ok ? fields.value : no(`the body is no message of SNS: ${fields.error.pointer} ${fields.error.message}`);
}

const addressOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** No query, since its interface answers there with what was asked; no port, no user. */
function isCertificateAddress(text: string): boolean {
  const url = addressOf(text);
  return url !== undefined && HOST.test(url.hostname) && CERTIFICATE.test(url.pathname) && url.href === `https://${url.hostname}${url.pathname}`;
}

/** The address that confirms this very subscription, at the region of its topic. */
function isConfirmation({ SubscribeURL, TopicArn, Token }: Message): boolean {
  const [, partition, region] = TOPIC.exec(TopicArn) ?? [];
  const url = addressOf(SubscribeURL ?? '');
  if (url === undefined || region === undefined) return false;
  const host = `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
  const asked = [url.origin, url.pathname, url.username + url.password, ...['Action', 'TopicArn', 'Token'].map((name) => url.searchParams.get(name))];
  const wanted = [`https://${host}`, '/', '', 'ConfirmSubscription', TopicArn, Token];
  return wanted.every((part, at) => part === asked[at]);
}

const NOTIFICATION_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const CONFIRMATION_FIELDS = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** Name and value of each signed field on a line of its own; a field that is not there has no lines. */
function signedText(message: Message): string {
  const names = message.Type === 'Notification' ? NOTIFICATION_FIELDS : CONFIRMATION_FIELDS;
  return names.map((name) => (typeof message[name] === 'string' ? `${name}\n${message[name]}\n` : '')).join('');
}

function keyOf(pem: string, nowMs: number): { readonly key: KeyObject } | Refused {
  const certificate = certificateOf(pem);
  if (certificate === undefined) return no('what lies at SigningCertURL is no certificate');
  const isValid = nowMs >= Date.parse(certificate.validFrom) && nowMs <= Date.parse(certificate.validTo);
  if (!isValid) return no('the certificate at SigningCertURL is not valid now');
  const key = certificate.publicKey;
  const isFit = key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_KEY_BITS;
  return isFit ? { key } : no('the certificate at SigningCertURL has no RSA key of 2048 bits');
}

function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
