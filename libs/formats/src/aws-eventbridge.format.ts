import type { JsonObject } from '@tickmark/contracts';
import { BASIC, BEARER } from './authentication.js';
import { cloudWatchAlarm, isAlarm } from './aws/alarms.js';
import { cloudTrailRecord } from './aws/cloudtrail.js';
import { complianceChange, isComplianceChange, isInvocation, isWithoutResult, ruleInvocation } from './aws/config-rules.js';
import { unwrapped } from './aws/envelopes.js';
import { eventBridgeEvent, isEventBridge } from './aws/event-bridge.js';
import { AWS_SNS } from './aws/sns-signature.js';
import type { Format, FormatLimits, ParseRequest, ParseResult } from './format.js';
import { ignored, type ItemResult, rejected, tooMany } from './reading/items.js';
import { JSON_LINES_TYPES, readRecords } from './reading/records.js';

const LIMITS: FormatLimits = { bodyBytes: 4 * 1024 * 1024, items: 10_000, lineBytes: 1024 * 1024 };

/** Events of EventBridge, bare or in the envelopes of SNS, SQS and Firehose. SNS sends its text as `text/plain`. */
export const awsEventbridge: Format = {
  id: 'aws-eventbridge',
  title: 'AWS EventBridge, Config, GuardDuty, Health, CloudWatch, in SNS or SQS',
  contentTypes: ['application/json', 'text/plain', ...JSON_LINES_TYPES],
  limits: LIMITS,
  authentication: [BEARER, BASIC, AWS_SNS],
  words: [
    { theirs: 'Config COMPLIANT, NON_COMPLIANT', ours: 'config.finding pass, fail', why: 'what the rule found' },
    { theirs: 'Config NOT_APPLICABLE', ours: 'not-applicable', why: 'the same' },
    { theirs: 'Config INSUFFICIENT_DATA, any other word', ours: 'unknown', why: 'the rule could not tell' },
    { theirs: 'Config compliance change without a new result', ours: 'ignored', why: 'the rule no longer says anything of the resource' },
    { theirs: 'Config rule invocation, also oversized or scheduled', ours: 'ignored', why: 'a question; only the answer is a result' },
    { theirs: 'Security Hub findings', ours: 'as in aws-asff', why: 'the same findings' },
    { theirs: 'calls via CloudTrail', ours: 'as in aws-cloudtrail', why: 'the same records' },
    { theirs: 'GuardDuty finding', ours: 'detection.alert', why: 'severity by its own ranges: 9, 7, 4 and 1' },
    { theirs: 'GuardDuty sample finding', ours: 'ignored', why: 'nothing happened' },
    { theirs: 'Health issue', ours: 'detection.alert high', why: 'something of ours is broken now; AWS gives no severity' },
    { theirs: 'Health scheduledChange, accountNotification', ours: 'detection.alert medium, informational', why: 'announced; AWS gives no severity' },
    { theirs: 'Health closed', ours: 'detection.alert informational', why: 'it is over: nothing is left to decide' },
    { theirs: 'CloudWatch ALARM', ours: 'detection.alert high', why: 'an alarm has no severity of its own' },
    { theirs: 'CloudWatch OK', ours: 'detection.alert informational, containedAt', why: 'it is over: nothing is left to decide' },
    { theirs: 'CloudWatch INSUFFICIENT_DATA', ours: 'ignored', why: 'the alarm could not tell' },
    { theirs: 'ECR Image Scan COMPLETE, FAILED', ours: 'scan.completed success, failure', why: 'the same' },
    { theirs: 'ECR counts above 0', ours: 'config.finding ecr-image-vulnerabilities fail', why: 'some are there; no counts prove that there are none' },
    { theirs: 'SNS SubscriptionConfirmation', ours: 'ignored', why: 'nothing happened; a feed of its topic opens its address, else who passes on messages of SNS does' },
    { theirs: 'any other event', ours: 'ignored', why: 'readable, but no event type of the catalogue says it' },
  ],
  sample: {
    contentType: 'application/json',
    headers: {},
    body: JSON.stringify({
      version: '0',
      id: '5f1c8b9e-3f5e-4c0e-9a54-0d3f7c1b2a60',
      'detail-type': 'Config Rules Compliance Change',
      source: 'aws.config',
      account: '123456789012',
      time: '2026-01-31T12:00:03Z',
      region: 'eu-central-1',
      resources: [],
      detail: {
        messageType: 'ComplianceChangeNotification',
        configRuleName: 's3-bucket-public-read-prohibited',
        resourceType: 'AWS::S3::Bucket',
        resourceId: 'larkspur-payslips',
        awsAccountId: '123456789012',
        awsRegion: 'eu-central-1',
        newEvaluationResult: { complianceType: 'NON_COMPLIANT', resultRecordedTime: '2026-01-31T12:00:00Z' },
      },
    }),
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const read = (record: JsonObject): readonly ItemResult[] => eventsOf(record, request.feed.system);
  const map = (record: JsonObject): readonly ItemResult[] => unwrapped(record, read);
  const result = readRecords(request, { limits: LIMITS, bigNumbers: 'text', lists: ['Records', 'records'], map });
  return result.outcome === 'items' && result.items.length > LIMITS.items ? tooMany(LIMITS) : result;
}

function eventsOf(record: JsonObject, system: string): readonly ItemResult[] {
  if (isEventBridge(record)) return eventBridgeEvent(record, system);
  if (isInvocation(record)) return [ruleInvocation(record)];
  if (isComplianceChange(record)) return [complianceChange(record)];
  if (isWithoutResult(record)) return [ignored('a message of AWS Config about no result of a rule')];
  if (isAlarm(record)) return [cloudWatchAlarm(record)];
  // Some rules pass on the detail alone.
  if (Object.hasOwn(record, 'eventID')) return cloudTrailRecord(record, system);
  return [rejected('', 'is no event of AWS that is known here: it has no detail-type')];
}
