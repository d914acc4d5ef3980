import type { JsonObject } from '@tickmark/contracts';
import { BEARER } from './authentication.js';
import { cloudTrailRecord } from './aws/cloudtrail.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { type ItemResult, rejected } from './reading/items.js';
import { isObject, JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

export const awsCloudtrail: Format = {
  id: 'aws-cloudtrail',
  title: 'AWS CloudTrail logs',
  contentTypes: ['application/json', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'ConsoleLogin Success, Failure', ours: 'identity.signin success, failure', why: 'the same' },
    { theirs: 'MFAUsed Yes, No of a user or root', ours: 'mfa true, false', why: 'the same' },
    { theirs: 'MFAUsed of a federated sign-in', ours: 'left out', why: 'it always says No: the factor was asked for elsewhere' },
    { theirs: 'errorCode', ours: 'ignored', why: 'the call was refused or failed, so nothing was changed' },
    { theirs: 'IAM calls that give a user, role or group access', ours: 'identity.access-granted', why: 'no errorCode means that it was done' },
    { theirs: 'IAM calls that take it away', ours: 'identity.access-revoked', why: 'no errorCode means that it was done' },
    { theirs: 'StartLogging', ours: 'config.finding cloudtrail-logging pass', why: 'the trail records from now on' },
    { theirs: 'StopLogging, DeleteTrail', ours: 'config.finding cloudtrail-logging fail', why: 'the trail no longer records' },
    { theirs: 'PutEvaluations COMPLIANT, NON_COMPLIANT', ours: 'config.finding pass, fail', why: 'what a rule of AWS Config found' },
    { theirs: 'PutEvaluations NOT_APPLICABLE', ours: 'not-applicable', why: 'the same' },
    { theirs: 'PutEvaluations INSUFFICIENT_DATA', ours: 'unknown', why: 'the rule could not tell' },
    { theirs: 'PutEvaluations in test mode', ours: 'ignored', why: 'no result' },
    { theirs: 'any other call', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      Records: [
        {
          eventVersion: '1.08',
          userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/ines', accountId: '123456789012', userName: 'ines' },
          eventTime: '2026-01-31T12:00:00Z',
          eventSource: 'signin.amazonaws.com',
          eventName: 'ConsoleLogin',
          awsRegion: 'us-east-1',
          sourceIPAddress: '192.0.2.17',
          responseElements: { ConsoleLogin: 'Success' },
          additionalEventData: { MFAUsed: 'Yes' },
          eventID: '70e5932e-9022-4b38-837e-ca10dad94eb7',
          recipientAccountId: '123456789012',
        },
      ],
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const map = (record: JsonObject): readonly ItemResult[] => recordOf(record, request.feed.system);
  return readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['Records'], map });
}

/** A record, or an EventBridge event that carries one. */
function recordOf(record: JsonObject, system: string): readonly ItemResult[] {
  const { detail } = record;
  if (!isObject(detail) || Object.hasOwn(record, 'eventID')) return cloudTrailRecord(record, system);
  return cloudTrailRecord(detail, system).map((result) =>
    result.kind === 'rejected' ? rejected(`/detail${result.pointer}`, result.message) : result,
  );
}
