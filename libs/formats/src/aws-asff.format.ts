import type { Json, JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { asffFinding, asffFindings } from './aws/asff.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import type { ItemResult } from './reading/items.js';
import { isObject, JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Findings in the AWS Security Finding Format: exports, `get-findings` answers, EventBridge events, single ones. */
export const awsAsff: Format = {
  id: 'aws-asff',
  title: 'AWS Security Hub findings (ASFF)',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'Compliance.Status PASSED', ours: 'pass', why: 'the check ran and found what it wants' },
    { theirs: 'Compliance.Status FAILED', ours: 'fail', why: 'the check ran and did not' },
    { theirs: 'Compliance.Status WARNING', ours: 'unknown', why: 'information was missing, or the check does not fit the configuration' },
    { theirs: 'Compliance.Status NOT_AVAILABLE', ours: 'unknown', why: 'it could not run, or did not apply: AWS uses one word for both' },
    { theirs: 'RecordState ARCHIVED with a Compliance.Status', ours: 'unknown', why: 'no longer kept up to date' },
    { theirs: 'Workflow SUPPRESSED beside FAILED', ours: 'fail, suppressed', why: 'an exception claimed upstream explains, it does not repair' },
    { theirs: 'Workflow SUPPRESSED beside PASSED', ours: 'unknown, suppressed', why: 'what is suppressed is never a pass' },
    { theirs: 'Workflow NEW, NOTIFIED, RESOLVED beside a Compliance.Status', ours: 'no influence', why: 'what people did about it is no result' },
    { theirs: 'Vulnerabilities, active', ours: 'vuln.finding open', why: 'the scanner finds it' },
    { theirs: 'Inspector CLOSED', ours: 'vuln.finding fixed', why: 'the scanner no longer finds it' },
    { theirs: 'Inspector SUPPRESSED, Workflow SUPPRESSED', ours: 'vuln.finding accepted', why: 'an exception claimed upstream, not a repair' },
    { theirs: 'Vulnerabilities, ARCHIVED without CLOSED', ours: 'ignored', why: 'neither open nor fixed is said' },
    { theirs: 'no Compliance and no Vulnerabilities', ours: 'detection.alert', why: 'GuardDuty, Macie and others report what they saw; without one nothing is proved' },
    { theirs: 'no findings', ours: 'nothing', why: 'an empty answer says nothing about any resource' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      Findings: [
        {
          SchemaVersion: '2018-10-08',
          Id: 'arn:aws:securityhub:us-east-1:123456789012:subscription/aws-foundational-security-best-practices/v/1.0.0/S3.2/finding/1',
          ProductArn: 'arn:aws:securityhub:us-east-1::product/aws/securityhub',
          GeneratorId: 'aws-foundational-security-best-practices/v/1.0.0/S3.2',
          AwsAccountId: '123456789012',
          CreatedAt: '2026-01-31T12:00:00.000Z',
          UpdatedAt: '2026-01-31T12:00:00.000Z',
          Severity: { Label: 'CRITICAL' },
          Title: 'S3.2 S3 buckets should prohibit public read access',
          Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::data', Region: 'us-east-1' }],
          Compliance: { Status: 'FAILED', SecurityControlId: 'S3.2' },
          Workflow: { Status: 'NEW' },
          RecordState: 'ACTIVE',
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['Findings', 'findings'], map: findingsOf });
}

/** A finding, or an EventBridge event that holds some. */
function findingsOf(record: JsonObject): readonly ItemResult[] {
  const detail = record.detail;
  if (!isObject(detail) || !Array.isArray(detail.findings)) return asffFinding(record);
  return asffFindings(detail.findings as readonly Json[], '/detail/findings');
}
