import { describe, expect, it } from '@jest/globals';
import { ocsf } from './ocsf.format.js';
import { sampleFiles, send, sendSample, shown } from './samples.testkit.js';

interface Account {
  readonly account: string;
  readonly [name: string]: unknown;
}

const AT = '2026-01-31T12:00:00.000Z';
const directory = (index: number, id: string, type: string, data: Account): object => ({
  index,
  id,
  source: 'ocsf/Directory',
  type,
  subject: data.account,
  time: AT,
  data,
});

describe('samples of OCSF', () => {
  it('are all written out here', () => {
    expect(sampleFiles('ocsf')).toEqual(['account_change_3001_cloudtrail.json', 'broken.time-missing.json', 'compliance_finding_2003_securityhub_v2.json', 'events.1.4.ndjson']);
  });

  it('account_change_3001_cloudtrail.json detaches a policy from nobody that is named: refused', () => {
    expect(shown(sendSample(ocsf, 'account_change_3001_cloudtrail.json'))).toEqual([{ index: 0, rejected: '/user', message: 'names nobody' }]);
  });

  it('compliance_finding_2003_securityhub_v2.json is a failure, though its category is wrong and its time in seconds', () => {
    const uid = 'arn:aws:securityhub:us-east-1:123456789012:subscription/aws-foundational-security-best-practices/v/1.0.0/S3.1/finding/test';
    expect(shown(sendSample(ocsf, 'compliance_finding_2003_securityhub_v2.json'))).toEqual([
      {
        index: 0,
        id: `${uid}@1672531200000`,
        source: 'ocsf/Security%20Hub',
        type: 'config.finding',
        subject: 'test-bucket',
        time: '2023-01-01T00:00:00.000Z',
        data: { rule: 'S3.1', resource: 'test-bucket', outcome: 'fail', severity: 'medium', title: 'Test Finding', account: '123456789012', region: 'us-east-1' },
      },
    ]);
  });

  it('broken.time-missing.json loses the event without a time', () => {
    expect(shown(sendSample(ocsf, 'broken.time-missing.json'))).toEqual([
      { index: 0, id: 'c1@1769860800000', source: 'ocsf/Checker', type: 'config.finding', subject: 'r1', time: AT, data: { rule: 'X.1', resource: 'r1', outcome: 'pass', severity: 'low', title: 't' } },
      { index: 1, rejected: '/time', message: 'is no time that can be read' },
    ]);
  });

  it('events.1.4.ndjson has one of each class that is read', () => {
    expect(shown(sendSample(ocsf, 'events.1.4.ndjson', { contentType: 'application/x-ndjson', system: 'directory' }))).toEqual([
      directory(0, 'e1', 'identity.signin', { account: 'ines', system: 'directory', outcome: 'success', mfa: true, ip: '192.0.2.17' }),
      directory(1, 'e2', 'identity.signin', { account: 'omar@acme.example', system: 'directory', outcome: 'failure' }),
      { index: 2, ignored: 'logon whose result is not known: neither in nor out' },
      { index: 3, ignored: 'authentication other than a logon' },
      directory(4, 'e5', 'identity.access-granted', { account: 'al', system: 'directory', role: 'payments-approver', grantedBy: 'ines' }),
      directory(5, 'e6', 'identity.access-revoked', { account: 'omar', system: 'directory', revokedBy: 'ines' }),
      { index: 6, ignored: 'account change without success: nothing was changed' },
      {
        index: 7,
        id: 'v1@1769860800000',
        source: 'ocsf/Scanner',
        type: 'vuln.finding',
        subject: 'i-1',
        time: AT,
        data: { finding: 'CVE-2026-0001', asset: 'i-1', severity: 'critical', status: 'fixed', firstSeenAt: '2026-01-30T12:00:00.000Z' },
      },
      { index: 8, id: 'd1@1769860800000', source: 'ocsf/Detector', type: 'detection.alert', subject: 'd1', time: AT, data: { id: 'd1', severity: 'high', status: 'New' } },
      {
        index: 9,
        id: 'p1@1769860800',
        source: 'prowler/aws/123456789012',
        type: 'config.finding',
        subject: 'arn:aws:iam::123456789012:root',
        time: AT,
        data: { rule: 'account_contacts', resource: 'arn:aws:iam::123456789012:root', outcome: 'unknown', severity: 'medium', title: 'Contacts are current', account: '123456789012' },
      },
      { index: 10, ignored: 'class 6003: no event type of the catalogue says it' },
    ]);
  });
});

describe('OCSF events', () => {
  const base = JSON.parse(ocsf.sample.body) as Record<string, unknown>;
  const all = (change: object): unknown[] => shown(send(ocsf, JSON.stringify({ ...base, ...change })));
  const one = (change: object): unknown => all(change)[0];

  it.each([
    [{ status_id: 1 }, 'pass'],
    [{ status: 'Pass' }, 'pass'],
    [{ status: 'PASSED' }, 'pass'],
    [{ status_id: 1, status: 'FAILED' }, 'unknown'],
    [{ status_id: 3, status: 'FAIL' }, 'fail'],
    [{ status_id: 2 }, 'unknown'],
    [{ status: 'Warning' }, 'unknown'],
    [{ status_id: 99, status: 'pass' }, 'unknown'],
    [{ status_id: 1, status: 'fail' }, 'unknown'],
    [{}, 'unknown'],
  ])('with compliance %j are %s', (compliance, outcome) => {
    expect(one({ compliance: { control: 'X', ...compliance } })).toMatchObject({ data: { outcome } });
  });

  it('that are suppressed or closed are never a pass', () => {
    const compliance = { control: 'X', status_id: 1 };
    expect(one({ compliance, status_id: 3 })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
    expect(one({ compliance, activity_id: 3 })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(one({ compliance, status_id: undefined, status: 'Suppressed' })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
    expect(one({ compliance, status_id: 5 })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(one({ compliance, status_id: 99, status: 'Archived' })).toMatchObject({ data: { outcome: 'unknown' } });
    expect(one({ status_id: 3 })).toMatchObject({ data: { outcome: 'fail', suppressed: true } });
  });

  it('of the one finding class of 1.0 are what they hold, in the state of the finding', () => {
    const finding = { class_uid: 2001, finding_info: undefined, finding: { uid: 'f1', title: 'EC2.19 No open ports' }, status_id: undefined, severity_id: 1 };
    const passed = { ...finding, compliance: { requirements: ['PCI1.2'], status: 'PASSED' } };
    expect(one({ ...passed, state: 'Resolved', state_id: 4 })).toEqual({
      index: 0,
      id: 'f1@1769860800000',
      source: 'ocsf/Security%20Hub',
      type: 'config.finding',
      subject: 'arn:aws:s3:::data',
      time: AT,
      data: { rule: 'EC2.19 No open ports', resource: 'arn:aws:s3:::data', outcome: 'pass', severity: 'informational', title: 'EC2.19 No open ports', account: '123456789012', region: 'us-east-1' },
    });
    expect(one({ ...passed, status: 'Success', status_id: 1, state_id: 3 })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
    const bare = { ...finding, compliance: undefined };
    expect(one({ ...bare, vulnerabilities: [{ cve: { uid: 'CVE-2026-1' } }] })).toMatchObject({ type: 'vuln.finding', data: { finding: 'CVE-2026-1', status: 'open' } });
    expect(one({ ...bare, status: 'Not applicable', state: 'New', state_id: 1 })).toMatchObject({ type: 'detection.alert', data: { id: 'f1', status: 'New' } });
  });

  it('name the resource in the plural, in the singular, or are refused', () => {
    expect(one({ resources: null, resource: { name: 'r1' } })).toMatchObject({ subject: 'r1' });
    expect(one({ resources: [{}] })).toMatchObject({ rejected: '/resources/0/uid' });
    expect(one({ resources: [] })).toMatchObject({ rejected: '/resources' });
    expect(all({ resources: [{ uid: 'a' }, { uid: 'b' }] })).toMatchObject([{ id: 'finding-1@1769860800000' }, { id: 'finding-1@1769860800000#1' }]);
  });

  it('without a rule, an id or a class cannot be used', () => {
    expect(one({ compliance: {}, finding_info: { uid: 'f' } })).toMatchObject({ rejected: '/compliance/control' });
    expect(one({ finding_info: { title: 't' } })).toMatchObject({ rejected: '/metadata/uid' });
    expect(one({ class_uid: '2003' })).toMatchObject({ rejected: '/class_uid' });
  });

  it('of vulnerabilities need both sides, and count as high while nobody rated them', () => {
    const vulnerability = { class_uid: 2002, vulnerabilities: [{ advisory: { uid: 'A-1' } }], finding_info: { uid: 'v', created_time_dt: '2026-01-01T00:00:00Z' } };
    expect(one(vulnerability)).toMatchObject({ data: { finding: 'A-1', status: 'open', firstSeenAt: '2026-01-01T00:00:00.000Z' } });
    const unaged = one({ ...vulnerability, status_id: 3, severity_id: 1, finding_info: { uid: 'v' } });
    expect(unaged).toMatchObject({ data: { status: 'accepted', severity: 'low' } });
    expect(unaged).not.toHaveProperty('data.firstSeenAt');
    expect(one({ ...vulnerability, vulnerabilities: [] })).toMatchObject({ rejected: '/vulnerabilities' });
    expect(one({ ...vulnerability, vulnerabilities: [{}] })).toMatchObject({ rejected: '/vulnerabilities' });
    expect(one({ ...vulnerability, severity_id: 99 })).toMatchObject({ data: { severity: 'high' } });
    expect(one({ ...vulnerability, severity_id: 99, severity: 'Medium' })).toMatchObject({ data: { severity: 'medium' } });
    expect(one({ ...vulnerability, status_id: undefined, status: 'Suppressed' })).toMatchObject({ data: { status: 'accepted' } });
    expect(one({ ...vulnerability, status_id: undefined, status: 'Resolved' })).toMatchObject({ data: { status: 'fixed' } });
    expect(one({ ...vulnerability, status_id: 1, status: 'Resolved' })).toMatchObject({ data: { status: 'open' } });
  });

  it('of detections need an id, and count as high while nobody rated them', () => {
    expect(one({ class_uid: 2004, severity_id: 6 })).toMatchObject({ type: 'detection.alert', data: { severity: 'critical', status: '1' } });
    expect(one({ class_uid: 2004, finding_info: {} })).toMatchObject({ rejected: '/finding_info/uid' });
    expect(one({ class_uid: 2004, severity_id: 0 })).toMatchObject({ data: { severity: 'high' } });
    expect(one({ class_uid: 2004, metadata: { product: { name: 'Prowler' } } })).toMatchObject({ rejected: '/metadata/event_code' });
  });

  it('of accounts say who and, for a policy, which', () => {
    const change = { class_uid: 3001, status_id: 1, user: { uid: 'u1' }, metadata: { uid: 'm1', product: { uid: 'p' } } };
    expect(one({ ...change, activity_id: 7 })).toMatchObject({ rejected: '/policy' });
    expect(one({ ...change, activity_id: 1, time: null, time_dt: '2026-01-31T12:00:00Z' })).toMatchObject({ source: 'ocsf/p', time: AT, data: { grantedBy: 'unknown' } });
    expect(one({ ...change, activity_id: 3 })).toMatchObject({ ignored: 'account change that gives or takes no access' });
  });

  it('of accounts without a status are what the answer to the call says, and nothing without one', () => {
    const change = { class_uid: 3001, activity_id: 6, status_id: undefined, user: { uid: 'u1' }, metadata: { uid: 'm1', product: { uid: 'p' } } };
    const unknown = { ignored: 'account change whose result is not known' };
    const failed = { ignored: 'account change without success: nothing was changed' };
    expect(one({ ...change, status: 'Success' })).toMatchObject({ type: 'identity.access-revoked' });
    expect(one({ ...change, api: { response: { data: { user: {} }, error: null } } })).toMatchObject({ type: 'identity.access-revoked' });
    expect(one({ ...change, api: { response: { data: {}, error: 'AccessDenied' } } })).toMatchObject(failed);
    expect(one({ ...change, api: { response: { code: 403 } } })).toMatchObject(failed);
    expect(one({ ...change, api: { response: {} } })).toMatchObject(unknown);
    expect(one(change)).toMatchObject(unknown);
    expect(one({ ...change, status: 'Unknown' })).toMatchObject(unknown);
    expect(one({ ...change, status_id: 99, status: 'Success' })).toMatchObject(unknown);
  });

  it('of privileges and groups are one change for each right', () => {
    const common = { finding_info: undefined, compliance: undefined, user: { name: 'omar' }, actor: { user: { name: 'ines' } }, metadata: { uid: 'm2', product: { name: 'Directory' } } };
    const assigned = { ...common, class_uid: 3005, privileges: ['payments-approver', 'auditor'] };
    expect(all({ ...assigned, activity_id: 1 })).toEqual([
      { index: 0, id: 'm2', source: 'ocsf/Directory', type: 'identity.access-granted', subject: 'omar', time: AT, data: { account: 'omar', system: 'test-system', role: 'payments-approver', grantedBy: 'ines' } },
      { index: 0, id: 'm2#1', source: 'ocsf/Directory', type: 'identity.access-granted', subject: 'omar', time: AT, data: { account: 'omar', system: 'test-system', role: 'auditor', grantedBy: 'ines' } },
    ]);
    expect(all({ ...assigned, activity_id: 2 })).toMatchObject([{ type: 'identity.access-revoked' }, { type: 'identity.access-revoked' }]);
    expect(one({ ...assigned, activity_id: 2, status_id: 2 })).toMatchObject({ ignored: 'access management without success: nothing was changed' });
    expect(one({ ...assigned, activity_id: 1, privileges: undefined })).toMatchObject({ ignored: 'access management without privileges: what changed is not told' });
    const member = { ...common, class_uid: 3006, group: { name: 'finance' } };
    expect(one({ ...member, activity_id: 3 })).toMatchObject({ type: 'identity.access-granted', data: { role: 'group/finance', grantedBy: 'ines' } });
    expect(one({ ...member, activity_id: 4 })).toMatchObject({ type: 'identity.access-revoked', data: { role: 'group/finance', revokedBy: 'ines' } });
    expect(one({ ...member, activity_id: 4, group: {} })).toMatchObject({ rejected: '/group' });
    expect(one({ ...member, activity_id: 6 })).toMatchObject({ ignored: 'group management that changes no membership' });
  });

  it('of many vulnerabilities on many resources are refused before they are multiplied', () => {
    const many = { class_uid: 2002, vulnerabilities: Array.from({ length: 200 }, (_, at) => ({ cve: { uid: `CVE-${at}` } })), resources: Array.from({ length: 101 }, (_, at) => ({ uid: `r${at}` })) };
    const line = JSON.stringify({ ...base, ...many });
    expect(send(ocsf, line)).toMatchObject({ outcome: 'too-large' });
    expect(send(ocsf, [line, line].join('\n'), { contentType: 'application/x-ndjson' })).toMatchObject({ outcome: 'too-large' });
    const half = JSON.stringify({ ...base, ...many, resources: many.resources.slice(0, 60) });
    expect(send(ocsf, half)).toMatchObject({ outcome: 'items' });
    expect(send(ocsf, [half, half].join('\n'), { contentType: 'application/x-ndjson' })).toMatchObject({ outcome: 'too-large' });
  });

  it('without any id are told apart by what they say', () => {
    const logon = { class_uid: 3002, activity_id: 1, status: 'Success', status_id: undefined, user: { uid: 'u' }, finding_info: undefined, metadata: {} };
    const first = one(logon);
    expect(first).toMatchObject({ id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown, type: 'identity.signin', data: { outcome: 'success' } });
    expect(one(logon)).toEqual(first);
    expect(one({ ...logon, user: { uid: 'v' } })).not.toMatchObject({ id: (first as { id: string }).id });
  });
});
