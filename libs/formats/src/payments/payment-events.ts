import type { NormalEvent } from '@tickmark/contracts';
import { shortened } from '../reading/event-id.js';

/** Of names in the event types. */
const MAX_NAME = 256;

/** What every event of one delivery has: where it comes from, what it is called, and when. */
export interface Told {
  readonly id: string;
  readonly source: string;
  readonly timeMs?: number;
  readonly sequence?: string;
}

/** Whole minor units, as ISO 4217 counts them. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: string;
}

/** The service tells amounts as integers already; text or a fraction is no amount that can be kept exactly. */
export function moneyOf(amount: unknown, currency: unknown): Money | undefined {
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) return undefined;
  return typeof currency === 'string' && /^[a-z]{3}$/i.test(currency) ? { amountMinor: amount, currency: currency.toUpperCase() } : undefined;
}

export interface Settled extends Money {
  readonly payment: string;
  /** The service's own reference of the entry. */
  readonly booking?: string | undefined;
}

export function settled(told: Told, { payment, booking, amountMinor, currency }: Settled): NormalEvent {
  const name = shortened(payment, MAX_NAME);
  const data = { payment: name, ...(booking === undefined || booking === '' ? {} : { booking: shortened(booking, MAX_NAME) }), amountMinor, currency };
  return { ...told, type: 'payment.settled', subject: name, data };
}

export interface Returned extends Partial<Money> {
  readonly item: string;
  readonly reason: string;
}

/** A payment that failed, was refused, or came back after it had been told as done. */
export function returned(told: Told, { item, reason, amountMinor, currency }: Returned): NormalEvent {
  const name = shortened(item, MAX_NAME);
  const money = amountMinor === undefined || currency === undefined ? {} : { amountMinor, currency };
  return { ...told, type: 'item.rejected', subject: name, data: { item: name, kind: 'payment', reason: reason.slice(0, MAX_NAME), ...money } };
}

export const firstText = (...candidates: readonly unknown[]): string | undefined => candidates.find((one): one is string => typeof one === 'string' && one !== '');
