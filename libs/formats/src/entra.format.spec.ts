import { describe, expect, it } from '@jest/globals';
import { entra } from './entra.format.js';
import { sampleFiles, sampleText, send, sendSample, type Shown, shown } from './samples.testkit.js';

const SYSTEM = { system: 'entra' };
const other = (name: string): object => ({ ignored: `${name}: no event type of the catalogue says it` });
const noId = { rejected: '/properties/id', message: 'is missing: nothing identifies the event' };
const principal = (account: string, outcome: string, at: { id: string; source: string; time: string }): object => ({
  ...at,
  type: 'identity.signin',
  subject: account,
  data: { account, system: 'entra', outcome, ip: '12.12.12.12' },
});
const failed = principal('some-service-principal', 'failure', {
  id: '36658c78-02d9-4d8f-84ee-5ca4a3fdefef',
  source: 'entra/a2aa49aa-2c0c-49d2-af87-f402c421df0b',
  time: '2023-07-26T22:58:30.983Z',
});
const legacy = (account: string): object =>
  principal(account, 'success', {
    id: 'd9ae0e20-c959-42a3-ba74-00f59ac9f6c6',
    source: 'entra/237c496d-1ca2-4b13-aa0f-69e44d745a27',
    time: '2023-07-21T05:03:52.160Z',
  });
const administrator = {
  id: 'PIM_123415',
  source: 'entra/12345',
  type: 'identity.access-granted',
  subject: 'Malenia',
  time: '2024-12-16T16:32:16.087Z',
  data: { account: 'Malenia', system: 'entra', role: 'role/Application Administrator', grantedBy: 'Radahn@Starscourge.onmicrosoft.com' },
};

/** Records inside tests of another tool; what each gives once it is taken out. */
const PANTHER: Record<string, object[]> = {
  'panther.azure_diagnostic_settings_deleted.json': [
    other('Microsoft.Insights/diagnosticSettings/delete'),
    other('microsoft.insights/diagnosticsettings/delete'),
    other('Microsoft.Insights/diagnosticSettings/write'),
  ],
  'panther.azure_failed_signins.json': [
    failed,
    principal('very-normal-service-principal', 'success', {
      id: '55270060-d8fe-435e-9bf2-219a1d456b60',
      source: 'entra/85e54ec3-85ee-4b03-9e3b-863075eb9b62',
      time: '2023-07-27T13:59:53.691Z',
    }),
  ],
  'panther.azure_high_risk_signin.json': [noId, noId],
  'panther.azure_invite_external_users.json': [other('Invite external user'), other('Invite external user'), other('Invite external user'), other('Invite Internal User')],
  'panther.azure_keyvault_deleted.json': [other('Microsoft.KeyVault/vaults/delete'), other('microsoft.keyvault/vaults/delete'), other('Microsoft.KeyVault/vaults/write')],
  'panther.azure_legacyauth.json': [failed, legacy('eve@lexcorp.com'), legacy('homer.simpson@springfield.org')],
  'panther.azure_policy_changed.json': [other('Delete conditional access policy'), other('Update policy'), other('Added policy')],
  'panther.azure_role_changed_pim.json': [administrator, other('Add member to role in PIM requested (permanent)'), administrator],
};

const OWN = { source: 'entra/f1a2b3c4-0000-4000-8000-000000000000', subject: 'omar@acme.example' };

describe('samples of Entra logs', () => {
  it('are all written out here', () => {
    const others = ['broken.target-missing.json', 'graph.signins.json', 'otrf.AADAuditEvents.json', 'records.directory.json'];
    expect([...Object.keys(PANTHER), ...others].sort()).toEqual(sampleFiles('entra'));
  });

  it.each(Object.keys(PANTHER))('%s as it lies is a test of another tool around records: refused', (file) => {
    const all = shown(sendSample(entra, file));
    expect(all.length).toBeGreaterThan(0);
    for (const item of all) expect(item).toMatchObject({ rejected: '/operationName', message: 'is missing: only it says what happened' });
  });

  it.each(Object.keys(PANTHER))('%s with its records taken out gives what is written here', (file) => {
    const records = (JSON.parse(sampleText('entra', file)) as { log: unknown }[]).map(({ log }) => log);
    const all: Shown[] = shown(send(entra, JSON.stringify(records), SYSTEM));
    expect(all).toMatchObject(PANTHER[file] ?? []);
    expect(all.length).toBe(PANTHER[file]?.length);
  });

  it('panther.azure_legacyauth.json: a factor satisfied by a claim leaves open whether there was a second one', () => {
    const [, { log }] = JSON.parse(sampleText('entra', 'panther.azure_legacyauth.json')) as [unknown, { log: unknown }];
    expect(shown(send(entra, JSON.stringify(log), SYSTEM))[0]).not.toHaveProperty('data.mfa');
  });

  it('otrf.AADAuditEvents.json, JSON lines of Log Analytics, changes applications: no event of ours', () => {
    expect(shown(sendSample(entra, 'otrf.AADAuditEvents.json'))).toMatchObject([
      other('Update application – Certificates and secrets management'),
      other('Update application – Certificates and secrets management'),
      other('Update application'),
      other('Add delegated permission grant'),
    ]);
  });

  it('records.directory.json gives a role, ends a membership and an account', () => {
    expect(shown(sendSample(entra, 'records.directory.json', SYSTEM))).toEqual([
      {
        index: 0,
        ...OWN,
        id: 'Directory_1',
        type: 'identity.access-granted',
        time: '2026-01-31T12:00:01.500Z',
        data: { account: 'omar@acme.example', system: 'entra', role: 'role/Global Administrator', grantedBy: 'ines@acme.example' },
      },
      {
        index: 1,
        ...OWN,
        id: 'Directory_2',
        type: 'identity.access-revoked',
        time: '2026-01-31T12:00:02.500Z',
        data: { account: 'omar@acme.example', system: 'entra', role: 'group/Payments', revokedBy: 'ines@acme.example' },
      },
      {
        index: 2,
        ...OWN,
        id: 'Directory_3',
        type: 'identity.access-revoked',
        time: '2026-01-31T12:00:03.500Z',
        data: { account: 'omar@acme.example', system: 'entra', revokedBy: 'ines@acme.example' },
      },
      { index: 3, ignored: 'Add member to role ended with failure: nothing was changed' },
    ]);
  });

  it('graph.signins.json has a sign-in with two factors, one that waits for the second, one that failed', () => {
    const of = (index: number, outcome: string, rest: object = {}): object => ({
      index,
      id: `0000000${index + 1}-0000-4000-8000-000000000000`,
      source: 'entra',
      type: 'identity.signin',
      subject: 'ines@acme.example',
      time: `2026-01-31T12:00:0${index + 1}.000Z`,
      data: { account: 'ines@acme.example', system: 'entra', outcome, ...rest, ip: '192.0.2.17' },
    });
    expect(shown(sendSample(entra, 'graph.signins.json', SYSTEM))).toEqual([
      of(0, 'success', { mfa: true }),
      { index: 1, ignored: 'sign-in interrupted with 50074: neither in nor out' },
      of(2, 'failure'),
    ]);
  });

  it('broken.target-missing.json loses the record that names nobody', () => {
    expect(shown(sendSample(entra, 'broken.target-missing.json', SYSTEM))).toMatchObject([
      { index: 0, rejected: '/properties/targetResources', message: 'names nobody whose access changed' },
      { index: 1, type: 'identity.access-granted', subject: 'omar@acme.example' },
    ]);
  });
});

describe('records of Entra', () => {
  const [base] = (JSON.parse(entra.sample.body) as { records: [{ properties: object }] }).records;
  const one = (properties: object, rest: object = {}): unknown => shown(send(entra, JSON.stringify({ ...base, ...rest, properties: { ...base.properties, ...properties } }), SYSTEM))[0];
  const audit = (operationName: string | null, properties: object): unknown =>
    one({ status: null, result: 'success', targetResources: [{ type: 'User', id: 'u2' }], ...properties }, { operationName, category: 'AuditLogs', resultType: null });

  it('of sign-ins say whether one factor was enough', () => {
    expect(one({ authenticationRequirement: 'singleFactorAuthentication' })).toMatchObject({ data: { mfa: false } });
    expect(one({ authenticationRequirement: null })).not.toHaveProperty('data.mfa');
  });

  it('take the result from resultType when the status is missing, and are refused without both', () => {
    expect(one({ status: null }, { resultType: 50126 })).toMatchObject({ data: { outcome: 'failure' } });
    expect(one({ status: null }, { resultType: 'Success' })).toMatchObject({ rejected: '/properties/status/errorCode' });
  });

  it('without a name, an id or a time are refused', () => {
    expect(one({ userPrincipalName: null })).toMatchObject({ rejected: '/properties/userPrincipalName' });
    expect(one({ id: null })).toMatchObject(noId);
    expect(one({ createdDateTime: 'now' })).toMatchObject({ rejected: '/createdDateTime' });
    expect(one({ createdDateTime: null }, { time: null })).toMatchObject({ rejected: '/createdDateTime' });
    expect(audit(null, {})).toMatchObject({ rejected: '/operationName' });
  });

  it('of roles say which, by name or by id', () => {
    expect(audit('Add member to role', {})).toMatchObject({ rejected: '/properties/targetResources', message: 'does not say which access changed' });
    expect(audit('Add member to role', { targetResources: [{ type: 'User', id: 'u2' }, { type: 'Role', id: 'r1' }] })).toMatchObject({ subject: 'u2', data: { role: 'role/r1', grantedBy: 'unknown' } });
    const unquoted = [{ type: 'User', id: 'u2', modifiedProperties: [{ displayName: 'Role.DisplayName', newValue: 'Reader' }] }];
    expect(audit('Add member to role', { targetResources: unquoted })).toMatchObject({ data: { role: 'role/Reader' } });
    const empty = [{ type: 'User', id: 'u2', modifiedProperties: [{ displayName: 'Role.DisplayName', newValue: '""' }] }];
    expect(audit('Add member to role', { targetResources: empty })).toMatchObject({ rejected: '/properties/targetResources' });
  });

  it('of rights may be about a program, a device or a group in a group', () => {
    const of = (name: string, ...targetResources: readonly object[]): unknown => audit(name, { targetResources });
    expect(of('Add member to role', { type: 'ServicePrincipal', displayName: 'Deployer', id: 's1' }, { type: 'Role', displayName: 'Reader' })).toMatchObject({ subject: 'Deployer', data: { role: 'role/Reader' } });
    expect(of('Remove member from group', { type: 'Device', displayName: 'LAPTOP-7' }, { type: 'Group', displayName: 'Managed' })).toMatchObject({ subject: 'LAPTOP-7', data: { role: 'group/Managed' } });
    const nested = { type: 'Group', displayName: 'Payments', modifiedProperties: [{ displayName: 'Group.DisplayName', newValue: '"Finance"' }] };
    expect(of('Add member to group', nested, { type: 'Group', displayName: null, id: 'g2' })).toMatchObject({ subject: 'Payments', data: { role: 'group/Finance' } });
    expect(of('Add member to group', { type: 'Group', displayName: 'Finance' })).toMatchObject({ rejected: '/properties/targetResources', message: 'names nobody whose access changed' });
    expect(of('Add user', { Type: 'User', displayName: 'Omar' })).toMatchObject({ subject: 'Omar' });
    expect(of('Add user', { type: 'ServicePrincipal', displayName: 'Deployer' })).toMatchObject({ rejected: '/properties/targetResources' });
  });

  it('may be made by an application, and be written as text within text', () => {
    const texts = { targetResources: '[{"type":"User","id":"u2"}]', initiatedBy: '{"app":{"displayName":"Sync"}}' };
    expect(audit('Add user', texts)).toMatchObject({ subject: 'u2', data: { grantedBy: 'Sync' } });
    expect(audit('Add user', { targetResources: '{broken' })).toMatchObject({ rejected: '/properties/targetResources' });
    expect(audit('Add user', { result: null })).toMatchObject({ ignored: 'Add user ended with no result: nothing was changed' });
    expect(audit('Add user', { activityDateTime: 'now' })).toMatchObject({ rejected: '/activityDateTime' });
  });
});
