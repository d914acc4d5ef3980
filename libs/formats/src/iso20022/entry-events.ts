import type { JsonObject } from '@tickmark/contracts';
import { CAME_IN, TAKEN_BACK } from '../payments/bank-entry.js';
import { controlTotals } from '../reading/control-totals.js';
import { eventId } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { type Decimal, decimalText, minorUnits, negated, parseDecimal, plus, ZERO } from '../reading/money.js';
import { at, textAt, type XmlElement } from '../reading/xml.js';
import type { Account, Entry } from './entry.js';

/** One payment of an entry: an entry may book several at once. */
interface Part {
  readonly amount: Decimal;
  readonly detail: XmlElement | undefined;
  readonly at: number;
}

export function entryEvents(entry: Entry, account: Account): readonly ItemResult[] {
  if (entry.status !== 'BOOK') return [ignored(`${entry.status.slice(0, 20)}: not booked, or not yet`)];
  return [...batchBooked(entry, account), ...partsOf(entry).flatMap((part) => partEvents(part, entry, account))];
}

/** Amounts of the parts only where each of them has one in the currency of the account. */
function partsOf(entry: Entry): readonly Part[] {
  const { details, amount, currency } = entry;
  if (details.length <= 1) return [{ amount, detail: details[0], at: 0 }];
  const parts = details.flatMap((detail, index): Part[] => {
    const own = amountIn(detail, currency);
    return own === undefined ? [] : [{ amount: own, detail, at: index }];
  });
  return parts.length === details.length ? parts : [{ amount, detail: undefined, at: 0 }];
}

function amountIn(detail: XmlElement, currency: string): Decimal | undefined {
  const written = [at(detail, 'Amt'), at(detail, 'AmtDtls', 'TxAmt', 'Amt')].find((one) => one?.attributes.get('Ccy') === currency);
  return parseDecimal(written?.text ?? '');
}

/** Returns say so; a reversal takes back what was booked before. */
function partEvents(part: Part, entry: Entry, account: Account): readonly ItemResult[] {
  const reason = returnReason(part.detail);
  const takenBack = reason !== undefined || entry.reversal;
  if (entry.credit !== takenBack) return [ignored(entry.credit ? CAME_IN : TAKEN_BACK)];
  const amountMinor = minorUnits(takenBack ? negated(part.amount) : part.amount, entry.currency);
  if (amountMinor === undefined) return [rejected(`${entry.pointer}/Amt`, `is no whole number of minor units of ${entry.currency}`)];
  // The bank's reference as it is: one that it books twice has to be seen.
  const booking = entry.details.length > 1 ? `${entry.booking}#${part.at}` : entry.booking;
  const payment = referenceOf(part.detail) ?? booking;
  const common = { source: account.source, subject: payment, ...(entry.timeMs === undefined ? {} : { timeMs: entry.timeMs }) };
  const id = eventId(account.name, `${entry.key}#${part.at}`);
  const data: JsonObject = { payment, account: account.name, booking, ...batchOf(entry), amountMinor, currency: entry.currency };
  const settled = event({ ...common, id, type: 'payment.settled', data });
  if (reason === undefined) return [settled];
  const returned = { item: payment, kind: 'payment', reason, amountMinor: Math.abs(amountMinor), currency: entry.currency };
  return [settled, event({ ...common, id: eventId(id, 'returned'), type: 'item.rejected', data: returned })];
}

function returnReason(detail: XmlElement | undefined): string | undefined {
  const info = at(detail, 'RtrInf');
  if (info === undefined) return undefined;
  return (textAt(info, 'Rsn', 'Cd') ?? textAt(info, 'Rsn', 'Prtry') ?? 'not given').slice(0, 256);
}

const NAMES = ['EndToEndId', 'InstrId', 'UETR', 'TxId'] as const;

/** `NOTPROVIDED` is what writers put where nobody gave a reference. */
function referenceOf(detail: XmlElement | undefined): string | undefined {
  return NAMES.map((name) => textAt(detail, 'Refs', name)).find((text) => text !== undefined && text !== 'NOTPROVIDED');
}

/** Named as in the order: message, and payment information in it. */
function batchName(batch: XmlElement | undefined): string | undefined {
  const [message, information] = [textAt(batch, 'MsgId'), textAt(batch, 'PmtInfId')];
  return message === undefined || information === undefined ? undefined : `${message}/${information}`;
}

function batchOf({ batch }: Entry): JsonObject {
  const name = batchName(batch);
  return name === undefined ? {} : { batch: name };
}

/** The bank books an order as one entry. */
function batchBooked(entry: Entry, account: Account): readonly ItemResult[] {
  const batch = batchName(entry.batch);
  const count = textAt(entry.batch, 'NbOfTxs');
  if (batch === undefined || count === undefined || entry.reversal) return [];
  if (!/^\d{1,15}$/.test(count)) return [rejected(`${entry.pointer}/NtryDtls/Btch/NbOfTxs`, 'is no number')];
  const amountMinor = minorUnits(entry.amount, entry.currency);
  if (amountMinor === undefined) return [rejected(`${entry.pointer}/Amt`, `is no whole number of minor units of ${entry.currency}`)];
  return [
    ...batchTotals(entry, Number(count), account),
    event({
      id: eventId(account.name, entry.key, 'batch'),
      source: account.source,
      type: 'ledger.batch-booked',
      subject: batch,
      ...(entry.timeMs === undefined ? {} : { timeMs: entry.timeMs }),
      data: { batch, count: Number(count), amountMinor, currency: entry.currency },
    }),
  ];
}

/** Where the bank lists what it booked as one, the list has to be what was booked. */
function batchTotals(entry: Entry, declared: number, account: Account): readonly ItemResult[] {
  if (entry.details.length === 0) return [];
  const parts = partsOf(entry);
  const comparable = parts.length === entry.details.length;
  const sum = comparable ? `sum=${decimalText(parts.map(({ amount }) => amount).reduce(plus, ZERO))}` : 'no sum';
  return controlTotals({
    key: `${account.name}/${entry.key}`,
    between: `bookings of ${account.name}`,
    source: account.source,
    timeMs: entry.timeMs,
    declared: { records: declared, totals: comparable ? `sum=${decimalText(entry.amount)}` : 'no sum' },
    counted: { records: entry.details.length, totals: sum },
  });
}
