import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';
import { accountOf, sourceOf, textIn, type TrailRecord } from './cloudtrail-identity.js';
import { accessChange } from './cloudtrail-iam.js';

const text = z.string().nullish();
const anything = z.record(z.string(), z.unknown()).nullish();

const trailRecord = z.object({
  eventID: z.string().min(1),
  eventTime: z.string(),
  eventName: z.string().min(1),
  eventSource: z.string().min(1),
  awsRegion: text,
  errorCode: text,
  errorMessage: text,
  sourceIPAddress: text,
  readOnly: z.union([z.boolean(), z.string()]).nullish(),
  recipientAccountId: text,
  userIdentity: z
    .object({ type: text, arn: text, accountId: text, userName: text, principalId: text, invokedBy: text })
    .nullish(),
  requestParameters: anything,
  responseElements: anything,
  additionalEventData: anything,
});

/** One record of a CloudTrail log, or of an EventBridge event "AWS API Call via CloudTrail". */
export function cloudTrailRecord(raw: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(trailRecord, raw);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const timeMs = parseRfc3339(fields.value.eventTime);
  if (timeMs === undefined) return [rejected('/eventTime', 'is no instant')];
  return mapped({ ...fields.value, timeMs, system });
}

function mapped(record: TrailRecord): readonly ItemResult[] {
  const { eventName, eventSource } = record;
  // A failed sign-in is told by an error message, so it comes before the errors.
  if (eventSource === 'signin.amazonaws.com' && eventName === 'ConsoleLogin') return [consoleSignIn(record)];
  if (typeof record.errorCode === 'string') return [ignored(`${shown(eventName)} ended with ${shown(record.errorCode)}: nothing was changed`)];
  if (eventSource === 'iam.amazonaws.com') return [accessChange(record) ?? unused(record)];
  if (eventSource === 'cloudtrail.amazonaws.com') return [logging(record) ?? unused(record)];
  if (eventSource === 'config.amazonaws.com' && eventName === 'PutEvaluations') return evaluations(record);
  return [unused(record)];
}

function unused({ eventName, readOnly }: TrailRecord): ItemResult {
  if (String(readOnly) === 'true') return ignored(`${shown(eventName)}: a call that only reads`);
  return ignored(`${shown(eventName)}: no event type of the catalogue says it`);
}

const shown = (name: string): string => name.slice(0, 100);

/** Only a direct sign-in says whether a second factor was used; a federated one always says No. */
function secondFactor({ userIdentity, additionalEventData }: TrailRecord): { readonly mfa?: boolean } {
  const used = textIn(additionalEventData, 'MFAUsed');
  const direct = userIdentity?.type === 'IAMUser' || userIdentity?.type === 'Root';
  return direct && (used === 'Yes' || used === 'No') ? { mfa: used === 'Yes' } : {};
}

const SIGN_IN_OUTCOMES: ReadonlyMap<string, string> = new Map([
  ['Success', 'success'],
  ['Failure', 'failure'],
]);

function consoleSignIn(record: TrailRecord): ItemResult {
  const outcome = SIGN_IN_OUTCOMES.get(textIn(record.responseElements, 'ConsoleLogin') ?? '');
  if (outcome === undefined) return rejected('/responseElements/ConsoleLogin', 'is neither Success nor Failure');
  const account = accountOf(record);
  if (account === undefined) return rejected('/userIdentity', 'names nobody');
  return event({
    id: eventId(record.eventID),
    source: sourceOf(record),
    type: 'identity.signin',
    subject: account,
    timeMs: record.timeMs,
    data: {
      account,
      system: record.system,
      outcome,
      ...secondFactor(record),
      ...(typeof record.sourceIPAddress === 'string' ? { ip: record.sourceIPAddress.slice(0, 64) } : {}),
    },
  });
}

const LOGGING: ReadonlyMap<string, string> = new Map([
  ['StartLogging', 'pass'],
  ['StopLogging', 'fail'],
  ['DeleteTrail', 'fail'],
]);

/** Whether a trail records is the state of a configuration, told by the calls that change it. */
function logging(record: TrailRecord): ItemResult | undefined {
  const outcome = LOGGING.get(record.eventName);
  if (outcome === undefined) return undefined;
  const name = textIn(record.requestParameters, 'name');
  if (name === undefined) return rejected('/requestParameters/name', 'names no trail');
  const account = record.recipientAccountId ?? '';
  const trail = name.startsWith('arn:') ? name : `arn:aws:cloudtrail:${record.awsRegion ?? ''}:${account}:trail/${name}`;
  return configFinding(record, 0, { rule: 'cloudtrail-logging', resource: trail, outcome, title: 'The trail records' });
}

const COMPLIANCE: ReadonlyMap<string, string> = new Map([
  ['COMPLIANT', 'pass'],
  ['NON_COMPLIANT', 'fail'],
  ['NOT_APPLICABLE', 'not-applicable'],
]);

const evaluation = z.object({ complianceResourceId: z.string().min(1), complianceType: z.string() });

/** A rule of AWS Config reports what it found. */
function evaluations(record: TrailRecord): readonly ItemResult[] {
  const { requestParameters: parameters } = record;
  if (parameters?.testMode === true) return [ignored('PutEvaluations in test mode: no result')];
  const list = Array.isArray(parameters?.evaluations) ? (parameters.evaluations as readonly unknown[]) : [];
  const rule = textIn(record.additionalEventData, 'configRuleName');
  if (rule === undefined) return [rejected('/additionalEventData/configRuleName', 'names no rule')];
  return list.map((one, at) => {
    const fields = fieldsOf(evaluation, one);
    const pointer = `/requestParameters/evaluations/${at}`;
    if (!fields.ok) return rejected(`${pointer}${fields.error.pointer}`, fields.error.message);
    const outcome = COMPLIANCE.get(fields.value.complianceType) ?? 'unknown';
    return configFinding(record, at, { rule, resource: fields.value.complianceResourceId, outcome });
  });
}

function configFinding(record: TrailRecord, at: number, data: { rule: string; resource: string; outcome: string; title?: string }): ItemResult {
  return event({
    id: eventId(at === 0 ? record.eventID : `${record.eventID}#${at}`),
    source: sourceOf(record),
    type: 'config.finding',
    subject: data.resource,
    timeMs: record.timeMs,
    data: {
      ...data,
      ...(typeof record.recipientAccountId === 'string' ? { account: record.recipientAccountId } : {}),
      ...(typeof record.awsRegion === 'string' ? { region: record.awsRegion } : {}),
    },
  });
}


