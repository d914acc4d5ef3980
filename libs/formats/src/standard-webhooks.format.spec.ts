import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Headers, Verification } from './format.js';
import { sampleFiles, sampleText, send, sendSample, shown, type Shown } from './samples.testkit.js';
import { standardWebhooks } from './standard-webhooks.format.js';
import { STANDARD_WEBHOOKS_SIGNATURE } from './standard-webhooks/signature.js';

const HEADERS: Headers = { 'webhook-id': 'msg_1' };

const EXPECTED: Record<string, object[]> = {
  'backup.completed.json': [
    {
      index: 0,
      id: 'msg_1',
      source: 'test-feed',
      type: 'backup.completed',
      time: '2026-01-31T12:00:00.000Z',
      data: { asset: 'payroll-db', outcome: 'failure' },
    },
  ],
  'broken.data.json': [{ index: 0, rejected: '/data', message: 'expected record, received string' }],
  // A vector of the signature, tested below: it is no event.
  'sign-vector.json': [{ index: 0, rejected: '/type', message: 'expected string, but it is missing' }],
};

describe('the samples of Standard Webhooks', () => {
  it('are all written out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('standard-webhooks'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    expect(shown(sendSample(standardWebhooks, file, { headers: HEADERS }))).toEqual(EXPECTED[file]);
  });
});

describe('a standard webhook', () => {
  const one = (body: unknown, headers: Headers = HEADERS): Shown | undefined => shown(send(standardWebhooks, JSON.stringify(body), { headers }))[0];

  it('has the id that every attempt has, also under the names of Svix', () => {
    expect(one({ type: 't', data: {} }, { 'svix-id': 'msg_2' })).toMatchObject({ id: 'msg_2' });
    expect(send(standardWebhooks, '{"type":"t","data":{}}')).toMatchObject({ outcome: 'malformed' });
  });

  it('happened when its body says, never when it was sent', () => {
    expect(one({ type: 't', data: {} }, { ...HEADERS, 'webhook-timestamp': '1769860800' })).toMatchObject({ time: 'none given' });
    expect(one({ type: 't', timestamp: 'x', data: {} })).toMatchObject({ rejected: '/timestamp' });
  });

  it('keeps exactly what can be kept', () => {
    expect(shown(send(standardWebhooks, '{"type":"t","data":{"n":12345678901234567890}}', { headers: HEADERS }))).toMatchObject([{ rejected: '/data/n' }]);
    expect(send(standardWebhooks, '[]', { headers: HEADERS })).toMatchObject({ outcome: 'malformed' });
  });
});

describe('the signature of a standard webhook', () => {
  const vector = JSON.parse(sampleText('standard-webhooks', 'sign-vector.json')) as Record<string, string>;
  const SECONDS = Number(vector['webhook-timestamp']);
  const headers: Headers = { 'webhook-id': vector['webhook-id'], 'webhook-timestamp': vector['webhook-timestamp'], 'webhook-signature': vector['webhook-signature'] };
  const check = (change: { headers?: Headers; body?: string; at?: number; secrets?: string[] } = {}): Verification | undefined =>
    STANDARD_WEBHOOKS_SIGNATURE.verify?.(
      { headers: { ...headers, ...change.headers }, rawBody: Buffer.from(change.body ?? vector.payload ?? ''), nowMs: (change.at ?? SECONDS) * 1_000 },
      change.secrets ?? [vector.secret ?? ''],
    );

  it('of the published vector fits', () => {
    expect(check()).toEqual({ verified: true });
  });

  it('fits with any of several signatures and secrets, and under the names of Svix', () => {
    expect(check({ headers: { 'webhook-signature': `v1,AAAA v2,x ${vector['webhook-signature'] ?? ''}` }, secrets: ['whsec_AAAA', vector.secret ?? ''] })).toEqual({ verified: true });
    const svix = { 'webhook-id': undefined, 'webhook-timestamp': undefined, 'webhook-signature': undefined, 'svix-id': vector['webhook-id'], 'svix-timestamp': vector['webhook-timestamp'], 'svix-signature': vector['webhook-signature'] };
    expect(check({ headers: svix })).toEqual({ verified: true });
  });

  it('does not fit another body, id, time or secret', () => {
    expect(check({ body: `${vector.payload ?? ''} ` })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-id': 'msg_2' } })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-timestamp': String(SECONDS + 1) } })).toMatchObject({ verified: false });
    expect(check({ secrets: ['whsec_AAAA', 'not base64!', ''] })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-signature': 'v1a,AAAA' } })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-signature': undefined } })).toMatchObject({ verified: false });
  });

  it('is good for five minutes before and after', () => {
    expect(check({ at: SECONDS + 300 })).toEqual({ verified: true });
    expect(check({ at: SECONDS - 300 })).toEqual({ verified: true });
    expect(check({ at: SECONDS + 301 })).toMatchObject({ verified: false, message: expect.stringMatching(/301 seconds off/) as unknown });
    expect(check({ at: SECONDS - 301 })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-timestamp': 'now' } })).toMatchObject({ verified: false });
  });

  it('may be one of a private key', () => {
    const seed = Buffer.alloc(32, 7);
    const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
    const publicKey = `whpk_${createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
    const signed = sign(null, Buffer.from(`${vector['webhook-id'] ?? ''}.${vector['webhook-timestamp'] ?? ''}.${vector.payload ?? ''}`), privateKey).toString('base64');
    expect(check({ headers: { 'webhook-signature': `v1a,${signed}` }, secrets: [publicKey] })).toEqual({ verified: true });
    expect(check({ headers: { 'webhook-signature': `v1,${signed}` }, secrets: [publicKey] })).toMatchObject({ verified: false });
    expect(check({ headers: { 'webhook-signature': `v1a,${signed}` }, secrets: ['whpk_AAAA'], body: 'x' })).toMatchObject({ verified: false });
  });
});
