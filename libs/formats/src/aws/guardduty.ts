import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const findingBody = z.object({
  id: z.string().min(1).max(256),
  accountId: z.string().nullish(),
  type: z.string().min(1),
  severity: z.number(),
  updatedAt: z.string(),
  service: z.object({ archived: z.boolean().nullish(), additionalInfo: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** GuardDuty's own ranges. */
const RANGES: readonly (readonly [number, string])[] = [
  [9, 'critical'],
  [7, 'high'],
  [4, 'medium'],
  [1, 'low'],
];

/** A finding is updated in place: it counts on, and `updatedAt` tells its versions apart. */
export function guardDutyFinding(detail: JsonObject): ItemResult {
  const fields = fieldsOf(findingBody, detail);
  if (!fields.ok) return rejectedBy(fields.error);
  const { id, accountId, severity, updatedAt, service } = fields.value;
  if (service?.additionalInfo?.sample === true) return ignored('a sample finding of GuardDuty: nothing happened');
  const timeMs = parseRfc3339(updatedAt);
  if (timeMs === undefined) return rejected('/updatedAt', 'is no instant');
  const status = service?.archived === true ? 'ARCHIVED' : 'ACTIVE';
  return event({
    id: eventId(id, updatedAt),
    source: `aws.guardduty/${accountId ?? ''}`,
    type: 'detection.alert',
    subject: id,
    timeMs,
    data: { id, severity: wordOf(severity), status, kind: fields.value.type.slice(0, 64) },
  });
}

const wordOf = (severity: number): string => RANGES.find(([from]) => severity >= from)?.[1] ?? 'informational';
