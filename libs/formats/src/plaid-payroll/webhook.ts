import { printable } from '../reading/bank-text.js';
import { eventId, shortened } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { type Place, textAt } from './values.js';

const MAX_NAME = 256;

/** `signedAtMs`: webhooks tell no time of their own; the signature does. */
export function webhookItems(webhook: Place, signedAtMs: number | undefined): readonly ItemResult[] {
  const code = (textAt(webhook, 'webhook_code') ?? '').slice(0, 100);
  const environment = textAt(webhook, 'environment');
  if (environment === undefined) return [rejected('/environment', 'is missing: whether anything happened is not said')];
  if (environment !== 'production') return [ignored(`${code} of ${environment.slice(0, 40)}: nothing happened`)];
  if (code !== 'INCOME_VERIFICATION') return [ignored(`${code}: no event type of the catalogue says it`)];
  const status = textAt(webhook, 'verification_status');
  if (status === undefined) return [rejected('/verification_status', 'is missing')];
  if (status !== 'VERIFICATION_STATUS_PROCESSING_FAILED') return [ignored(`${status.slice(0, 100)}: how far it is, not what was found`)];
  const item = textAt(webhook, 'item_id');
  if (item === undefined) return [rejected('/item_id', 'is missing')];
  const name = shortened(printable(item), MAX_NAME);
  const time = signedAtMs === undefined ? {} : { timeMs: signedAtMs };
  const id = eventId(name, status, ...(signedAtMs === undefined ? [] : [String(signedAtMs)]));
  return [event({ id, source: 'plaid', type: 'item.rejected', subject: name, ...time, data: { item: name, kind: 'input', reason: status } })];
}
