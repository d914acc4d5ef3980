import { describe, expect, it } from '@jest/globals';
import { awsAsff } from './aws-asff.format.js';
import { sampleFiles, send, sendSample, shown } from './samples.testkit.js';

type Row = readonly string[];
const config = (index: number, time: string, [rule, resource, outcome, severity, account, region]: Row): object => ({
  index,
  type: 'config.finding',
  subject: resource,
  time,
  data: { rule, resource, outcome, severity, account, region },
});
const vulnerability = (index: number, time: string, [finding, asset, severity, firstSeenAt, status = 'open']: Row): object => ({
  index,
  type: 'vuln.finding',
  subject: asset,
  time,
  data: { finding, asset, severity, status, firstSeenAt },
});
const detection = (index: number, time: string, [id, severity]: Row): object => ({
  index,
  type: 'detection.alert',
  subject: id,
  time,
  data: { id, severity, status: 'NEW' },
});

/** The rows of a finding: rule, resource, outcome, severity, account, region; id, source and title are tested below. */
const EXPECTED: Record<string, object[]> = {
  'afsbp-cloudtrail.1.json': [
    config(0, '2021-02-16T21:55:26.373Z', ['CloudTrail.1', 'AWS::::Account:111111111111', 'fail', 'informational', '111111111111', 'us-east-1']),
  ],
  'afsbp-config.1.json': [
    config(0, '2021-02-17T13:57:31.779Z', ['Config.1', 'AWS::::Account:111111111111', 'fail', 'informational', '111111111111', 'us-east-1']),
  ],
  'afsbp-iam.3.json': [
    config(0, '2022-01-24T14:16:33.642Z', ['IAM.3', 'arn:aws:iam::111111111111:user/test-admin2', 'fail', 'medium', '111111111111', 'us-east-1']),
  ],
  'afsbp-iam.8.json': [
    config(0, '2021-07-21T10:22:13.254Z', ['IAM.8', 'arn:aws:iam::111111111111:user/sharrtest', 'fail', 'medium', '111111111111', 'us-east-1']),
  ],
  'afsbp-rds.13.json': [
    config(0, '2022-04-19T18:48:03.224Z', ['RDS.13', 'arn:aws:rds:us-east-2:111111111111:db:database-1', 'fail', 'high', '111111111111', 'us-east-2']),
  ],
  'afsbp-s3.2.json': [
    config(0, '2021-07-22T15:22:40.888Z', ['S3.2', 'arn:aws:s3:::so0111-aws-cloudtrail-111111111111', 'pass', 'informational', '111111111111', 'us-east-1']),
  ],
  'asff_sample.json': [
    config(0, '2021-08-09T11:28:13.288Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.1', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(1, '2021-08-09T11:28:12.889Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/2.5', 'AWS::::Account:123456789123', 'fail', 'medium', '123456789123', 'us-east-1']),
    config(2, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.9', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(3, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.8', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(4, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.7', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(5, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.6', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(6, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.5', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(7, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.4', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(8, '2021-08-09T11:28:08.812Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.3', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(9, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.2', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(10, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.14', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(11, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.13', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(12, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.12', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(13, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.11', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(14, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.10', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(15, '2021-08-09T11:28:08.811Z', ['arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/3.1', 'AWS::::Account:123456789123', 'fail', 'low', '123456789123', 'us-east-1']),
    config(16, '2021-08-09T11:21:09.408Z', ['Config.1', 'AWS::::Account:123456789123', 'fail', 'medium', '123456789123', 'us-east-1']),
    config(17, '2021-07-02T16:02:46.396Z', ['S3.2', 'arn:aws:s3:::example-bucket-123456789123-us-east-1', 'pass', 'informational', '123456789123', 'us-east-1']),
  ],
  'config_many_findings.json': [
    config(0, '2020-06-14T21:02:53.454Z', ['IAM.5', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
    config(1, '2020-06-14T21:02:44.496Z', ['SSM.2', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
    config(2, '2020-06-14T21:02:32.493Z', ['ELBv2.1', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
  ],
  'config_multiple_resources.json': [
    config(0, '2024-03-09T10:15:00.000Z', ['EC2.2', 'arn:aws:ec2:us-east-1:012345678912:security-group/sg-0fff2222bbbb1111a', 'fail', 'high', '012345678912', 'us-east-1']),
    config(0, '2024-03-09T10:15:00.000Z', ['EC2.2', 'arn:aws:ec2:us-east-1:012345678912:security-group/sg-0aaa1111cccc2222b', 'fail', 'high', '012345678912', 'us-east-1']),
    config(0, '2024-03-09T10:15:00.000Z', ['EC2.2', 'arn:aws:ec2:us-east-1:012345678912:vpc/vpc-0bbb3333dddd4444c', 'fail', 'high', '012345678912', 'us-east-1']),
    config(1, '2024-03-09T10:15:00.000Z', ['S3.8', 'arn:aws:s3:::zeta-reports-bucket', 'fail', 'medium', '001122334455', 'us-east-1']),
    config(1, '2024-03-09T10:15:00.000Z', ['S3.8', 'arn:aws:s3:::alpha-artifacts-bucket', 'fail', 'medium', '001122334455', 'us-east-1']),
  ],
  'config_one_finding.json': [
    config(0, '2020-06-14T21:02:53.454Z', ['IAM.5', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
  ],
  'config_repeated_findings.json': [
    config(0, '2020-06-14T21:02:53.454Z', ['IAM.5', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
    config(1, '2020-06-14T21:02:53.454Z', ['IAM.5', 'AWS::::Account:012345678912', 'pass', 'informational', '012345678912', 'us-east-1']),
  ],
  'guardduty.json': [
    detection(0, '2024-01-17T11:33:21.196Z', ['arn:aws:guardduty:us-east-1:123456789012:detector/123456789/finding/123456789789', 'medium']),
    detection(1, '2024-01-17T11:33:20.699Z', ['arn:aws:guardduty:us-east-1:123456789012:detector/123456789/finding/12312312312312312', 'medium']),
    detection(2, '2024-01-12T07:45:57.163Z', ['arn:aws:guardduty:us-east-1:123456789012:detector/123456789/finding/4897489798789', 'low']),
    detection(3, '2023-12-12T13:17:27.087Z', ['arn:aws:guardduty:us-east-1:123456789012:detector/123456789/finding/2123123123123', 'low']),
  ],
  'inspector_ecr.json': [
    vulnerability(0, '2023-08-30T21:11:07.000Z', ['CVE-2023-2650', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-os/sha256:af965ef68c78374a5f987fce98c0ddfa45801df2395bf012c50b863e65978d74', 'medium', '2023-08-23T14:00:39Z']),
    vulnerability(1, '2023-08-30T21:11:47.000Z', ['CVE-2022-32149', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-gomod/sha256:a94c3dfd6c8ecb573a30fae7c18cf682de4b6c16f3c7250c107de1770db41220', 'high', '2023-08-09T06:27:25Z']),
    vulnerability(2, '2023-08-30T14:28:53.000Z', ['CVE-2022-25883', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-nodepkg/sha256:1e9cf640d33e8a4fca7cb8d7ddf952ef0a3cd54b9446567d44e638a6571385bd', 'high', '2023-08-30T14:28:53Z']),
    vulnerability(3, '2023-08-21T17:01:53.000Z', ['CVE-2023-37920', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-poetry/sha256:d0406162a81777e5fe3eb5835fec5d4436ca750a1e12e367474efc39cc62cfbf', 'critical', '2023-08-10T07:36:46Z']),
    vulnerability(4, '2023-08-21T13:41:59.000Z', ['CVE-2022-31163', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-bundler/sha256:f15d536b44e9700b6d687947139cec8f7741ea4f796f807d4d909b68fb34c418', 'high', '2023-08-21T13:40:40Z']),
    vulnerability(5, '2023-08-21T13:41:58.000Z', ['CVE-2023-37788', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-gobinary/sha256:6b48d92046b51a4761462e432d99724343006425dca0694b41634fd0b6ecce7c', 'high', '2023-08-21T13:39:12Z']),
    vulnerability(6, '2023-08-21T13:06:22.000Z', ['CVE-2023-25194', 'arn:aws:ecr:eu-central-1:123456789012:repository/repo-jar/sha256:856d54232d3e463b6aa99d3f951cac8bacb6deb95e5795c1440f4be4ad60cf63', 'high', '2023-08-21T07:01:06Z']),
  ],
  'missing_account_id.json': [
    vulnerability(0, '2024-09-18T05:16:44.106Z', ['CVE-2024-1234', 'i-1234xxyy', 'medium', '2024-07-30T12:17:32.646Z']),
  ],
  'broken.resource-missing.json': [
    config(0, '2026-01-31T12:00:00.000Z', ['S3.2', 'arn:aws:s3:::bucket-1', 'fail', 'high', '123456789012', 'eu-west-1']),
    { index: 1, rejected: '/Resources', message: 'expected array, but it is missing' },
    config(2, '2026-01-31T12:00:00.000Z', ['S3.2', 'arn:aws:s3:::bucket-3', 'pass', 'high', '123456789012', 'eu-west-1']),
  ],
  'eventbridge.suppressed.json': [
    { data: { resource: 'arn:aws:s3:::bucket-1', outcome: 'fail', suppressed: true } },
    { data: { resource: 'arn:aws:s3:::bucket-2', outcome: 'unknown', suppressed: true } },
    { data: { resource: 'arn:aws:s3:::bucket-3', outcome: 'unknown' } },
    { data: { resource: 'arn:aws:s3:::bucket-4', outcome: 'unknown' } },
    { data: { resource: 'arn:aws:s3:::bucket-5', outcome: 'unknown' } },
    vulnerability(0, '2026-01-31T12:00:00.000Z', ['CVE-2026-0001', 'arn:aws:s3:::bucket-6', 'high', '2026-01-30T12:00:00.000Z', 'fixed']),
    vulnerability(0, '2026-01-31T12:00:00.000Z', ['CVE-2026-0002', 'arn:aws:s3:::bucket-6', 'high', '2026-01-30T12:00:00.000Z', 'fixed']),
    vulnerability(0, '2026-01-31T12:00:00.000Z', ['CVE-2026-0001', 'arn:aws:s3:::bucket-7', 'high', '2026-01-30T12:00:00.000Z', 'accepted']),
    vulnerability(0, '2026-01-31T12:00:00.000Z', ['CVE-2026-0002', 'arn:aws:s3:::bucket-7', 'high', '2026-01-30T12:00:00.000Z', 'accepted']),
    { index: 0, ignored: 'archived without saying that it was closed: neither open nor fixed' },
  ],
};

describe('samples of Security Hub findings', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('aws-asff'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(awsAsff, file));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it('config_one_finding.json, in full', () => {
    expect(shown(sendSample(awsAsff, 'config_one_finding.json'))).toEqual([
      {
        index: 0,
        id: 'arn:aws:securityhub:us-east-1:012345678912:subscription/aws-foundational-security-best-practices/v/1.0.0/IAM.5/finding/de861909-2d26-4e45-bd86-19d2ab6ceef1@2020-06-14T21:02:53.454Z',
        source: 'arn:aws:securityhub:us-east-1::product/aws/securityhub',
        type: 'config.finding',
        subject: 'AWS::::Account:012345678912',
        time: '2020-06-14T21:02:53.454Z',
        data: {
          rule: 'IAM.5',
          resource: 'AWS::::Account:012345678912',
          outcome: 'pass',
          severity: 'informational',
          title: 'IAM.5 MFA should be enabled for all IAM users that have console password',
          account: '012345678912',
          region: 'us-east-1',
        },
      },
    ]);
  });

  it('config_repeated_findings.json holds one finding twice: the same id, so one evidence', () => {
    const [first, second] = shown(sendSample(awsAsff, 'config_repeated_findings.json'));
    expect(second).toEqual({ ...first, index: 1 });
  });

  it('config_multiple_resources.json has an id for each resource', () => {
    const ids = shown(sendSample(awsAsff, 'config_multiple_resources.json')).map((item) => ('id' in item ? item.id.slice(-26) : ''));
    expect(ids).toEqual(['@2024-03-09T10:15:00.000Z', '2024-03-09T10:15:00.000Z#1', '2024-03-09T10:15:00.000Z#2', '@2024-03-09T10:15:00.000Z', '2024-03-09T10:15:00.000Z#1'].map((end) => expect.stringContaining(end) as unknown));
  });
});

describe('findings of Security Hub', () => {
  const [base] = (JSON.parse(awsAsff.sample.body) as { Findings: [Record<string, unknown>] }).Findings;
  const one = (change: object): unknown => shown(send(awsAsff, JSON.stringify({ ...base, ...change })))[0];

  it.each([
    [{ Label: 'LOW' }, 'low'],
    [{ Label: 'odd', Normalized: 95 }, 'critical'],
    [{ Normalized: 70 }, 'high'],
    [{ Normalized: 50 }, 'medium'],
    [{ Normalized: 1 }, 'low'],
    [{ Normalized: 0 }, 'informational'],
    [null, 'informational'],
  ])('with severity %j are %s', (Severity, severity) => {
    expect(one({ Severity })).toMatchObject({ data: { severity } });
  });

  it('without a compliance status are detections, whatever their record says', () => {
    expect(one({ Compliance: null, Workflow: null })).toMatchObject({ type: 'detection.alert', data: { status: 'NEW' } });
    expect(one({ Compliance: {}, Workflow: { Status: 'RESOLVED' } })).toMatchObject({ data: { status: 'RESOLVED', decidedAt: '2026-01-31T12:00:00.000Z' } });
    expect(one({ Compliance: {}, RecordState: 'ARCHIVED' })).toMatchObject({ data: { status: 'ARCHIVED' } });
  });

  it('name their rule by the control, else by the product, else by the generator, else by themselves', () => {
    const rule = (change: object): unknown => one({ Compliance: { Status: 'PASSED' }, ...change });
    expect(rule({ ProductFields: { ControlId: 'S3.9' } })).toMatchObject({ data: { rule: 'S3.9' } });
    expect(rule({ ProductFields: { ControlId: 7 } })).toMatchObject({ data: { rule: 'aws-foundational-security-best-practices/v/1.0.0/S3.2' } });
    expect(rule({ GeneratorId: null, Id: 'f1' })).toMatchObject({ data: { rule: 'f1' } });
  });

  it('with a time that is none, or an id beyond what can be kept', () => {
    expect(one({ UpdatedAt: 'today' })).toMatchObject({ rejected: '/UpdatedAt' });
    expect(one({ Vulnerabilities: [{ Id: 'CVE-1' }], Compliance: null, CreatedAt: 'x' })).toMatchObject({ rejected: '/CreatedAt' });
    expect(one({ Id: 'i'.repeat(600) })).toMatchObject({ id: expect.stringMatching(/^i{100}#[0-9a-f]{64}$/) as unknown });
  });

  it('in an event of EventBridge are refused at their place in it', () => {
    const event = (findings: unknown): unknown => shown(send(awsAsff, JSON.stringify({ detail: { findings } })))[0];
    expect(event([null])).toMatchObject({ rejected: '/detail/findings/0' });
    expect(event([{ ...base, Id: '' }])).toMatchObject({ rejected: '/detail/findings/0/Id' });
  });

  it('of many vulnerabilities on many resources are refused before they are multiplied', () => {
    const list = (count: number): readonly object[] => Array.from({ length: count }, (_, at) => ({ Id: `r${at}` }));
    const finding = (count: number): object => ({ ...base, Compliance: null, Resources: list(32), Vulnerabilities: list(count) });
    expect(shown(send(awsAsff, JSON.stringify(finding(20))))).toHaveLength(640);
    expect(shown(send(awsAsff, JSON.stringify(finding(32))))[0]).toMatchObject({ rejected: '/Vulnerabilities' });
    const together = (count: number): string => JSON.stringify({ detail: { findings: Array.from({ length: count }, () => finding(20)) } });
    expect(shown(send(awsAsff, together(15)))).toHaveLength(9_600);
    expect(shown(send(awsAsff, together(16)))).toEqual([{ index: 0, rejected: '/detail/findings', message: 'give more than 10000 results; send them in several events' }]);
    expect(send(awsAsff, JSON.stringify(Array.from({ length: 313 }, () => finding(20))))).toMatchObject({ outcome: 'too-large' });
  });

  it('of an empty answer are none', () => {
    expect(shown(send(awsAsff, '{"Findings":[]}'))).toEqual([]);
  });
});
