import type { InputFault } from '@tickmark/contracts';
import { type BankEntry, entryEvents } from '../payments/bank-entry.js';
import { digest, printable } from '../reading/bank-text.js';
import { eventId } from '../reading/event-id.js';
import { ignored, type ItemResult, rejected, rejectedBy } from '../reading/items.js';
import { decimalText, minorUnits } from '../reading/money.js';
import type { Surroundings } from './surroundings.js';
import { at, type Place, Reader, textAt } from './values.js';

export interface BankAccount {
  readonly account: string;
  /** Where the transaction tells none itself. */
  readonly currency: string | undefined;
}

/** Above nothing is money that left the account, below it what came in: as Plaid writes it. */
export function transactionItems(transaction: Place, { account, currency }: BankAccount, around: Surroundings): readonly ItemResult[] {
  if (at(transaction, 'pending').value === true) return [ignored('a pending transaction: not booked, or not yet')];
  const reader = new Reader(around.clock);
  const timeMs = reader.day(transaction, 'date_posted') ?? reader.day(transaction, 'date');
  const money = moneyOf(transaction, reader, currency);
  if (reader.fault !== undefined) return [rejectedBy(reader.fault)];
  if (timeMs === undefined) return [rejected(`${transaction.pointer}/date_posted`, 'is missing: the day of the booking')];
  if ('pointer' in money) return [rejectedBy(money)];
  if (money.amountMinor === 0) return [ignored('no money moved')];
  const id = textAt(transaction, 'transaction_id');
  const content = `${new Date(timeMs).toISOString().slice(0, 10)},${money.text},${money.currency}`;
  const place = around.names.nameOf(`${account}/${id === undefined ? `${content.slice(0, 10)}/${digest(`${content},${descriptionOf(transaction)}`)}` : `${printable(id)}@${digest(content)}`}`);
  const booking = id === undefined ? place.slice(account.length + 1) : printable(id);
  const entry: BankEntry = {
    id: eventId(place),
    source: around.source,
    account,
    timeMs,
    payment: printable(textAt(transaction, 'payment_meta', 'reference_number') ?? booking),
    booking,
    credit: money.amountMinor < 0,
    takesBack: false,
    amountMinor: Math.abs(money.amountMinor),
    currency: money.currency,
  };
  return entryEvents(entry);
}

const descriptionOf = (transaction: Place): string => textAt(transaction, 'description') ?? textAt(transaction, 'name') ?? '';

interface Money {
  readonly amountMinor: number;
  readonly currency: string;
  readonly text: string;
}

function moneyOf(transaction: Place, reader: Reader, fallback: string | undefined): Money | InputFault {
  const { pointer } = transaction;
  const amount = reader.amount(transaction, 'amount');
  const currency = textAt(transaction, 'iso_currency_code') ?? textAt(transaction, 'currency') ?? fallback ?? '';
  if (amount === undefined) return { pointer: `${pointer}/amount`, message: 'is missing' };
  if (!/^[A-Z]{3}$/.test(currency)) return { pointer: `${pointer}/${fallback === undefined ? 'iso_currency_code' : 'currency'}`, message: 'is no currency such as USD' };
  const amountMinor = minorUnits(amount, currency);
  return amountMinor === undefined ? { pointer: `${pointer}/amount`, message: `is no whole number of minor units of ${currency}` } : { amountMinor, currency, text: decimalText(amount) };
}
