import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { okta } from './okta.format.js';
import { OKTA_HEADER } from './okta/header.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const SYSTEM = { system: 'okta' };
const other = (name: string): object => ({ ignored: `${name}: no event type of the catalogue says it` });

/** Files around whose records another tool has put its own test; what each record gives once it is taken out. */
const WRAPPED: Record<string, { within: 'data' | 'log'; gives: object[] }> = {
  'okta_new_login.json': { within: 'data', gives: [other('system.email.new_device_notification.sent_message')] },
  'panther.okta_admin_role_assigned.json': {
    within: 'log',
    gives: ['Organization administrator, Application administrator (all)', 'Super administrator, Read only admin'].map((role) => ({
      id: '2a992f80-d1ad-4f62-900e-8c68bb72a21b',
      source: 'okta',
      type: 'identity.access-granted',
      subject: 'alice@acme.io',
      time: '2020-11-25T21:27:03.496Z',
      data: { account: 'alice@acme.io', system: 'okta', role, grantedBy: 'jack@acme.io' },
    })),
  },
  'panther.okta_api_key_created.json': {
    within: 'log',
    gives: [
      {
        id: '2a992f80-d1ad-4f62-900e-8c68bb72a21b',
        type: 'identity.access-granted',
        subject: 'user@example.com',
        time: '2021-01-08T21:28:34.875Z',
        data: { account: 'user@example.com', system: 'okta', role: 'api-token/test_key', grantedBy: 'user@example.com' },
      },
    ],
  },
  'panther.okta_idp_create_modify.json': {
    within: 'log',
    gives: [
      {
        id: 'AbC-123-XyZ',
        type: 'identity.signin',
        subject: 'homer.simpson@duff.com',
        time: '2022-06-22T18:18:29.015Z',
        data: { account: 'homer.simpson@duff.com', system: 'okta', outcome: 'success', mfa: true, ip: '1.3.2.4' },
      },
      other('system.idp.lifecycle.create'),
    ],
  },
  'panther.okta_potentially_stolen_session.json': {
    within: 'log',
    gives: Array.from({ length: 4 }, () => ({ rejected: '/published', message: 'is no instant' })),
  },
  'panther.okta_support_reset.json': {
    within: 'log',
    gives: [other('user.account.reset_password'), { rejected: '/published', message: 'expected string, but it is missing' }],
  },
  'panther.okta_user_account_locked.json': {
    within: 'log',
    gives: [other('user.account.lock'), { ignored: 'group.privilege.grant ended with FAILURE: nothing was changed' }],
  },
  'panther.okta_user_mfa_reset_all.json': {
    within: 'log',
    gives: [other('user.mfa.factor.reset_all'), other('application.integration.rate_limit_exceeded')],
  },
};

describe('samples of the Okta System Log', () => {
  it('are all written out here', () => {
    expect([...Object.keys(WRAPPED), 'broken.published.json', 'eventhook.json'].sort()).toEqual(sampleFiles('okta'));
  });

  it.each(Object.keys(WRAPPED))('%s as it lies is a test of another tool around events: refused, nothing has an id', (file) => {
    for (const item of shown(sendSample(okta, file))) expect(item).toMatchObject({ rejected: '/uuid', message: 'expected string, but it is missing' });
  });

  it.each(Object.keys(WRAPPED))('%s with its events taken out gives what is written here', (file) => {
    const { within, gives } = WRAPPED[file] ?? { within: 'log', gives: [] };
    const events = (JSON.parse(sampleText('okta', file)) as Record<string, unknown>[]).map((wrapper) => wrapper[within]);
    const all: Shown[] = shown(send(okta, JSON.stringify(events), SYSTEM));
    expect(all).toMatchObject(gives);
    expect(all.length).toBe(gives.length);
  });

  it('eventhook.json has a sign-in, an account that ended, and a new member of a group', () => {
    const common = { index: 0, source: 'okta' };
    expect(shown(sendSample(okta, 'eventhook.json', SYSTEM))).toEqual([
      {
        ...common,
        id: '0a000000-0000-4000-8000-000000000001',
        type: 'identity.signin',
        subject: 'ines@acme.example',
        time: '2026-01-31T12:00:00.000Z',
        data: { account: 'ines@acme.example', system: 'okta', outcome: 'success', ip: '192.0.2.17' },
      },
      {
        ...common,
        id: '0a000000-0000-4000-8000-000000000002',
        type: 'identity.access-revoked',
        subject: 'omar@acme.example',
        time: '2026-01-31T12:00:01.000Z',
        data: { account: 'omar@acme.example', system: 'okta', revokedBy: 'ines@acme.example' },
      },
      {
        ...common,
        id: '0a000000-0000-4000-8000-000000000003',
        type: 'identity.access-granted',
        subject: 'al@acme.example',
        time: '2026-01-31T12:00:02.000Z',
        data: { account: 'al@acme.example', system: 'okta', role: 'group/Payments', grantedBy: 'ines@acme.example' },
      },
    ]);
  });

  it('broken.published.json loses the event without a time', () => {
    expect(shown(sendSample(okta, 'broken.published.json'))).toMatchObject([other('user.session.end'), { index: 1, rejected: '/published', message: 'is no instant' }]);
  });
});

describe('events of the Okta System Log', () => {
  const one = (event: object): unknown => shown(send(okta, JSON.stringify({ uuid: 'u1', published: '2026-01-31T12:00:00Z', ...event }), SYSTEM))[0];
  const signIn = (result: string | null): unknown => one({ eventType: 'user.session.start', outcome: result === null ? null : { result }, actor: { alternateId: 'ines' } });

  it.each([
    ['SUCCESS', 'success'],
    ['FAILURE', 'failure'],
    ['DENY', 'failure'],
  ])('a sign-in with %s is a %s', (result, outcome) => {
    expect(signIn(result)).toMatchObject({ data: { outcome } });
  });

  it.each(['CHALLENGE', 'SKIPPED', 'ALLOW', 'UNKNOWN'])('a sign-in with %s is neither', (result) => {
    expect(signIn(result)).toEqual({ index: 0, ignored: `user.session.start ended with ${result}: neither in nor out` });
  });

  it('a sign-in without a result or a name proves nothing', () => {
    expect(signIn(null)).toMatchObject({ ignored: 'user.session.start ended with none: neither in nor out' });
    expect(one({ eventType: 'user.session.start', outcome: { result: 'SUCCESS' } })).toMatchObject({ rejected: '/actor' });
  });

  it('a second factor that was not given is a failure without one', () => {
    const failed = one({ eventType: 'user.authentication.auth_via_mfa', outcome: { result: 'FAILURE' }, actor: { id: '00u1', alternateId: 'unknown' } });
    expect(failed).toMatchObject({ subject: '00u1', data: { outcome: 'failure' } });
    expect(failed).not.toHaveProperty('data.mfa');
  });

  it('a change names whose access and which', () => {
    const change = (eventType: string, target: object[], rest: object = {}): unknown => one({ eventType, target, outcome: { result: 'SUCCESS' }, ...rest });
    expect(change('group.privilege.revoke', [{ type: 'UserGroup', alternateId: 'unknown', displayName: 'Admins' }])).toMatchObject({
      type: 'identity.access-revoked',
      subject: 'Admins',
      data: { role: 'administrator', revokedBy: 'unknown' },
    });
    expect(change('application.user_membership.add', [{ type: 'User', alternateId: 'al' }])).toMatchObject({ rejected: '/target', message: 'does not say which access changed' });
    expect(change('user.lifecycle.suspend', [])).toMatchObject({ rejected: '/target' });
    expect(change('system.api_token.revoke', [{ type: 'Token', displayName: 't' }])).toMatchObject({ rejected: '/actor' });
  });

  it('in an event hook are refused at their place in it', () => {
    expect(one({ data: { events: [null, { uuid: 'x' }] } })).toMatchObject({ rejected: '/data/events/0' });
    expect(shown(send(okta, '{"data":{"events":[]}}'))).toEqual([]);
  });
});

describe('the event hook of Okta', () => {
  const verify = (authorization: string | undefined, secrets: string[]): Verification | undefined =>
    OKTA_HEADER.verify?.({ headers: { authorization }, rawBody: new Uint8Array(), nowMs: 0 }, secrets);

  it('proves itself by the header that was set up, old or new during rotation', () => {
    expect(verify('s3cret', ['s3cret'])).toEqual({ verified: true });
    expect(verify('old', ['new', 'old'])).toEqual({ verified: true });
    expect(verify('old', ['new'])).toMatchObject({ verified: false });
    expect(verify('', [''])).toMatchObject({ verified: false });
    expect(verify(undefined, ['s3cret'])).toMatchObject({ verified: false });
  });

  it('gets its challenge back, once', () => {
    const ask = (method: string, headers: Record<string, string>): unknown => okta.handshake?.({ method, headers, query: {}, rawBody: new Uint8Array() });
    expect(ask('GET', { 'x-okta-verification-challenge': 'abc"1' })).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"verification":"abc\\"1"}',
      authenticated: true,
    });
    expect(ask('GET', {})).toBeUndefined();
    expect(ask('POST', { 'x-okta-verification-challenge': 'a' })).toBeUndefined();
  });
});
