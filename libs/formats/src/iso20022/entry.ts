import type { InputFault, Result } from '@tickmark/contracts';
import { type Decimal, parseDecimal } from '../reading/money.js';
import type { ClockReader } from '../reading/wall-clock.js';
import { at, childrenOf, textAt, type XmlElement } from '../reading/xml.js';
import { dateIn, instantOf } from './message.js';

/** The statement that an entry stands in. */
export interface Account {
  readonly name: string;
  readonly source: string;
  readonly statement: string;
  readonly clock: ClockReader;
  readonly timeMs: number | undefined;
}

/** An entry of a statement: one movement on the account. */
export interface Entry {
  readonly pointer: string;
  readonly amount: Decimal;
  readonly currency: string;
  readonly credit: boolean;
  readonly reversal: boolean;
  readonly status: string;
  readonly timeMs: number | undefined;
  /** The bank's own reference of the booking; without one its place in the statement. */
  readonly booking: string;
  /** The same, told apart where the bank repeats it. */
  readonly key: string;
  readonly details: readonly XmlElement[];
  readonly batch: XmlElement | undefined;
}

export function entriesOf(statement: XmlElement, pointer: string, account: Account): Result<readonly Entry[], InputFault> {
  const entries: Entry[] = [];
  const seen = new Map<string, number>();
  for (const [index, element] of childrenOf(statement, 'Ntry').entries()) {
    const entry = entryOf(element, index, { pointer: `${pointer}/Ntry/${index}`, account });
    if (!('amount' in entry)) return { ok: false, error: entry };
    const times = (seen.get(entry.booking) ?? 0) + 1;
    seen.set(entry.booking, times);
    entries.push({ ...entry, key: times === 1 ? entry.booking : `${entry.booking}~${times}` });
  }
  return { ok: true, value: entries };
}

const CURRENCY = /^[A-Z]{3}$/;

function entryOf(element: XmlElement, index: number, { pointer, account }: { readonly pointer: string; readonly account: Account }): Entry | InputFault {
  const money = moneyOf(element, pointer);
  if (!('amount' in money)) return money;
  // A text up to version 7, an element with a code from 8 on.
  const status = textAt(element, 'Sts', 'Cd') ?? textAt(element, 'Sts');
  if (status === undefined) return { pointer: `${pointer}/Sts`, message: 'is missing' };
  const booked = dateIn(element, 'BookgDt');
  const timeMs = booked === undefined ? account.timeMs : instantOf(booked, account.clock);
  if (booked !== undefined && timeMs === undefined) return { pointer: `${pointer}/BookgDt`, message: 'is no date' };
  return {
    ...money,
    pointer,
    reversal: ['true', '1'].includes(textAt(element, 'RvslInd') ?? ''),
    status,
    timeMs,
    booking: bookingOf(element, index, account),
    key: '',
    details: childrenOf(element, 'NtryDtls').flatMap((part) => childrenOf(part, 'TxDtls')),
    batch: at(element, 'NtryDtls', 'Btch'),
  };
}

/** `AcctSvcrRef` is unique at the bank, `NtryRef` only in its statement. */
function bookingOf(element: XmlElement, index: number, { statement }: Account): string {
  return textAt(element, 'AcctSvcrRef') ?? `${statement}/${textAt(element, 'NtryRef') ?? index}`;
}

function moneyOf(element: XmlElement, pointer: string): Pick<Entry, 'amount' | 'currency' | 'credit'> | InputFault {
  const amount = parseDecimal(textAt(element, 'Amt') ?? '');
  if (amount === undefined) return { pointer: `${pointer}/Amt`, message: 'is no amount' };
  const currency = at(element, 'Amt')?.attributes.get('Ccy') ?? '';
  if (!CURRENCY.test(currency)) return { pointer: `${pointer}/Amt/Ccy`, message: 'is no currency' };
  const sign = textAt(element, 'CdtDbtInd');
  if (sign !== 'CRDT' && sign !== 'DBIT') return { pointer: `${pointer}/CdtDbtInd`, message: 'is neither CRDT nor DBIT' };
  return { amount, currency, credit: sign === 'CRDT' };
}
