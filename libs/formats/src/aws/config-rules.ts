import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { readJsonText } from '../reading/json.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const changeBody = z.object({
  configRuleName: z.string().min(1).max(256),
  resourceType: text,
  resourceId: z.string().min(1),
  awsAccountId: text,
  awsRegion: text,
  newEvaluationResult: z.object({ complianceType: z.string(), resultRecordedTime: z.string(), evaluationResultIdentifier: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['COMPLIANT', 'pass'],
  ['NON_COMPLIANT', 'fail'],
  ['NOT_APPLICABLE', 'not-applicable'],
]);

export const isComplianceChange = (record: JsonObject): boolean => record.messageType === 'ComplianceChangeNotification';

/** What a rule of AWS Config now says of a resource. INSUFFICIENT_DATA is what it says when it cannot tell. */
export function complianceChange(detail: JsonObject): ItemResult {
  const fields = fieldsOf(changeBody, detail);
  if (!fields.ok) return rejectedBy(fields.error);
  const { configRuleName: rule, resourceId: resource, awsAccountId, awsRegion, newEvaluationResult: result } = fields.value;
  if (result === undefined || result === null) return ignored(`rule ${rule.slice(0, 100)} no longer says anything of this resource`);
  const timeMs = parseRfc3339(result.resultRecordedTime);
  if (timeMs === undefined) return rejected('/newEvaluationResult/resultRecordedTime', 'is no instant');
  return event({
    id: eventId(rule, fields.value.resourceType ?? '', resource, result.resultRecordedTime),
    source: `aws.config/${awsAccountId ?? ''}`,
    type: 'config.finding',
    subject: resource,
    timeMs,
    data: {
      rule,
      resource,
      outcome: OUTCOMES.get(result.complianceType) ?? 'unknown',
      ...(typeof awsAccountId === 'string' ? { account: awsAccountId.slice(0, 256) } : {}),
      ...(typeof awsRegion === 'string' ? { region: awsRegion.slice(0, 64) } : {}),
    },
  });
}

export const isInvocation = (record: JsonObject): boolean => Object.hasOwn(record, 'invokingEvent');

const ASKED: ReadonlyMap<string, string> = new Map([
  ['ConfigurationItemChangeNotification', 'a rule was asked about a resource; what it finds comes as an event of its own'],
  ['OversizedConfigurationItemChangeNotification', 'a rule was asked about a resource that is too large to be sent: nothing is known of it until the rule answers'],
  ['ScheduledNotification', 'a rule was asked on schedule, about no resource; what it finds comes as an event of its own'],
  ['ConfigurationSnapshotDeliveryCompleted', 'a snapshot was stored: it says what there is, not whether it is as it should be'],
]);

/** What else a topic of AWS Config carries: how things are, not whether they are as they should be. */
const NO_RESULTS: ReadonlySet<string> = new Set([
  'ConfigurationItemChangeNotification',
  'OversizedConfigurationItemChangeNotification',
  'ConfigurationSnapshotDeliveryStarted',
  'ConfigurationSnapshotDeliveryCompleted',
  'ConfigurationSnapshotDeliveryFailed',
  'ConfigurationHistoryDeliveryCompleted',
  'ConfigRulesEvaluationStarted',
  'ScheduledNotification',
]);

export const isWithoutResult = ({ messageType }: JsonObject): boolean => typeof messageType === 'string' && NO_RESULTS.has(messageType);

/** AWS Config invokes a rule: a question, with the event as JSON text inside the JSON. It is no result. */
export function ruleInvocation(record: JsonObject): ItemResult {
  if (typeof record.invokingEvent !== 'string') return rejected('/invokingEvent', 'expected the text of the event');
  const reading = readJsonText(record.invokingEvent, { bigNumbers: 'text' });
  if (!reading.ok) return rejected(`/invokingEvent${reading.fault.pointer}`, reading.fault.message);
  const reason = isObject(reading.value) && typeof reading.value.messageType === 'string' ? ASKED.get(reading.value.messageType) : undefined;
  return reason === undefined ? rejected('/invokingEvent/messageType', 'is no message of AWS Config that is known here') : ignored(reason);
}
