import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { eventId } from '../reading/event-id.js';
import { fromEpoch } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

/** Beyond 2^53 the reader keeps the digits as text. */
const epoch = z.union([z.number().int(), z.string()]).nullish();

const delivery = z.object({
  action: z.string().min(1),
  alert: z.object({ alertId: z.string().min(1).max(256), createdAt: epoch, updatedAt: epoch, priority: z.union([z.number(), z.string()]).nullish() }),
  source: z.object({ type: z.string().nullish() }).nullish(),
});

const PRIORITIES: ReadonlyMap<string, string> = new Map([
  ['1', 'critical'],
  ['2', 'high'],
  ['3', 'medium'],
  ['4', 'low'],
  ['5', 'informational'],
]);

const STATES = ['Create', 'Acknowledge', 'UnAcknowledge', 'Close'];
/** Where people act; what comes through an API or a rule is no decision of a person. */
const PEOPLE = ['web', 'mobile'];

export function opsgenieAlert(record: JsonObject): ItemResult {
  const fields = fieldsOf(delivery, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { action, alert, source } = fields.value;
  if (!STATES.includes(action)) return ignored(`${action.slice(0, 100)}: the state of the alert did not change`);
  const { pointer, written } = action === 'Create' ? { pointer: '/alert/createdAt', written: alert.createdAt } : { pointer: '/alert/updatedAt', written: alert.updatedAt };
  const timeMs = instantOf(written);
  if (timeMs === undefined) return rejected(pointer, 'is no time since 1970 in milliseconds or nanoseconds');
  const person = PEOPLE.includes(source?.type?.toLowerCase() ?? '');
  return event({
    id: eventId(alert.alertId, action, String(written)),
    source: 'opsgenie',
    type: 'detection.alert',
    subject: alert.alertId,
    timeMs,
    data: { id: alert.alertId, severity: severityOf(action, alert.priority), status: action, ...decision(action, person, timeMs) },
  });
}

/** 1 to 5, or "P1" to "P5". What is closed leaves nothing to decide. */
function severityOf(action: string, priority: number | string | null | undefined): string {
  if (action === 'Close') return 'informational';
  return PRIORITIES.get(String(priority ?? '').replace(/^P/i, '')) ?? 'high';
}

function decision(action: string, person: boolean, timeMs: number): JsonObject {
  const at = new Date(timeMs).toISOString();
  const decided = person && (action === 'Acknowledge' || action === 'Close') ? { decidedAt: at } : {};
  return action === 'Close' ? { ...decided, containedAt: at } : decided;
}

/** `createdAt` is milliseconds, `updatedAt` nanoseconds: the digits beyond milliseconds are cut off as text. */
function instantOf(written: number | string | null | undefined): number | undefined {
  const digits = String(written ?? '');
  return /^\d{13}$|^\d{19}$/.test(digits) ? fromEpoch(Number(digits.slice(0, 13))) : undefined;
}
