import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { fieldsOf } from '../reading/schema.js';
import { completeFinding, type FindingResult, firstText, firstTime, given } from './finding.js';

const text = z.string().nullish();
const needed = z.string().min(1);

/** The native JSON of Prowler 3: an array of objects with names in PascalCase. */
const version3 = z.object({
  CheckID: needed,
  Status: needed,
  StatusExtended: text,
  AssessmentStartTime: z.union([z.string(), z.number()]),
  FindingUniqueId: text,
  Provider: text,
  CheckTitle: text,
  Severity: text,
  AccountId: text,
  ProjectId: text,
  Region: text,
  ResourceArn: text,
  ResourceId: text,
  ResourceName: text,
});

/** Prowler 2: one object a line, names with blanks, no id of the finding. */
const version2 = z.object({
  Control: needed,
  Status: needed,
  Timestamp: needed,
  'Control ID': text,
  'Account Number': text,
  Severity: text,
  Region: text,
  'Resource ID': text,
});

/** One row of the CSV of Prowler 3, 4 and 5, keyed by its header line. */
const csvRow = z.object({
  CHECK_ID: needed,
  STATUS: needed,
  TIMESTAMP: text,
  ASSESSMENT_START_TIME: text,
  FINDING_UID: text,
  FINDING_UNIQUE_ID: text,
  PROVIDER: text,
  CHECK_TITLE: text,
  MUTED: text,
  SEVERITY: text,
  ACCOUNT_UID: text,
  ACCOUNT_ID: text,
  REGION: text,
  RESOURCE_UID: text,
  RESOURCE_ARN: text,
  RESOURCE_ID: text,
  RESOURCE_NAME: text,
});

export const isVersion3 = (record: JsonObject): boolean => Object.hasOwn(record, 'CheckID');
export const isVersion2 = (record: JsonObject): boolean => Object.hasOwn(record, 'Control') && Object.hasOwn(record, 'Timestamp');

/** Before Prowler 4 a check that only a person can do was reported as a failure that says so. */
const MANUAL_TEXT = /^Manual check:/i;

export function version3Finding(record: JsonObject): FindingResult {
  const fields = fieldsOf(version3, record);
  if (!fields.ok) return fields;
  const body = fields.value;
  const account = firstText(body.AccountId, body.ProjectId);
  const draft = {
    ...given({ uid: body.FindingUniqueId, account, region: body.Region, severity: body.Severity, title: body.CheckTitle }),
    provider: body.Provider ?? '',
    rule: body.CheckID,
    status: MANUAL_TEXT.test(body.StatusExtended ?? '') ? 'MANUAL' : body.Status,
    muted: false,
    record,
  };
  const resource = firstText(body.ResourceArn, body.ResourceId, body.ResourceName, account);
  return completeFinding(draft, resource, firstTime(body.AssessmentStartTime), at('ResourceId', 'AssessmentStartTime'));
}

export function version2Finding(record: JsonObject): FindingResult {
  const fields = fieldsOf(version2, record);
  if (!fields.ok) return fields;
  const body = fields.value;
  // `[check11] Avoid the use of the root account`
  const parts = /^\[([^\]]+)\]\s*(.*)$/.exec(body.Control);
  const draft = {
    ...given({ account: body['Account Number'], region: body.Region, severity: body.Severity, title: parts?.[2] }),
    provider: 'aws',
    rule: parts?.[1] ?? body.Control,
    status: body.Status,
    muted: false,
    record,
  };
  const resource = firstText(body['Resource ID'], body['Account Number']);
  return completeFinding(draft, resource, firstTime(body.Timestamp), at('Resource ID', 'Timestamp'));
}

export function csvFinding(record: JsonObject): FindingResult {
  const fields = fieldsOf(csvRow, record);
  if (!fields.ok) return fields;
  const row = fields.value;
  const account = firstText(row.ACCOUNT_UID, row.ACCOUNT_ID);
  const draft = {
    ...given({ uid: firstText(row.FINDING_UID, row.FINDING_UNIQUE_ID), account, region: row.REGION }),
    ...given({ severity: row.SEVERITY, title: row.CHECK_TITLE }),
    provider: row.PROVIDER ?? '',
    rule: row.CHECK_ID,
    status: row.STATUS,
    muted: row.MUTED?.toLowerCase() === 'true',
    record,
  };
  const resource = firstText(row.RESOURCE_UID, row.RESOURCE_ARN, row.RESOURCE_ID, row.RESOURCE_NAME, account);
  return completeFinding(draft, resource, firstTime(row.TIMESTAMP, row.ASSESSMENT_START_TIME), at('RESOURCE_UID', 'TIMESTAMP'));
}

const at = (resource: string, time: string): { readonly resource: string; readonly time: string } => ({
  resource: `/${resource}`,
  time: `/${time}`,
});
