import type { ParseResult } from './format.js';
import { prowler } from './prowler.format.js';
import { sampleFiles, sampleText, send, sendSample, shown } from './samples.testkit.js';

/** Ids that hold a hash of the record; that they differ and stay the same is tested below. */
const derived = (start: string): string => expect.stringMatching(new RegExp(`^${start}#[0-9a-f]{32}(#\\d+)?$`)) as string;
const finding = (index: number, id: string, source: string, time: string, data: { resource: string } & object): object => ({
  index,
  id,
  source,
  type: 'config.finding',
  subject: data.resource,
  time,
  data,
});

describe('example_output_aws.ocsf.json', () => {
  // `time` says 13:27:03; `time_dt` says 14:27:03 without a zone, the wall clock of the machine that scanned.
  const AT = '2025-02-14T13:27:03.000Z';
  const SOURCE = 'prowler/aws/%3Caccount_uid%3E';
  const ROOT = 'arn:aws:iam::<account_uid>:root';
  const of = (index: number, rule: string, data: { resource: string } & object): object =>
    finding(index, derived(`${rule.slice(0, 100)}@1739539623`), SOURCE, AT, { rule, ...data, account: '<account_uid>', region: '<region>' });

  it('has five findings: two failures, three that nobody has checked, no pass', () => {
    expect(shown(sendSample(prowler, 'example_output_aws.ocsf.json'))).toEqual([
      of(0, 'accessanalyzer_enabled', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'low',
        title: 'Check if IAM Access Analyzer is enabled',
      }),
      of(1, 'account_maintain_current_contact_details', {
        resource: ROOT,
        outcome: 'unknown',
        severity: 'medium',
        title: 'Maintain current contact details.',
      }),
      of(2, 'account_maintain_different_contact_details_to_security_billing_and_operations', {
        resource: ROOT,
        outcome: 'fail',
        severity: 'medium',
        title: 'Maintain different contact details to security, billing and operations.',
      }),
      of(3, 'account_security_contact_information_is_registered', {
        resource: ROOT,
        outcome: 'unknown',
        severity: 'medium',
        title: 'Ensure security contact information is registered.',
      }),
      of(4, 'account_security_questions_are_registered_in_the_aws_account', {
        resource: ROOT,
        outcome: 'unknown',
        severity: 'medium',
        title: 'Ensure security questions are registered in the AWS account.',
      }),
    ]);
  });
});

describe('example_output_gcp.ocsf.json', () => {
  const of = (index: number, rule: string, data: { resource: string } & object): object =>
    finding(index, derived(`${rule}@1739539640`), 'prowler/gcp/%3Cproject_id%3E', '2025-02-14T13:27:20.000Z', {
      rule,
      ...data,
      account: '<project_id>',
      region: 'global',
    });
  const rdp = (index: number, outcome: string): object =>
    of(index, 'compute_firewall_rdp_access_from_the_internet_allowed', {
      resource: '<uid>',
      outcome,
      severity: 'critical',
      title: 'Ensure That RDP Access Is Restricted From the Internet',
    });

  it('has five findings, of which the three of one check and resource swallow none of each other', () => {
    expect(shown(sendSample(prowler, 'example_output_gcp.ocsf.json'))).toEqual([
      of(0, 'apikeys_key_exists', {
        resource: '<project_id>',
        outcome: 'pass',
        severity: 'medium',
        title: 'Ensure API Keys Only Exist for Active Services',
      }),
      of(1, 'artifacts_container_analysis_enabled', {
        resource: 'containeranalysis.googleapis.com',
        outcome: 'fail',
        severity: 'medium',
        title: 'Ensure Image Vulnerability Analysis using AR Container Analysis or a third-party provider',
      }),
      rdp(2, 'pass'),
      rdp(3, 'pass'),
      rdp(4, 'fail'),
    ]);
  });
});

describe('the CSV files of Prowler 5', () => {
  const of = (source: string, clock: string, time: string) =>
    (index: number, rule: string, data: { resource: string } & object): object =>
      finding(index, derived(`${rule.slice(0, 100)}@2025-02-14 ${clock}`), source, time, { rule, ...data, account: '<account_uid>', region: '<region>' });

  it('example_output_aws.csv has four findings', () => {
    const row = of('prowler/aws/%3Caccount_uid%3E', '14:27:03.913874', '2025-02-14T14:27:03.913Z');
    expect(shown(sendSample(prowler, 'example_output_aws.csv', { contentType: 'text/csv' }))).toEqual([
      row(0, 'accessanalyzer_enabled', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'low',
        title: 'Check if IAM Access Analyzer is enabled',
      }),
      row(1, 'account_maintain_current_contact_details', {
        resource: '<resource_uid>',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Maintain current contact details.',
      }),
      row(2, 'account_maintain_different_contact_details_to_security_billing_and_operations', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'medium',
        title: 'Maintain different contact details to security, billing and operations.',
      }),
      row(3, 'account_security_contact_information_is_registered', {
        resource: '<resource_uid>:root',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Ensure security contact information is registered.',
      }),
    ]);
  });

  it('example_output_gcp.csv has four findings, two of them alike', () => {
    const row = of('prowler/gcp/%3Caccount_uid%3E', '14:27:20.697446', '2025-02-14T14:27:20.697Z');
    const rdp = (index: number): object =>
      row(index, 'compute_firewall_rdp_access_from_the_internet_allowed', {
        resource: '<resource_uid>',
        outcome: 'pass',
        severity: 'critical',
        title: 'Ensure That RDP Access Is Restricted From the Internet',
      });
    expect(shown(sendSample(prowler, 'example_output_gcp.csv', { contentType: 'text/csv; charset=utf-8' }))).toEqual([
      row(0, 'apikeys_key_exists', {
        resource: '<account_uid>',
        outcome: 'pass',
        severity: 'medium',
        title: 'Ensure API Keys Only Exist for Active Services',
      }),
      row(1, 'artifacts_container_analysis_enabled', {
        resource: '<resource_uid>',
        outcome: 'fail',
        severity: 'medium',
        title: 'Ensure Image Vulnerability Analysis using AR Container Analysis or a third-party provider',
      }),
      rdp(2),
      rdp(3),
    ]);
  });

  it('broken.columns.csv loses the row whose columns have shifted', () => {
    expect(shown(sendSample(prowler, 'broken.columns.csv', { contentType: 'text/csv' }))).toEqual([
      finding(0, 'f-1@2025-02-14 14:27:03.913874', 'prowler/aws/123456789012', '2025-02-14T14:27:03.913Z', {
        rule: 'accessanalyzer_enabled',
        resource: 'analyzer/1',
        outcome: 'fail',
        account: '123456789012',
      }),
      { index: 1, rejected: '', message: 'has 8 fields, the header line 9; quote fields that hold the separator' },
    ]);
  });

  it.each([
    ['a header of another tool', 'a;b\n1;2', 'the header line has no column CHECK_ID'],
    ['nothing', '', 'the header line has no column CHECK_ID'],
    ['a column twice', 'CHECK_ID;STATUS;STATUS\n1;2;3', 'the header line has a column twice, or one that is refused'],
    ['an open quote', 'CHECK_ID;STATUS\n"1;2', expect.stringContaining('Quote') as string],
  ])('a file with %s is malformed', (_what, body, message) => {
    expect(send(prowler, body, { contentType: 'text/csv' })).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it('MUTED True is an exception claimed upstream and never a pass', () => {
    const body = 'CHECK_ID;STATUS;MUTED;RESOURCE_UID\nc1;PASS;True;r1\nc1;FAIL;True;r2\nc1;PASS;False;r3';
    expect(shown(send(prowler, body, { contentType: 'text/csv' }))).toMatchObject([
      { data: { outcome: 'unknown', suppressed: true } },
      { data: { outcome: 'fail', suppressed: true } },
      { data: { outcome: 'pass' }, time: 'none given', source: 'prowler' },
    ]);
  });

  it('are refused in another charset or encoding, and too large beyond the limit', () => {
    expect(send(prowler, 'CHECK_ID;STATUS', { contentType: 'text/csv; charset=latin1' }).outcome).toBe('malformed');
    expect(send(prowler, Uint8Array.of(0xff), { contentType: 'text/csv' }).outcome).toBe('malformed');
    expect(send(prowler, `CHECK_ID;STATUS\n${'c;PASS\n'.repeat(20_001)}`, { contentType: 'text/csv' }).outcome).toBe('too-large');
  });
});

describe('v2.many_vuln.json, JSON lines in a file named .json', () => {
  it('has six findings; the remark (Info) is unknown', () => {
    const of = (index: number, rule: string, time: string, data: { resource: string } & object): object =>
      finding(index, derived(`${rule}@${time}`), 'prowler/aws/012345678912', `${time.slice(0, -1)}.000Z`, {
        rule,
        ...data,
        account: '012345678912',
        region: 'eu-central-1',
      });
    expect(shown(sendSample(prowler, 'v2.many_vuln.json'))).toEqual([
      of(0, 'check11', '2021-08-23T06:38:21Z', { resource: 'root', outcome: 'pass', severity: 'high', title: 'Avoid the use of the root account' }),
      of(1, 'check114', '2021-08-23T06:38:46Z', {
        resource: 'MFA',
        outcome: 'fail',
        severity: 'critical',
        title: 'Ensure hardware MFA is enabled for the root account',
      }),
      of(2, 'extra796', '2021-08-23T07:06:12Z', {
        resource: 'prod-eksc',
        outcome: 'fail',
        severity: 'high',
        title: 'Restrict Access to the EKS Control Plane Endpoint',
      }),
      of(3, 'extra794', '2021-08-23T07:06:05Z', {
        resource: 'prod-eksc',
        outcome: 'fail',
        severity: 'medium',
        title: 'Ensure EKS Control Plane Audit Logging is enabled for all log types',
      }),
      of(4, 'check116', '2021-08-23T06:39:14Z', {
        resource: 'dtpa.prod.config_read.iam',
        outcome: 'fail',
        severity: 'low',
        title: 'Ensure IAM policies are attached only to groups or roles',
      }),
      of(5, 'check117', '2021-08-23T06:40:21Z', {
        resource: '012345678912',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Maintain current contact details',
      }),
    ]);
  });

  it('gives the same when it is sent as JSON lines', () => {
    const asLines = sendSample(prowler, 'v2.many_vuln.json', { contentType: 'application/x-ndjson' });
    expect(asLines).toEqual(sendSample(prowler, 'v2.many_vuln.json'));
  });
});

describe('v3.many_vuln.json', () => {
  it('has three findings; the failure that says "Manual check" is unknown', () => {
    const AT = '2023-04-25T23:49:42.744599';
    const of = (index: number, uid: string, data: { resource: string } & object): object =>
      finding(index, `prowler-aws-${uid}@${AT}`, 'prowler/aws/999999999999', '2023-04-25T23:49:42.744Z', {
        ...data,
        account: '999999999999',
        region: 'us-east-1',
      });
    expect(shown(sendSample(prowler, 'v3.many_vuln.json'))).toEqual([
      of(0, 'acm_certificates_expiration_check-999999999999-us-east-1-api.teste.teste.com', {
        rule: 'acm_certificates_expiration_check',
        resource: 'arn:aws:acm:us-east-1:999999999999:certificate/ffffffff-0000-0000-0000-000000000000',
        outcome: 'fail',
        severity: 'high',
        title: 'Check if ACM Certificates are about to expire in specific days or less',
      }),
      of(1, 'accessanalyzer_enabled-999999999999-us-east-1-999999999999', {
        rule: 'accessanalyzer_enabled',
        resource: '999999999999',
        outcome: 'fail',
        severity: 'low',
        title: 'Check if IAM Access Analyzer is enabled',
      }),
      of(2, 'account_maintain_current_contact_details-999999999999-us-east-1-999999999999', {
        rule: 'account_maintain_current_contact_details',
        resource: '999999999999',
        outcome: 'unknown',
        severity: 'medium',
        title: 'Maintain current contact details.',
      }),
    ]);
  });
});

describe('our own samples of what the real ones lack', () => {
  const UID = 'prowler-aws-s3_bucket_public_access-123456789012-eu-west-1';
  const of = (index: number, bucket: string, data: object, at = { id: '1769860800', time: '2026-01-31T12:00:00.000Z' }): object =>
    finding(index, `${UID}-${bucket}@${at.id}`, 'prowler/aws/123456789012', at.time, {
      rule: 's3_bucket_public_access',
      resource: `arn:aws:s3:::${bucket}`,
      severity: 'high',
      title: 'Buckets are not public',
      account: '123456789012',
      region: 'eu-west-1',
      ...data,
    });

  it('muted.ocsf.json: a muted failure stays one, a muted pass is unknown', () => {
    expect(shown(sendSample(prowler, 'muted.ocsf.json'))).toEqual([
      of(0, 'data', { outcome: 'fail', suppressed: true }),
      of(1, 'logs', { outcome: 'unknown', suppressed: true }),
    ]);
  });

  it('v4.ocsf.json: the time is text without a zone', () => {
    const at = { id: '2024-04-08T11:33:51.870861', time: '2024-04-08T11:33:51.870Z' };
    expect(shown(sendSample(prowler, 'v4.ocsf.json'))).toEqual([of(0, 'data', { outcome: 'fail' }, at)]);
  });

  it('broken.status-missing.ocsf.json: no status is no result; the other finding is kept', () => {
    expect(shown(sendSample(prowler, 'broken.status-missing.ocsf.json'))).toEqual([
      of(0, 'data', { outcome: 'fail' }),
      { index: 1, rejected: '/status_code', message: 'expected string, but it is missing' },
    ]);
  });
});

describe('findings of Prowler', () => {
  type Body = Record<string, unknown>;
  const changed = (change: Body): unknown => {
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    return shown(send(prowler, JSON.stringify([{ ...first, ...change }])))[0];
  };
  const idsOf = (result: ParseResult): string[] => shown(result).map((item) => ('id' in item ? item.id : 'none'));

  it('all have a spec for their file', () => {
    expect(sampleFiles('prowler')).toEqual([
      'broken.columns.csv',
      'broken.status-missing.ocsf.json',
      'example_output_aws.csv',
      'example_output_aws.ocsf.json',
      'example_output_gcp.csv',
      'example_output_gcp.ocsf.json',
      'muted.ocsf.json',
      'v2.many_vuln.json',
      'v3.many_vuln.json',
      'v4.ocsf.json',
    ]);
  });

  it.each(['example_output_aws.ocsf.json', 'example_output_gcp.ocsf.json', 'example_output_aws.csv', 'example_output_gcp.csv'])(
    '%s: no id stands twice, and the file sent again has the same ones',
    (file) => {
      const contentType = file.endsWith('.csv') ? 'text/csv' : 'application/json';
      const ids = idsOf(sendSample(prowler, file, { contentType }));
      expect(new Set(ids).size).toBe(ids.length);
      expect(idsOf(sendSample(prowler, file, { contentType }))).toEqual(ids);
    },
  );

  it('that repeat the uid of another one get an id of their own', () => {
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    const ids = idsOf(send(prowler, JSON.stringify([first, { ...first, status_code: 'PASS' }, first, first])));
    expect(ids[0]).toBe('prowler-aws-iam_root_mfa_enabled-123456789012-us-east-1-root@1769860800');
    expect(ids[1]).toMatch(/^iam_root_mfa_enabled@1769860800#[0-9a-f]{32}$/);
    expect(ids[3]).toBe(`${ids[2] ?? ''}#2`);
    expect(new Set(ids).size).toBe(4);
  });

  it.each([
    ['PASS', 'pass'],
    ['pass', 'pass'],
    ['FAIL', 'fail'],
    ['MANUAL', 'unknown'],
    ['INFO', 'unknown'],
    ['NOT_AVAILABLE', 'unknown'],
    ['ok', 'unknown'],
  ])('with the word %s are %s', (theirs, ours) => {
    expect(changed({ status_code: theirs })).toMatchObject({ data: { outcome: ours } });
  });

  it.each([
    [{ status: 'Suppressed' }],
    [{ status_id: 3 }],
    [{ muted: true }],
    [{ unmapped: { muted: true } }],
    [{ status_code: 'MUTED' }],
    [{ status_code: 'WARNING' }],
  ])('that are muted by %j are suppressed and no pass', (mark) => {
    expect(changed({ status_code: 'PASS', ...mark })).toMatchObject({ data: { outcome: 'unknown', suppressed: true } });
  });

  it('take seconds, milliseconds and digits as text for the same instant', () => {
    for (const time of [1_769_860_800, 1_769_860_800_000, '1769860800', '2026-01-31T12:00:00', '2026-01-31T13:00:00+01:00']) {
      expect(changed({ time })).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    }
  });

  it('with a time that cannot be read are refused, without one they have the time of receipt', () => {
    expect(changed({ time: 'yesterday' })).toMatchObject({ rejected: '/time' });
    expect(changed({ time: -5 })).toMatchObject({ rejected: '/time' });
    expect(changed({ time: undefined })).toMatchObject({ time: 'none given' });
  });

  it('of several resources are one event each', () => {
    const resources = [{ uid: 'r1' }, { uid: 'r2', region: 'eu-west-1' }];
    const [first] = JSON.parse(prowler.sample.body) as [Body];
    expect(shown(send(prowler, JSON.stringify([{ ...first, resources }])))).toMatchObject([
      { index: 0, subject: 'r1', data: { region: 'us-east-1' } },
      { index: 0, subject: 'r2', data: { region: 'eu-west-1' } },
    ]);
  });

  it('without any resource or account belong to nothing and are refused', () => {
    expect(changed({ resources: [], cloud: null })).toMatchObject({ rejected: '/resources/0/uid' });
    expect(changed({ resources: [] })).toMatchObject({ subject: '123456789012' });
  });

  it('of a provider without a cloud account are read as well', () => {
    const kubernetes = { cloud: null, unmapped: { provider: 'kubernetes', provider_uid: 'prod' }, resources: [{ uid: 'pod-1' }], severity: 'Informational' };
    expect(changed(kubernetes)).toMatchObject({ source: 'prowler/kubernetes/prod', subject: 'pod-1', data: { account: 'prod', severity: 'low' } });
  });

  it('that are no record of Prowler are refused at what is missing', () => {
    expect(changed({ metadata: {} })).toMatchObject({ rejected: '/metadata/event_code' });
    expect(shown(send(prowler, '[{"CheckID":"c1"}]'))).toMatchObject([{ rejected: '/Status' }]);
    expect(shown(send(prowler, '[{"Control":"c1","Timestamp":""}]'))).toMatchObject([{ rejected: '/Status' }]);
    expect(shown(send(prowler, '[{"Control":"c1","Status":"PASS","Timestamp":"redacted","Resource ID":"r"}]'))).toMatchObject([{ rejected: '/Timestamp' }]);
    expect(shown(send(prowler, '[{"CheckID":"c1","Status":"PASS","AssessmentStartTime":1769860800}]'))).toMatchObject([{ rejected: '/ResourceId' }]);
    expect(shown(send(prowler, 'CHECK_ID;STATUS\n;PASS', { contentType: 'text/csv' }))).toMatchObject([{ rejected: '/CHECK_ID' }]);
  });

  it('of an empty result are none: nothing is a pass', () => {
    expect(send(prowler, '[]')).toEqual({ outcome: 'items', items: [] });
    expect(send(prowler, '', { contentType: 'application/x-ndjson' })).toEqual({ outcome: 'items', items: [] });
  });

  it('keep the number of a control whose name has no brackets (Prowler 2)', () => {
    const line = sampleText('prowler', 'v2.many_vuln.json').split('\n')[0]?.replace('[check11] Avoid the use of the root account', 'root use') ?? '';
    expect(shown(send(prowler, line))).toMatchObject([{ data: { rule: 'root use' } }]);
  });
});
