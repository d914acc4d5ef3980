import { derived, finding } from './prowler.testkit.js';
import type { FindingData } from './prowler.testkit.js';

export interface ProwlerSample {
  readonly file: string;
  readonly contentType: 'application/json' | 'text/csv';
  /** What stands in it, in words. */
  readonly holds: string;
  /** As `shown` writes items. */
  readonly items: readonly object[];
}

const AWS = 'prowler/aws/%3Caccount_uid%3E';

function awsExample(): readonly object[] {
  const ROOT = 'arn:aws:iam::<account_uid>:root';
  // `time` says 13:27:03; `time_dt` says 14:27:03 without a zone, the wall clock of the machine that scanned.
  const of = (index: number, rule: string, data: FindingData): object =>
    finding(index, { id: derived(`${rule}@1739539623`), source: AWS, time: '2025-02-14T13:27:03.000Z' }, { rule, ...data, account: '<account_uid>', region: '<region>' });
  return [
    of(0, 'accessanalyzer_enabled', { resource: '<resource_uid>', outcome: 'fail', severity: 'low', title: 'Check if IAM Access Analyzer is enabled' }),
    of(1, 'account_maintain_current_contact_details', { resource: ROOT, outcome: 'unknown', severity: 'medium', title: 'Maintain current contact details.' }),
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
  ];
}

function gcpExample(): readonly object[] {
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
  return [
    of(0, 'apikeys_key_exists', { resource: '<project_id>', outcome: 'pass', severity: 'medium', title: 'Ensure API Keys Only Exist for Active Services' }),
    of(1, 'artifacts_container_analysis_enabled', {
      resource: 'containeranalysis.googleapis.com',
      outcome: 'fail',
      severity: 'medium',
      title: 'Ensure Image Vulnerability Analysis using AR Container Analysis or a third-party provider',
    }),
    rdp(2, 'pass'),
    rdp(3, 'pass'),
    rdp(4, 'fail'),
  ];
}

function version2(): readonly object[] {
  const of = (index: number, rule: string, time: string, data: FindingData): object =>
    finding(index, { id: derived(`${rule}@${time}`), source: 'prowler/aws/012345678912', time: `${time.slice(0, -1)}.000Z` }, {
      rule,
      ...data,
      account: '012345678912',
      region: 'eu-central-1',
    });
  return [
    of(0, 'check11', '2021-08-23T06:38:21Z', { resource: 'root', outcome: 'pass', severity: 'high', title: 'Avoid the use of the root account' }),
    of(1, 'check114', '2021-08-23T06:38:46Z', { resource: 'MFA', outcome: 'fail', severity: 'critical', title: 'Ensure hardware MFA is enabled for the root account' }),
    of(2, 'extra796', '2021-08-23T07:06:12Z', { resource: 'prod-eksc', outcome: 'fail', severity: 'high', title: 'Restrict Access to the EKS Control Plane Endpoint' }),
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
    of(5, 'check117', '2021-08-23T06:40:21Z', { resource: '012345678912', outcome: 'unknown', severity: 'medium', title: 'Maintain current contact details' }),
  ];
}

function version3(): readonly object[] {
  const AT = '2023-04-25T23:49:42.744599';
  const of = (index: number, uid: string, data: FindingData): object =>
    finding(index, { id: `prowler-aws-${uid}@${AT}`, source: 'prowler/aws/999999999999', time: '2023-04-25T23:49:42.744Z' }, {
      ...data,
      account: '999999999999',
      region: 'us-east-1',
    });
  return [
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
  ];
}

function bucket(index: number, name: string, data: object, at = { id: '1769860800', time: '2026-01-31T12:00:00.000Z' }): object {
  const id = `prowler-aws-s3_bucket_public_access-123456789012-eu-west-1-${name}@${at.id}`;
  return finding(index, { id, source: 'prowler/aws/123456789012', time: at.time }, {
    rule: 's3_bucket_public_access',
    resource: `arn:aws:s3:::${name}`,
    severity: 'high',
    title: 'Buckets are not public',
    account: '123456789012',
    region: 'eu-west-1',
    ...data,
  });
}

const csvRow =
  (source: string, clock: string, time: string) =>
  (index: number, rule: string, data: FindingData): object =>
    finding(index, { id: derived(`${rule}@2025-02-14 ${clock}`), source, time }, { rule, ...data, account: '<account_uid>', region: '<region>' });

function awsTable(): readonly object[] {
  const row = csvRow(AWS, '14:27:03.913874', '2025-02-14T14:27:03.913Z');
  return [
    row(0, 'accessanalyzer_enabled', { resource: '<resource_uid>', outcome: 'fail', severity: 'low', title: 'Check if IAM Access Analyzer is enabled' }),
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
  ];
}

function gcpTable(): readonly object[] {
  const row = csvRow('prowler/gcp/%3Caccount_uid%3E', '14:27:20.697446', '2025-02-14T14:27:20.697Z');
  const rdp = (index: number): object =>
    row(index, 'compute_firewall_rdp_access_from_the_internet_allowed', {
      resource: '<resource_uid>',
      outcome: 'pass',
      severity: 'critical',
      title: 'Ensure That RDP Access Is Restricted From the Internet',
    });
  return [
    row(0, 'apikeys_key_exists', { resource: '<account_uid>', outcome: 'pass', severity: 'medium', title: 'Ensure API Keys Only Exist for Active Services' }),
    row(1, 'artifacts_container_analysis_enabled', {
      resource: '<resource_uid>',
      outcome: 'fail',
      severity: 'medium',
      title: 'Ensure Image Vulnerability Analysis using AR Container Analysis or a third-party provider',
    }),
    rdp(2),
    rdp(3),
  ];
}

const json = (file: string, holds: string, items: readonly object[]): ProwlerSample => ({ file, contentType: 'application/json', holds, items });
const csv = (file: string, holds: string, items: readonly object[]): ProwlerSample => ({ file, contentType: 'text/csv', holds, items });

/** Every sample of Prowler with what is in it, written out. */
export const PROWLER_SAMPLES: readonly ProwlerSample[] = [
  json('example_output_aws.ocsf.json', 'five findings: two failures, three that nobody has checked, no pass', awsExample()),
  json('example_output_gcp.ocsf.json', 'five findings, of which the three of one check and resource swallow none of each other', gcpExample()),
  json('v2.many_vuln.json', 'JSON lines with six findings; the remark (Info) is unknown', version2()),
  json('v3.many_vuln.json', 'three findings; the failure that says "Manual check" is unknown', version3()),
  json('muted.ocsf.json', 'a muted failure, which stays one, and a muted pass, which is unknown', [
    bucket(0, 'data', { outcome: 'fail', suppressed: true }),
    bucket(1, 'logs', { outcome: 'unknown', suppressed: true }),
  ]),
  json('v4.ocsf.json', 'one finding whose time is text without a zone', [
    bucket(0, 'data', { outcome: 'fail' }, { id: '2024-04-08T11:33:51.870861', time: '2024-04-08T11:33:51.870Z' }),
  ]),
  json('broken.status-missing.ocsf.json', 'one finding without a status, which is no result; the other is kept', [
    bucket(0, 'data', { outcome: 'fail' }),
    { index: 1, rejected: '/status_code', message: 'expected string, but it is missing' },
  ]),
  csv('example_output_aws.csv', 'four findings', awsTable()),
  csv('example_output_gcp.csv', 'four findings, two of them alike', gcpTable()),
  csv('broken.columns.csv', 'one finding, and a row whose columns have shifted', [
    finding(0, { id: 'f-1@2025-02-14 14:27:03.913874', source: 'prowler/aws/123456789012', time: '2025-02-14T14:27:03.913Z' }, {
      rule: 'accessanalyzer_enabled',
      resource: 'analyzer/1',
      outcome: 'fail',
      account: '123456789012',
    }),
    { index: 1, rejected: '', message: 'has 8 fields, the header line 9; quote fields that hold the separator' },
  ]),
];
