import { describe, expect, it } from '@jest/globals';
import { prowler } from './prowler.format.js';
import { derived, type FindingData, finding } from './prowler.testkit.js';
import { sampleFiles, sendSample, shown } from './samples.testkit.js';

describe('example_output_aws.ocsf.json', () => {
  // `time` says 13:27:03; `time_dt` says 14:27:03 without a zone, the wall clock of the machine that scanned.
  const AT = '2025-02-14T13:27:03.000Z';
  const SOURCE = 'prowler/aws/%3Caccount_uid%3E';
  const ROOT = 'arn:aws:iam::<account_uid>:root';
  const of = (index: number, rule: string, data: FindingData): object =>
    finding(index, { id: derived(`${rule}@1739539623`), source: SOURCE, time: AT }, { rule, ...data, account: '<account_uid>', region: '<region>' });

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
  const of = (index: number, rule: string, data: FindingData): object =>
    finding(index, { id: derived(`${rule}@1739539640`), source: 'prowler/gcp/%3Cproject_id%3E', time: '2025-02-14T13:27:20.000Z' }, {
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

describe('v2.many_vuln.json, JSON lines in a file named .json', () => {
  it('has six findings; the remark (Info) is unknown', () => {
    const of = (index: number, rule: string, time: string, data: FindingData): object =>
      finding(index, { id: derived(`${rule}@${time}`), source: 'prowler/aws/012345678912', time: `${time.slice(0, -1)}.000Z` }, {
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
    const of = (index: number, uid: string, data: FindingData): object =>
      finding(index, { id: `prowler-aws-${uid}@${AT}`, source: 'prowler/aws/999999999999', time: '2023-04-25T23:49:42.744Z' }, {
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
    finding(index, { id: `${UID}-${bucket}@${at.id}`, source: 'prowler/aws/123456789012', time: at.time }, {
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

describe('the samples', () => {
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
});
