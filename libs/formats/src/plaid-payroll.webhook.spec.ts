import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { PLAID_SIGNATURE } from './plaid-payroll/signature.js';
import { plaidPayroll } from './plaid-payroll.format.js';
import { sampleText, send, type Shown, shown } from './samples.testkit.js';

const AT = 1_769_860_800;
const BODY = sampleText('plaid-payroll', 'webhook.json');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (change: object = {}, key = pair.publicKey): string => JSON.stringify({ ...key.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'key-1', created_at: 1, expired_at: null, ...change });

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Change {
  readonly header?: object;
  readonly claims?: object;
  readonly body?: string;
  readonly key?: typeof pair.privateKey;
}

function token({ header = {}, claims = {}, body = BODY, key = pair.privateKey }: Change = {}): string {
  const hash = createHash('sha256').update(body).digest('hex');
  const signed = `${part({ alg: 'ES256', kid: 'key-1', typ: 'JWT', ...header })}.${part({ iat: AT, request_body_sha256: hash, ...claims })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const check = (sent: string | undefined, secrets = [jwk()], nowMs = AT * 1_000): Verification | undefined =>
  PLAID_SIGNATURE.verify?.({ headers: { 'plaid-verification': sent }, rawBody: Buffer.from(BODY), nowMs }, secrets);
const refusedFor = (message: string): object => ({ verified: false, message: expect.stringContaining(message) as unknown });

describe('the signature of Plaid', () => {
  it('fits, among other keys, in a set of keys, and before a key ends', () => {
    expect(check(token())).toEqual({ verified: true });
    expect(check(token(), [jwk({ kid: 'key-0' }, other.publicKey), jwk()])).toEqual({ verified: true });
    expect(check(token(), [`{"keys":[${jwk({ kid: 'key-0' }, other.publicKey)},${jwk()}]}`])).toEqual({ verified: true });
    expect(check(token(), [jwk({ expired_at: AT + 1 })])).toEqual({ verified: true });
  });

  it.each<[string, string | undefined, string[], string]>([
    ['no header', undefined, [jwk()], 'is missing'],
    ['a header that is no token', 'abc', [jwk()], 'is no token'],
    ['parts that are no JSON', `YQ.YQ.${'A'.repeat(86)}`, [jwk()], 'is no token'],
    ['no algorithm', token({ header: { alg: 'none' } }), [jwk()], 'ES256'],
    ['another algorithm', token({ header: { alg: 'HS256' } }), [jwk()], 'ES256'],
    ['another key', token({ key: other.privateKey }), [jwk()], 'no key of this feed fits'],
    ['a key that is not known', token({ header: { kid: 'key-2' } }), [jwk()], 'fetch the key key-2'],
    ['the right key under another id', token(), [jwk({ kid: 'key-2' })], 'no key of this feed fits'],
    ['a key that has ended', token(), [jwk({ expired_at: AT })], 'no key of this feed fits'],
    ['a key of another curve', token(), [jwk({ crv: 'P-384' })], 'no key of this feed fits'],
    ['a key that is no point', token(), [jwk({ x: 'AAAA' })], 'no key of this feed fits'],
    ['a secret that is no key', token(), ['secret', '', '[]'], 'no key of this feed fits'],
    ['another body', token({ body: `${BODY} ` }), [jwk()], 'for another body'],
    ['no hash of a body', token({ claims: { request_body_sha256: 7 } }), [jwk()], 'for another body'],
    ['no time', token({ claims: { iat: 'now' } }), [jwk()], 'has no time'],
  ])('does not fit with %s', (_what, sent, secrets, message) => {
    expect(check(sent, secrets)).toMatchObject(refusedFor(message));
  });

  it('does not fit when a claim is changed after it was signed', () => {
    const [header = '', , signature = ''] = token().split('.');
    const hash = createHash('sha256').update(BODY).digest('hex');
    expect(check(`${header}.${part({ iat: AT + 1, request_body_sha256: hash })}.${signature}`)).toMatchObject(refusedFor('no key of this feed fits'));
  });

  it('is good for five minutes', () => {
    expect(check(token(), [jwk()], (AT + 300) * 1_000)).toEqual({ verified: true });
    expect(check(token(), [jwk()], (AT + 301) * 1_000)).toMatchObject(refusedFor('seconds off our clock'));
    expect(check(token(), [jwk()], (AT - 301) * 1_000)).toMatchObject(refusedFor('seconds off our clock'));
  });
});

describe('a webhook of Plaid', () => {
  const given = (change: object, headers: Record<string, string> = {}): Shown[] => shown(send(plaidPayroll, JSON.stringify({ ...(JSON.parse(BODY) as object), ...change }), { headers }));

  it('has the time of its signature, and happened again when it was signed again', () => {
    const [first] = given({}, { 'plaid-verification': token() });
    expect(first).toMatchObject({ id: `item-9@VERIFICATION_STATUS_PROCESSING_FAILED@${AT}000`, time: '2026-01-31T12:00:00.000Z' });
    expect(given({}, { 'plaid-verification': token({ claims: { iat: AT + 60 } }) })[0]).toMatchObject({ time: '2026-01-31T12:01:00.000Z' });
    expect(given({}, { 'plaid-verification': token({ claims: { iat: -1 } }) })[0]).toMatchObject({ time: 'none given' });
  });

  it.each([
    [{ environment: 'sandbox' }, { ignored: 'INCOME_VERIFICATION of sandbox: nothing happened' }],
    [{ environment: null }, { rejected: '/environment' }],
    [{ verification_status: null }, { rejected: '/verification_status' }],
    [{ item_id: '' }, { rejected: '/item_id' }],
    [{ verification_status: 'VERIFICATION_STATUS_PROCESSING_COMPLETE' }, { ignored: 'VERIFICATION_STATUS_PROCESSING_COMPLETE: how far it is, not what was found' }],
    [{ webhook_code: 'SYNC_UPDATES_AVAILABLE' }, { ignored: 'SYNC_UPDATES_AVAILABLE: no event type of the catalogue says it' }],
  ])('with %j settles nothing', (change, expected) => {
    expect(given(change)).toMatchObject([expected]);
  });
});
