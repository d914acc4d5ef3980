import type { Json, JsonObject, NormalEvent } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId, shortened } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { isObject } from '../reading/records.js';
import { fieldsOf } from '../reading/schema.js';
import { alarmChange } from './alarms.js';
import { asffFindings } from './asff.js';
import { cloudTrailRecord } from './cloudtrail.js';
import { complianceChange } from './config-rules.js';
import { at } from './envelopes.js';
import { guardDutyFinding } from './guardduty.js';

const envelopeBody = z.object({
  id: z.string().min(1),
  'detail-type': z.string().min(1),
  source: z.string().min(1),
  account: z.string().nullish(),
  time: z.string(),
  region: z.string().nullish(),
  resources: z.array(z.string()).nullish(),
  detail: z.record(z.string(), z.unknown()),
});

interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly timeMs: number;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
  readonly system: string;
}

export const isEventBridge = (record: JsonObject): boolean => Object.hasOwn(record, 'detail-type');

/** An event of EventBridge. It may come twice and in any order: the id is the same, and the time is in it. */
export function eventBridgeEvent(record: JsonObject, system: string): readonly ItemResult[] {
  const fields = fieldsOf(envelopeBody, record);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const body = fields.value;
  const timeMs = parseRfc3339(body.time);
  if (timeMs === undefined) return [rejected('/time', 'is no instant')];
  const account = body.account ?? '';
  const kind = body['detail-type'];
  const map = DETAILS.find(([start]) => kind.startsWith(start))?.[1];
  if (map === undefined) return [ignored(`${kind.slice(0, 100)}: no event type of the catalogue says it`)];
  const envelope = { id: body.id, source: `${body.source}/${account}`, timeMs, account, region: body.region ?? '', resources: body.resources ?? [], detail: body.detail as JsonObject, system };
  return at('/detail', map(envelope));
}

/** Of `id` in the event type. */
const MAX_ALERT = 256;

type DetailMapper = (envelope: Envelope) => readonly ItemResult[];

const DETAILS: readonly (readonly [string, DetailMapper])[] = [
  ['AWS API Call via CloudTrail', trail],
  ['AWS Console Sign', trail],
  ['AWS Service Event via CloudTrail', trail],
  ['Security Hub Findings', findings],
  ['Config Rules Compliance Change', ({ detail }) => [complianceChange(detail)]],
  ['GuardDuty Finding', ({ detail }) => [guardDutyFinding(detail)]],
  ['AWS Health Event', (envelope) => [health(envelope)]],
  ['CloudWatch Alarm State Change', alarm],
  ['ECR Image Scan', imageScan],
];

function trail({ detail, system }: Envelope): readonly ItemResult[] {
  return cloudTrailRecord(detail, system);
}

function findings({ detail }: Envelope): readonly ItemResult[] {
  if (!Array.isArray(detail.findings)) return [rejected('/findings', 'expected array')];
  return asffFindings(detail.findings as readonly Json[], '/findings');
}

const healthBody = z.object({
  eventArn: z.string().min(1),
  eventTypeCode: z.string().min(1),
  eventTypeCategory: z.string(),
  statusCode: z.string().nullish(),
});

/** AWS gives no severity; what is broken now weighs more than what is announced. */
const HEALTH_SEVERITIES: ReadonlyMap<string, string> = new Map([
  ['issue', 'high'],
  ['scheduledChange', 'medium'],
  ['investigation', 'medium'],
  ['accountNotification', 'informational'],
]);

function health({ id, source, timeMs, detail }: Envelope): ItemResult {
  const fields = fieldsOf(healthBody, detail);
  if (!fields.ok) return rejectedBy(fields.error);
  const { eventArn, eventTypeCategory, statusCode } = fields.value;
  const alert = shortened(eventArn, MAX_ALERT);
  const severity = statusCode === 'closed' ? 'informational' : (HEALTH_SEVERITIES.get(eventTypeCategory) ?? 'high');
  const data = { id: alert, severity, status: (statusCode ?? 'open').slice(0, 64), kind: eventTypeCategory.slice(0, 64) };
  return event({ id: eventId(id), source, type: 'detection.alert', subject: alert, timeMs, data });
}

function alarm({ detail, resources, timeMs }: Envelope): readonly ItemResult[] {
  const name = resources[0] ?? detail.alarmName;
  return [alarmChange({ alarm: name, state: isObject(detail.state) ? detail.state.value : undefined, time: isObject(detail.state) ? detail.state.timestamp : undefined }, timeMs)];
}

const scanBody = z.object({
  'scan-status': z.string(),
  'repository-name': z.string().min(1),
  'image-digest': z.string().min(1),
  'finding-severity-counts': z.record(z.string(), z.number()).nullish(),
});

/** The counts name no vulnerability: they say that there are some, and none of them proves that there is none. */
function imageScan({ id, source, timeMs, detail, account, region }: Envelope): readonly ItemResult[] {
  const fields = fieldsOf(scanBody, detail);
  if (!fields.ok) return [rejectedBy(fields.error)];
  const { 'scan-status': status, 'repository-name': repository, 'image-digest': digest, 'finding-severity-counts': counts } = fields.value;
  const done = status === 'COMPLETE';
  if (!done && status !== 'FAILED') return [ignored(`ECR Image Scan ${status.slice(0, 60)}: neither done nor failed`)];
  const scanner = `ecr/${repository}`.slice(0, 256);
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}@${digest}`;
  const worst = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'].find((word) => (counts?.[word] ?? 0) > 0);
  const base: Pick<NormalEvent, 'source' | 'timeMs'> = { source, timeMs };
  const scan = event({
    ...base,
    id: eventId(id),
    type: 'scan.completed',
    subject: scanner,
    data: { scanner, outcome: done ? 'success' : 'failure', covered: done ? 1 : 0, total: 1 },
  });
  if (worst === undefined) return [scan];
  const data = { rule: 'ecr-image-vulnerabilities', resource, outcome: 'fail', severity: worst.toLowerCase(), title: 'The image has no known vulnerabilities', account, region };
  return [scan, event({ ...base, id: eventId(`${id}#1`), type: 'config.finding', subject: resource, data })];
}
