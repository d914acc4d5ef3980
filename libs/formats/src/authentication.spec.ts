import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { BASIC } from './authentication.js';
import type { Headers, Verification } from './format.js';
import { GITHUB_SIGNATURE } from './github/signature.js';
import { sampleBytes } from './samples.testkit.js';

const SECRET = "It's a Secret to Everybody";
const verifyBasic = (headers: Headers, secrets: string[]): Verification | undefined =>
  BASIC.verify?.({ headers, rawBody: new Uint8Array(), nowMs: 0 }, secrets);
const verify = (rawBody: Uint8Array | string, signature: string | undefined, secrets: string[]): Verification | undefined =>
  GITHUB_SIGNATURE.verify?.({ headers: { 'x-hub-signature-256': signature }, rawBody: Buffer.from(rawBody), nowMs: 0 }, secrets);
const sign = (body: Uint8Array | string, secret: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

describe('the signature of GitHub', () => {
  const body = sampleBytes('github', 'push.payload.json');
  const wrong = { verified: false, message: 'the signature does not fit the body; compare the secret here with the one at GitHub' };

  it('fits the vector of GitHub\'s documentation', () => {
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(verify('Hello, World!', signature, [SECRET])).toEqual({ verified: true });
  });

  it('fits the raw bytes', () => {
    expect(verify(body, sign(body, SECRET), [SECRET])).toEqual({ verified: true });
  });

  it('does not fit the same JSON written anew', () => {
    const rewritten = JSON.stringify(JSON.parse(Buffer.from(body).toString()));
    expect(verify(rewritten, sign(body, SECRET), [SECRET])).toEqual(wrong);
  });

  it('does not fit another key, nor an empty one, nor none', () => {
    expect(verify(body, sign(body, 'other'), [SECRET])).toEqual(wrong);
    expect(verify(body, sign(body, ''), [''])).toEqual(wrong);
    expect(verify(body, sign(body, SECRET), [])).toEqual(wrong);
  });

  it('fits the old and the new key during rotation, and the old one no longer after it', () => {
    expect(verify(body, sign(body, 'old'), ['new', 'old'])).toEqual({ verified: true });
    expect(verify(body, sign(body, 'new'), ['new', 'old'])).toEqual({ verified: true });
    expect(verify(body, sign(body, 'old'), ['new'])).toEqual(wrong);
  });

  it.each([
    ['is missing', undefined, /missing/],
    ['is too short', 'sha256=757107ea', /64 hexadecimal digits/],
    ['is too long', `${sign(body, SECRET)}00`, /64 hexadecimal digits/],
    ['is SHA-1', `sha1=${createHmac('sha1', SECRET).update(body).digest('hex')}`, /64 hexadecimal digits/],
    ['has other letters', `sha256=${'z'.repeat(64)}`, /64 hexadecimal digits/],
  ])('that %s is refused', (_what, signature, message) => {
    expect(verify(body, signature, [SECRET])).toEqual({ verified: false, message: expect.stringMatching(message) as unknown as string });
  });

  it('that differs in any one digit does not fit', () => {
    const good = sign(body, SECRET);
    for (let at = 'sha256='.length; at < good.length; at += 1) {
      const other = good[at] === '0' ? '1' : '0';
      expect(verify(body, `${good.slice(0, at)}${other}${good.slice(at + 1)}`, [SECRET])).toEqual(wrong);
    }
  });
});

describe('basic authentication', () => {
  const header = (text: string): Headers => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it('wants user and password as they are', () => {
    expect(verifyBasic(header('user:pässword'), ['other:x', 'user:pässword'])).toEqual({ verified: true });
    expect(verifyBasic(header('user:wrong'), ['user:password'])).toEqual({ verified: false, message: 'user or password is wrong' });
    expect(verifyBasic(header(''), [''])).toMatchObject({ verified: false });
    expect(verifyBasic({}, ['user:password'])).toEqual({ verified: false, message: 'the header Authorization: Basic is missing' });
  });
});
