import { describe, expect, it } from '@jest/globals';
import { feedRegistration } from './feed-registration.js';

const schema = feedRegistration(['github']);
const valid = {
  name: 'okta-prod',
  system: 'okta',
  production: true,
  types: ['*'],
  sources: ['*'],
  liveness: { maxSilence: '90m' },
  authentication: { kind: 'bearer' },
};

describe('the registration of a feed', () => {
  it('is taken as the interface writes it', () => {
    const given = { ...valid, settle: '2s', maxAhead: '5m', maxAge: '400d', limits: { perSecond: 10, perDay: 1_000 } };
    expect(schema.parse(given)).toEqual({
      ...given,
      liveness: { maxSilence: 5_400_000 },
      settle: 2_000,
      maxAhead: 300_000,
      maxAge: 34_560_000_000,
    });
  });

  it.each([
    [{ liveness: 'none' }],
    [{ authentication: { kind: 'github', secret: 'a long secret' } }],
    [{ authentication: { kind: 'basic', username: 'u', password: 'a long secret' } }],
    [{ authentication: { kind: 'aws-sns', topic: 'arn:aws:sns:eu-central-1:123456789012:config' } }],
    [{ authentication: { kind: 'aws-sns', topic: 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:a.fifo', confirm: false } }],
  ])('may have %j', (change) => {
    expect(schema.safeParse({ ...valid, ...change }).success).toBe(true);
  });

  it.each([
    [{ name: 'Okta' }, 'name'],
    [{ name: '' }, 'name'],
    [{ types: [] }, 'types'],
    [{ liveness: { maxSilence: '90' } }, 'liveness'],
    [{ liveness: { maxSilence: '0ms' } }, 'liveness'],
    [{ liveness: 'never' }, 'liveness'],
    [{ authentication: { kind: 'gitlab', secret: 'a long secret' } }, 'authentication'],
    [{ authentication: { kind: 'github', secret: 'short' } }, 'authentication.secret'],
    [{ authentication: { kind: 'aws-sns', topic: 'config' } }, 'authentication.topic'],
    [{ authentication: { kind: 'aws-sns', secret: 'arn:aws:sns:eu-central-1:123456789012:config' } }, 'authentication'],
    [{ limits: { perSecond: 0 } }, 'limits.perSecond'],
    [{ colour: 'red' }, ''],
  ])('with %j is refused at %s', (change, path) => {
    const parsed = schema.safeParse({ ...valid, ...change });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });
});
