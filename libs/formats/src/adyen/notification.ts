import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { moneyOf, returned, settled } from '../payments/payment-events.js';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const itemBody = z.object({
  pspReference: z.string().min(1),
  originalReference: text,
  merchantAccountCode: z.string().min(1),
  eventCode: z.string().min(1),
  eventDate: z.string(),
  // Text, not a boolean: "false" is true to who does not look.
  success: z.enum(['true', 'false']),
  reason: text,
  amount: z.object({ value: z.unknown(), currency: z.unknown() }).nullish(),
});
type Item = z.infer<typeof itemBody>;

/** What moved money when it succeeded. */
const MOVES = ['CAPTURE', 'REFUND', 'REFUND_WITH_DATA', 'PAYOUT_THIRDPARTY', 'PAIDOUT'];
/** What takes back what was told as done, by being told at all. */
const REVERSALS = ['CAPTURE_FAILED', 'REFUND_FAILED', 'REFUNDED_REVERSED', 'CHARGEBACK', 'SECOND_CHARGEBACK', 'PAIDOUT_REVERSED', 'PAYOUT_DECLINE', 'PAYOUT_EXPIRE', 'PREARBITRATION_LOST', 'NOTIFICATION_OF_CHARGEBACK'];
/** These are about no payment. */
const NO_PAYMENT = ['REPORT_AVAILABLE', 'RECURRING_CONTRACT'];

/** `live` stands on the envelope. */
export function notificationItem(record: JsonObject, live: boolean): ItemResult {
  const fields = fieldsOf(itemBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const item = fields.value;
  if (!live) return ignored(`${item.eventCode.slice(0, 100)} of a test system: nothing happened`);
  const timeMs = parseRfc3339(item.eventDate);
  if (timeMs === undefined) return rejected('/eventDate', 'is no instant');
  return paymentEvent(item, timeMs);
}

/** The same reference comes again with other codes, and with another end: all three are the id. */
function paymentEvent(item: Item, timeMs: number): ItemResult {
  const { eventCode: code, pspReference, success, amount } = item;
  const failed = success === 'false' ? !NO_PAYMENT.includes(code) : REVERSALS.includes(code);
  if (!failed && !MOVES.includes(code)) return ignored(`${code.slice(0, 100)} ${success}: no money has moved`);
  const money = moneyOf(amount?.value, amount?.currency);
  if (money === undefined) return rejected('/amount', 'is no whole number of minor units with a currency');
  const told = { id: eventId(pspReference, code, success), source: `adyen/${item.merchantAccountCode}`, timeMs };
  const about = aboutOf(item);
  if (!failed) return event(settled(told, { payment: about, booking: pspReference, ...money }));
  const reason = item.reason ?? '';
  return event(returned(told, { item: about, reason: reason === '' ? code : `${code}: ${reason}`, ...money }));
}

/** A capture and what takes it back are about the payment; a refund is a payment of its own, also when it fails. */
function aboutOf({ eventCode, pspReference, originalReference }: Item): string {
  const own = eventCode.startsWith('REFUND');
  return own || typeof originalReference !== 'string' || originalReference === '' ? pspReference : originalReference;
}
