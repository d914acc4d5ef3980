import type { JsonObject } from '@tickmark/contracts';
import { eventId, shortened } from '../reading/event-id.js';
import { event, ignored, type ItemResult } from '../reading/items.js';

/** Of names in the event types. */
const MAX_NAME = 256;

/** One movement that a bank booked on an account. */
export interface BankEntry {
  readonly id: string;
  readonly source: string;
  readonly account: string;
  readonly timeMs: number | undefined;
  /** The reference that we gave; without one the bank's. */
  readonly payment: string;
  /** The bank's own reference, as it is: one that it books twice has to be seen. */
  readonly booking: string;
  readonly credit: boolean;
  /** It takes back an earlier movement, of the other direction. */
  readonly takesBack: boolean;
  /** Why a payment came back, where it is a return and no correction of a booking. */
  readonly returned?: string | undefined;
  /** Never below nothing. */
  readonly amountMinor: number;
  readonly currency: string;
}

/** Money that left is settled; money that left and came back is settled below nothing, and a return is told as one. */
export function entryEvents(entry: BankEntry): readonly ItemResult[] {
  const { id, source, credit, takesBack, returned, timeMs, amountMinor, currency } = entry;
  if (credit !== takesBack) return [ignored(credit ? CAME_IN : TAKEN_BACK)];
  const payment = shortened(entry.payment, MAX_NAME);
  const common = { source: shortened(source, MAX_NAME), subject: payment, ...(timeMs === undefined ? {} : { timeMs }) };
  const signed = takesBack ? -amountMinor : amountMinor;
  const names = { payment, account: shortened(entry.account, MAX_NAME), booking: shortened(entry.booking, MAX_NAME) };
  const settled = event({ ...common, id, type: 'payment.settled', data: { ...names, amountMinor: signed, currency } });
  if (returned === undefined || !takesBack) return [settled];
  const data: JsonObject = { item: payment, kind: 'payment', reason: returned.slice(0, MAX_NAME), amountMinor, currency };
  return [settled, event({ ...common, id: eventId(id, 'returned'), type: 'item.rejected', data })];
}

export const CAME_IN = 'money that came in; no event type of the catalogue says it';
export const TAKEN_BACK = 'money that came in was taken back; no event type of the catalogue says it';
