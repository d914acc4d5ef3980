import { describe, expect, it } from '@jest/globals';
import type { Verification } from './format.js';
import { googleWorkspace } from './google-workspace.format.js';
import { CHANNEL_TOKEN } from './google-workspace/channel.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const SYSTEM = { system: 'google' };
const other = (what: string): object => ({ ignored: `${what}: no event type of the catalogue says it` });
const noTime = { rejected: '/id/time', message: 'expected string, but it is missing' };

/** Files around whose records another tool has put its own test; what each record gives once it is taken out. */
const WRAPPED: Record<string, { within: 'data' | 'log'; gives: object[] }> = {
  'gsuite_reports.json': { within: 'data', gives: [other('admin CHANGE_GROUP_SETTING')] },
  'panther.google_workspace_admin_custom_role.json': { within: 'log', gives: [other('admin DELETE_ROLE'), other('admin CREATE_ROLE'), other('drive rename')] },
  'panther.gsuite_doc_ownership_transfer.json': { within: 'log', gives: Array.from({ length: 3 }, () => other('drive change_owner')) },
  'panther.gsuite_two_step_verification.json': { within: 'log', gives: [noTime, noTime] },
  'panther.gsuite_user_suspended.json': { within: 'log', gives: [noTime, noTime, noTime] },
  'panther.gsuite_workspace_password_enforce_strong_disabled.json': {
    within: 'log',
    gives: [other('admin CHANGE_APPLICATION_SETTING'), other('admin CHANGE_CALENDAR_SETTING'), other('drive rename')],
  },
  'panther.gsuite_workspace_trusted_domains_allowlist.json': {
    within: 'log',
    gives: [other('admin REMOVE_TRUSTED_DOMAINS'), other('admin ADD_TRUSTED_DOMAINS'), other('admin CHANGE_CALENDAR_SETTING'), other('drive rename')],
  },
};

describe('samples of Google Workspace activities', () => {
  it('are all written out here', () => {
    expect([...Object.keys(WRAPPED), 'activities.page.json', 'broken.user-missing.json'].sort()).toEqual(sampleFiles('google-workspace'));
  });

  it.each(Object.keys(WRAPPED))('%s as it lies is a test of another tool around activities: refused, nothing has an id', (file) => {
    const all = shown(sendSample(googleWorkspace, file));
    expect(all.length).toBeGreaterThan(0);
    for (const item of all) expect(item).toMatchObject({ rejected: '/id', message: 'expected object, but it is missing' });
  });

  it.each(Object.keys(WRAPPED))('%s with its activities taken out gives what is written here', (file) => {
    const { within, gives } = WRAPPED[file] ?? { within: 'log', gives: [] };
    const content = JSON.parse(sampleText('google-workspace', file)) as Record<string, unknown>[] | Record<string, unknown>;
    const activities = [content].flat().map((wrapper) => wrapper[within]);
    const all: Shown[] = shown(send(googleWorkspace, JSON.stringify(activities), SYSTEM));
    expect(all).toMatchObject(gives);
    expect(all.length).toBe(gives.length);
  });

  it('activities.page.json: an activity of two events is two pieces of evidence', () => {
    const common = { source: 'google-workspace/C03az79cb', time: '2026-01-31T12:00:00.000Z' };
    const id = (application: string, qualifier: string): string => `${application}/2026-01-31T12:00:00.000Z/${qualifier}/C03az79cb`;
    expect(shown(sendSample(googleWorkspace, 'activities.page.json', SYSTEM))).toEqual([
      {
        index: 0,
        ...common,
        id: id('admin', '-1'),
        type: 'identity.access-granted',
        subject: 'omar@acme.example',
        data: { account: 'omar@acme.example', system: 'google', grantedBy: 'ines@acme.example' },
      },
      {
        index: 0,
        ...common,
        id: `${id('admin', '-1')}#1`,
        type: 'identity.access-granted',
        subject: 'omar@acme.example',
        data: { account: 'omar@acme.example', system: 'google', role: 'group/payments@acme.example', grantedBy: 'ines@acme.example' },
      },
      {
        index: 1,
        ...common,
        id: id('login', '2'),
        type: 'identity.signin',
        subject: 'ines@acme.example',
        data: { account: 'ines@acme.example', system: 'google', outcome: 'success', ip: '192.0.2.17' },
      },
      {
        index: 2,
        ...common,
        id: id('login', '3'),
        type: 'identity.signin',
        subject: 'omar@acme.example',
        data: { account: 'omar@acme.example', system: 'google', outcome: 'failure', ip: '192.0.2.17' },
      },
    ]);
  });

  it('broken.user-missing.json loses the event that names nobody', () => {
    expect(shown(sendSample(googleWorkspace, 'broken.user-missing.json', SYSTEM))).toMatchObject([
      { index: 0, rejected: '/events/0/parameters', message: 'USER_EMAIL is missing: nobody is named whose access changed' },
      { index: 0, type: 'identity.access-revoked', subject: 'omar@acme.example', data: { revokedBy: 'ines@acme.example' } },
    ]);
  });
});

describe('activities of Google Workspace', () => {
  const [base] = (JSON.parse(googleWorkspace.sample.body) as { items: [{ id: object }] }).items;
  const one = (change: object): unknown => shown(send(googleWorkspace, JSON.stringify({ ...base, ...change }), SYSTEM))[0];

  it('are read when they are flattened and have lost their zone', () => {
    const id = { ...base.id, time: '2026-01-31 12:00:00.000000000' };
    const flat = { events: null, id, actor: { key: 'KEY' }, name: 'REVOKE_ADMIN_PRIVILEGE', parameters: { USER_EMAIL: 'omar@acme.example', EXTRA: null } };
    expect(one(flat)).toMatchObject({ type: 'identity.access-revoked', time: '2026-01-31T12:00:00.000Z', data: { role: 'super-admin', revokedBy: 'KEY' } });
  });

  it('without events, a time, a name or a right cannot be used', () => {
    expect(one({ events: [] })).toMatchObject({ rejected: '/events' });
    expect(one({ events: [{ name: ' ' }, 7] })).toMatchObject({ rejected: '/events' });
    expect(one({ id: { ...base.id, time: 'redacted' } })).toMatchObject({ rejected: '/id/time', message: 'is no instant' });
    expect(one({ events: [{ name: 'ASSIGN_ROLE', parameters: [{ name: 'USER_EMAIL', value: 'o' }] }] })).toMatchObject({
      rejected: '/events/0/parameters',
      message: 'ROLE_NAME is missing: it is not said which access changed',
    });
  });

  it('are read one event a record, with numbers as numbers, and told apart by what they say', () => {
    const id = { ...base.id, applicationName: 'login', uniqueQualifier: 1 };
    const actor = { callerType: 'USER', email: 'bo@acme.example', profileId: 1 };
    const login = (events: object): { readonly id: string } => one({ id, actor, events }) as { readonly id: string };
    const failure = login({ type: 'login', name: 'login_failure', parameters: [{ name: 'login_type', value: 'exchange' }] });
    expect(failure).toMatchObject({ type: 'identity.signin', subject: 'bo@acme.example', data: { outcome: 'failure' } });
    expect(failure.id).toMatch(/^login\/2026-01-31T12:00:00.000Z\/1\/C03az79cb\/sha256:[0-9a-f]{64}$/);
    expect(login({ type: 'login', name: 'login_failure', parameters: [{ name: 'login_type', value: 'exchange' }] })).toEqual(failure);
    expect(login({ type: 'login', name: 'login_success' }).id).not.toBe(failure.id);
    expect(one({ id: { ...id, uniqueQualifier: '' }, events: {} })).toMatchObject({ rejected: '/id/uniqueQualifier' });
    expect(one({ id, events: {} })).toMatchObject({ rejected: '/events' });
  });

  it('of sign-ins name the one who signed in', () => {
    const login = { ...base.id, applicationName: 'login' };
    const affected = [{ name: 'login_failure', parameters: [{ name: 'affected_email_address', value: 'bo@acme.example' }] }];
    expect(one({ id: login, actor: null, ipAddress: null, events: affected })).toMatchObject({ subject: 'bo@acme.example', data: { outcome: 'failure' } });
    expect(one({ id: login, actor: null, events: [{ name: 'login_success' }] })).toMatchObject({ rejected: '/actor/email' });
    expect(one({ id: { ...login, customerId: null }, events: [{ name: 'login_challenge' }] })).toMatchObject(other('login login_challenge'));
    expect(one({ actor: null })).toMatchObject({ data: { grantedBy: 'unknown' } });
  });
});

describe('the push channel of Google', () => {
  const verify = (token: string | undefined, secrets: string[]): Verification | undefined =>
    CHANNEL_TOKEN.verify?.({ headers: { 'x-goog-channel-token': token }, rawBody: new Uint8Array(), nowMs: 0 }, secrets);

  it('proves itself by its token, old or new during rotation', () => {
    expect(verify('old', ['new', 'old'])).toEqual({ verified: true });
    expect(verify('old', ['new'])).toMatchObject({ verified: false });
    expect(verify(undefined, ['new'])).toMatchObject({ verified: false });
  });

  it('says once that it is open, which is no evidence', () => {
    const ask = (method: string, state: string): unknown =>
      googleWorkspace.handshake?.({ method, headers: { 'x-goog-resource-state': state }, query: {}, rawBody: new Uint8Array() });
    expect(ask('POST', 'sync')).toEqual({ status: 200, headers: {}, body: '', authenticated: true });
    expect(ask('POST', 'LOGIN')).toBeUndefined();
    expect(ask('GET', 'sync')).toBeUndefined();
  });
});
