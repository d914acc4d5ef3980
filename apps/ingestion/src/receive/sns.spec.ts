/*
 * A topic of SNS posts here by itself: its messages, signed by a key made here, over the certificate that a server on the
 * loopback address gives for any address of SNS.
 */
import { sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VendorAddresses } from '@tickmark/access';
import { formatById } from '@tickmark/formats';
import type { AuthenticationKind } from '@tickmark/formats';
import type { Feed } from '@tickmark/persistence';
import { guardedGet } from '@tickmark/platform';
import { selfSigned } from '@tickmark/testing';
import { Agent } from 'undici';
import { AuthoriseFeed } from './authorise-feed.js';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:config';
const HOST = 'https://sns.eu-central-1.amazonaws.com';
const CERTIFICATE = `${HOST}/SimpleNotificationService-0123456789abcdef.pem`;
const NOW = Date.parse('2026-01-31T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const current = selfSigned({ name: 'sns.amazonaws.com', fromMs: NOW - DAY, toMs: NOW + DAY });
const old = selfSigned({ name: 'sns.amazonaws.com', fromMs: NOW - 2 * DAY, toMs: NOW - DAY });
const coming = selfSigned({ name: 'sns.amazonaws.com', fromMs: NOW + DAY, toMs: NOW + 2 * DAY });
const short = selfSigned({ name: 'sns.amazonaws.com', fromMs: NOW - DAY, toMs: NOW + DAY, bits: 1_024 });
type Key = typeof current;

type Message = Readonly<Record<string, string>>;

const NOTIFICATION: Message = {
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: TOPIC,
  Subject: 'AWS Config',
  Message: '{"id": "1"}',
  Timestamp: '2026-01-31T11:59:58.123Z',
  SignatureVersion: '2',
  SigningCertURL: CERTIFICATE,
  UnsubscribeURL: `${HOST}/?Action=Unsubscribe&SubscriptionArn=x`,
};
const { Subject, ...PLAIN } = NOTIFICATION;
const CONFIRMATION: Message = {
  ...PLAIN,
  Type: 'SubscriptionConfirmation',
  Message: 'You have chosen to subscribe to the topic.',
  Token: '2336412f37',
  SubscribeURL: `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37`,
};

/** As SNS documents it, written out field by field. */
const textOf = (message: Message): string => {
  const names = message.Type === 'Notification' ? ['Message', 'MessageId', ...('Subject' in message ? ['Subject'] : []), 'Timestamp', 'TopicArn', 'Type'] : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  return names.map((name) => `${name}\n${message[name] ?? ''}\n`).join('');
};
const signed = (message: Message, { privateKey }: Key = current): Message => {
  const algorithm = message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...message, Signature: sign(algorithm, Buffer.from(textOf(message)), privateKey).toString('base64') };
};

let asked: string[] = [];
let published = current.pem;
let status = 200;
const server = createServer((request, response) => {
  asked.push(`https://${request.headers.host ?? ''}${request.url ?? ''}`);
  response.writeHead(status).end(published);
});
const port = (): number => (server.address() as AddressInfo).port;
/** Whatever is called, the server here answers. */
const agent = new Agent({ connect: (_options, done) => void connect(port(), '127.0.0.1', function connected(this: ReturnType<typeof connect>) { done(null, this); }) });

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  asked = [];
  published = current.pem;
  status = 200;
});
afterAll(async () => {
  await agent.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const kind = formatById('aws-eventbridge')?.authentication.find((known) => known.kind === 'aws-sns') as AuthenticationKind;
const feed = { id: 1, authentication: { kind: 'aws-sns' } } as Feed;

function receiver(topic = TOPIC): AuthoriseFeed {
  const clock = { now: () => NOW };
  const vendor = new VendorAddresses({ clock, get: (url) => guardedGet(agent, url, { timeoutMs: 30_000, bytes: 16_384 }) });
  const nobody = { authenticate: () => Promise.reject(new Error('no key is asked for')) };
  const feeds = { byId: () => Promise.resolve(feed), byName: () => Promise.resolve(feed), secretsOf: () => Promise.resolve([topic]) };
  return new AuthoriseFeed(nobody, feeds, vendor);
}
const bodyOf = (message: Message): Buffer => Buffer.from(JSON.stringify(message));
const request = (message: Message | Buffer) => ({ headers: {}, rawBody: Buffer.isBuffer(message) ? message : bodyOf(message), nowMs: NOW });
const verified = (message: Message | Buffer, authorise = receiver()) => authorise.verify(kind, feed, request(message));
const refused = (message: string) => ({ outcome: 'refused', message });
const PROVEN = { outcome: 'proven' };
const NO_FIT = refused('the signature does not fit the message');

describe('a message of SNS', () => {
  it.each(['1', '2'])('with signature version %s is proven, with and without a subject, and a confirmation is', async (SignatureVersion) => {
    const authorise = receiver();
    for (const message of [NOTIFICATION, PLAIN, CONFIRMATION, { ...CONFIRMATION, Type: 'UnsubscribeConfirmation' }]) {
      expect(await verified(signed({ ...(message), SignatureVersion }), authorise)).toEqual(PROVEN);
    }
    expect(asked).toEqual([CERTIFICATE]);
  });

  it('is proven by its fields, so that the same fields written anew are', async () => {
    const body = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(signed(NOTIFICATION)).reverse()), null, 2));
    expect(await verified(body)).toEqual(PROVEN);
  });

  it('is refused when its text is cut anew into other fields that give the same lines', async () => {
    const whole = signed({ ...PLAIN, Message: '{"id": "1"}\nMessageId\nother\nSubject\nmore' });
    expect(await verified(whole)).toEqual(PROVEN);
    const cut = { ...whole, Message: '{"id": "1"}', MessageId: 'other', Subject: `more\nMessageId\n${PLAIN.MessageId ?? ''}` };
    expect(textOf(cut)).toBe(textOf(whole));
    expect(await verified(cut)).toEqual({ outcome: 'refused', message: expect.stringMatching(/^the body is no message of SNS: \/Subject/) as unknown });
  });

  it('may have attributes, which nothing of ours reads', async () => {
    const attributes = { MessageAttributes: { kind: { Type: 'String', Value: 'x' } } };
    expect(await verified(Buffer.from(JSON.stringify({ ...signed(NOTIFICATION), ...attributes })))).toEqual(PROVEN);
  });

  it('is not proven when one signed field differs, is gone or was added', async () => {
    const good = signed(NOTIFICATION);
    for (const name of ['Message', 'MessageId', 'Subject']) expect(await verified({ ...good, [name]: `${good[name] ?? ''} ` })).toEqual(NO_FIT);
    expect(await verified({ ...good, Timestamp: '2026-01-31T11:59:59.123Z' })).toEqual(NO_FIT);
    expect(await verified({ ...good, Type: 'UnsubscribeConfirmation' })).toEqual(NO_FIT);
    expect(await verified(signed({ ...PLAIN }))).toEqual(PROVEN);
    expect(await verified({ ...signed({ ...PLAIN }), Subject: 'added' })).toEqual(NO_FIT);
    const confirmation = signed(CONFIRMATION);
    for (const name of ['Token', 'SubscribeURL', 'Message']) expect(await verified({ ...confirmation, [name]: `${confirmation[name] ?? ''}0` })).toEqual(NO_FIT);
  });

  it('is not proven by another key, another version, or another text of the signature', async () => {
    expect(await verified(signed(NOTIFICATION, old))).toEqual(NO_FIT);
    expect(await verified({ ...signed({ ...NOTIFICATION, SignatureVersion: '1' }), SignatureVersion: '2' })).toEqual(NO_FIT);
    expect(await verified({ ...signed(NOTIFICATION), Signature: 'AAAA' })).toEqual(NO_FIT);
  });

  it.each([
    ['is over', old, 'the certificate at SigningCertURL is not valid now'],
    ['has not begun', coming, 'the certificate at SigningCertURL is not valid now'],
    ['has a short key', short, 'the certificate at SigningCertURL has no RSA key of 2048 bits'],
  ])('is not proven by a certificate that %s', async (_what, key, message) => {
    published = key.pem;
    expect(await verified(signed(NOTIFICATION, key))).toEqual(refused(message));
  });

  it('is not proven by what is no certificate', async () => {
    published = '<html>';
    expect(await verified(signed(NOTIFICATION))).toEqual(refused('what lies at SigningCertURL is no certificate'));
  });

  it('waits for its certificate when that cannot be had, and nothing is known against it', async () => {
    const authorise = receiver();
    status = 503;
    expect(await verified(signed(NOTIFICATION), authorise)).toEqual({ outcome: 'unavailable', message: 'what its vendor publishes for that could not be fetched' });
    status = 200;
    expect(await verified(signed(NOTIFICATION), authorise)).toEqual(PROVEN);
  });

  it.each([
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/a.pem',
    'https://xsns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu_central.amazonaws.com/a.pem',
    'https://sns.a.b.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://user@sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/?Action=a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem?x',
    'https://sns.eu-central-1.amazonaws.com/a.pem#x',
    'https://sns.eu-central-1.amazonaws.com/a/b.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'https://s3.eu-central-1.amazonaws.com/bucket.pem',
    'nowhere',
  ])('whose certificate lies at %s is refused unasked', async (SigningCertURL) => {
    expect(await verified(signed({ ...NOTIFICATION, SigningCertURL }))).toEqual(refused('SigningCertURL is no certificate at an address of SNS'));
    expect(asked).toEqual([]);
  });

  it('of China has an address there', async () => {
    const topic = 'arn:aws-cn:sns:cn-north-1:123456789012:config';
    const message = { ...NOTIFICATION, TopicArn: topic, SigningCertURL: 'https://sns.cn-north-1.amazonaws.com.cn/a.pem' };
    expect(await verified(signed(message), receiver(topic))).toEqual(PROVEN);
  });

  it('of another topic is refused unasked, however well it is signed', async () => {
    expect(await verified(signed({ ...NOTIFICATION, TopicArn: `${TOPIC}2` }))).toEqual(refused('TopicArn is not the topic of this feed'));
    expect(asked).toEqual([]);
  });

  it('is taken as long as SNS tries again, and refused unasked later, and from the future', async () => {
    const at = (ms: number): Promise<unknown> => verified(signed({ ...NOTIFICATION, Timestamp: new Date(NOW + ms).toISOString() }));
    const replay = refused('Timestamp is more than 65 minutes back or 5 ahead: a replay, or a wrong clock');
    expect([await at(-65 * 60_000), await at(5 * 60_000)]).toEqual([PROVEN, PROVEN]);
    asked = [];
    expect([await at(-65 * 60_000 - 1), await at(5 * 60_000 + 1)]).toEqual([replay, replay]);
    expect(await verified(signed({ ...NOTIFICATION, Timestamp: 'now' }))).toEqual(refused('Timestamp is no instant'));
    expect(asked).toEqual([]);
  });

  it.each([
    ['raw', Buffer.from('{"id": "1", "detail-type": "x"}')],
    ['no JSON', Buffer.from('hello')],
    ['a field twice', Buffer.from(JSON.stringify(signed(NOTIFICATION)).replace('{', '{"Message": "other", '))],
    ['one that brings records of its own', Buffer.from(JSON.stringify({ ...signed(NOTIFICATION), Records: [{ messageId: '1', body: '{}' }] }))],
    ['one that brings another message', Buffer.from(JSON.stringify({ ...signed(NOTIFICATION), Sns: { Type: 'Notification', MessageId: '1', Message: '{}' } }))],
    ['another version', bodyOf({ ...signed(NOTIFICATION), SignatureVersion: '3' })],
    ['a signature that is no base64', bodyOf({ ...signed(NOTIFICATION), Signature: '-' })],
  ])('that is %s is refused unasked', async (_what, body) => {
    expect(await verified(body)).toEqual({ outcome: 'refused', message: expect.stringMatching(/^the body is no message of SNS/) as unknown });
    expect(asked).toEqual([]);
  });
});

describe('a subscription of SNS', () => {
  const confirm = (message: Message, change: object = {}) => receiver().confirm(kind, { ...feed, ...change }, request(signed(message)));

  it('is confirmed at its own address', async () => {
    expect(await confirm(CONFIRMATION)).toEqual({ outcome: 'confirmed', answer: { status: 200, headers: {}, body: '', authenticated: true } });
    expect(asked).toEqual([CONFIRMATION.SubscribeURL]);
  });

  it('is asked for again when its address does not answer', async () => {
    status = 500;
    expect(await confirm(CONFIRMATION)).toEqual({ outcome: 'unavailable', message: 'the address that confirms the subscription could not be opened' });
  });

  it('is left to people where the feed says so', async () => {
    expect(await confirm(CONFIRMATION, { authentication: { kind: 'aws-sns', confirm: false } })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    ['another host', 'https://evil.example/'],
    ['another region', 'https://sns.us-east-1.amazonaws.com/'],
    ['another path', `${HOST}/other/`],
    ['another port', 'https://sns.eu-central-1.amazonaws.com:8443/'],
    ['no encryption', 'http://sns.eu-central-1.amazonaws.com/'],
    ['a user', 'https://user@sns.eu-central-1.amazonaws.com/'],
  ])('is not confirmed at %s', async (_what, place) => {
    expect(await confirm({ ...CONFIRMATION, SubscribeURL: `${place}?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37` })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    ['another action', `${HOST}/?Action=DeleteTopic&TopicArn=${TOPIC}&Token=2336412f37`],
    ['another topic', `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}2&Token=2336412f37`],
    ['another token', `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=1`],
    ['no address', ''],
  ])('is not confirmed with %s', async (_what, SubscribeURL) => {
    expect(await confirm({ ...CONFIRMATION, SubscribeURL })).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('is nothing that other messages ask for', async () => {
    expect(await confirm({ ...CONFIRMATION, Type: 'UnsubscribeConfirmation' })).toBeUndefined();
    expect(await confirm(NOTIFICATION)).toBeUndefined();
  });
});
