import type { JsonObject } from '@tickmark/contracts';
import { z } from 'zod';
import { firstText, returned } from '../payments/payment-events.js';
import { eventId } from '../reading/event-id.js';
import { parseRfc3339 } from '../reading/instant.js';
import { event, ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { fieldsOf } from '../reading/schema.js';

const text = z.string().nullish();

const eventBody = z.object({
  id: z.string().min(1),
  created_at: z.string(),
  resource_type: z.string().min(1),
  action: z.string().min(1),
  links: z.record(z.string(), z.unknown()).nullish(),
  details: z.object({ cause: text, description: text }).nullish(),
});

/** What failed or came back, by resource; `late_failure_settled` takes back what was paid out already. */
const RETURNED: ReadonlyMap<string, readonly string[]> = new Map([
  ['payments', ['failed', 'cancelled', 'charged_back', 'late_failure_settled', 'customer_approval_denied']],
  ['payouts', ['failed']],
  ['refunds', ['failed', 'bounced', 'funds_returned']],
  ['outbound_payments', ['failed', 'cancelled']],
  ['instalment_schedules', ['errored', 'creation_failed']],
  // Which payout it was is not said.
  ['creditors', ['bounced_payout']],
]);
const LINKS: ReadonlyMap<string, string> = new Map([
  ['payments', 'payment'],
  ['payouts', 'payout'],
  ['refunds', 'refund'],
  ['outbound_payments', 'outbound_payment'],
  ['instalment_schedules', 'instalment_schedule'],
  ['creditors', 'creditor'],
]);

/** Events are thin: they name what changed and how, never amounts. So nothing of them is a settled payment. */
export function gocardlessEvent(record: JsonObject): ItemResult {
  const fields = fieldsOf(eventBody, record);
  if (!fields.ok) return rejectedBy(fields.error);
  const timeMs = parseRfc3339(fields.value.created_at);
  if (timeMs === undefined) return rejected('/created_at', 'is no instant');
  const { resource_type: resource, action } = fields.value;
  if (RETURNED.get(resource)?.includes(action) === true) return returnedItem(fields.value, timeMs);
  return ignored(`${`${resource} ${action}`.slice(0, 100)}: no event type of the catalogue says it without an amount`);
}

function returnedItem({ id, resource_type: resource, action, links, details }: z.infer<typeof eventBody>, timeMs: number): ItemResult {
  const link = LINKS.get(resource) ?? '';
  const item = firstText(links?.[link]);
  if (item === undefined) return rejected(`/links/${link}`, 'does not say what it is about');
  const cause = firstText(details?.cause, details?.description);
  return event(returned({ id: eventId(id), source: 'gocardless', timeMs }, { item, reason: cause === undefined ? action : `${action}: ${cause}` }));
}
