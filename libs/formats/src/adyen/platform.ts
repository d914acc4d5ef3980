import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { moneyOf, returned, settled } from '../payments/payment-events.js';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const platformBody = z.object({ type: z.string().min(1), environment: z.string() });
/** Older versions of the webhook tell no time of the event. */
const transferWebhook = z.object({ timestamp: z.string().nullish(), data: z.record(z.string(), z.unknown()) });

const transferBody = z.object({
  id: z.string().min(1),
  balancePlatform: z.string().min(1),
  sequenceNumber: z.number().int().nonnegative(),
  status: z.string().min(1),
  reason: z.string().nullish(),
  direction: z.string().nullish(),
  amount: z.object({ value: z.unknown(), currency: z.unknown() }),
});

const DONE = ['booked'];
const FAILED = ['failed', 'refused', 'returned', 'rejected', 'chargeback', 'secondChargeback', 'captureReversed', 'refundReversed', 'error'];

/** Webhooks about accounts and stored cards are written alike. */
export const isPlatform = (record: JsonObject): boolean => typeof record.type === 'string' && typeof record.environment === 'string';

/** A transfer of the Balance Platform counts its states: `sequenceNumber` orders them and is part of the id. */
export function platformWebhook(record: JsonObject): ItemResult {
  const fields = fieldsOf(platformBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const { type, environment } = fields.value;
  if (environment !== 'live') return ignored(`${type.slice(0, 100)} of a test system: nothing happened`);
  if (!type.startsWith('balancePlatform.transfer.')) return ignored(`${type.slice(0, 100)}: no event type of the catalogue says it`);
  const webhook = fieldsOf(transferWebhook, record);
  if (!webhook.ok) return rejectedBy(webhook.error);
  const { timestamp, data } = webhook.value;
  const timeMs = parseRfc3339(timestamp ?? '');
  return typeof timestamp === 'string' && timeMs === undefined ? rejected('/timestamp', 'is no instant') : transfer(data, type, timeMs);
}

function transfer(data: unknown, type: string, timeMs: number | undefined): ItemResult {
  const fields = fieldsOf(transferBody, data);
  if (!fields.ok) return rejected(`/data${fields.error.pointer}`, fields.error.message);
  const { id, balancePlatform, sequenceNumber, status, reason, amount } = fields.value;
  const failed = FAILED.includes(status);
  if (!failed && !DONE.includes(status)) return ignored(`transfer ${status.slice(0, 60)}: neither done nor failed`);
  const money = moneyOf(amount.value, amount.currency);
  if (money === undefined) return rejected('/data/amount', 'is no whole number of minor units with a currency');
  const told = { id: eventId(id, type, String(sequenceNumber)), source: `adyen/${balancePlatform}`, ...(timeMs === undefined ? {} : { timeMs }), sequence: String(sequenceNumber) };
  if (!failed) return event(settled(told, { payment: id, ...money }));
  return event(returned(told, { item: id, reason: typeof reason === 'string' && reason !== '' ? `${status}: ${reason}` : status, ...money }));
}
