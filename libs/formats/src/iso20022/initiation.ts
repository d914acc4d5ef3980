import { Repeats } from '../reading/bank-text.js';
import { controlTotals } from '../reading/control-totals.js';
import { eventId } from '../reading/event-id.js';
import { event, type ItemResult, rejected } from '../reading/items.js';
import { type Decimal, decimalText, minorUnits, parseDecimal, plus, ZERO } from '../reading/money.js';
import { at, childrenOf, textAt, type XmlElement } from '../reading/xml.js';
import type { Message } from './message.js';

/** What single payments are called in each kind of order. */
const PAYMENTS: ReadonlyMap<string, string> = new Map([
  ['CstmrCdtTrfInitn', 'CdtTrfTxInf'],
  ['CstmrDrctDbtInitn', 'DrctDbtTxInf'],
]);

interface Order {
  readonly message: Message;
  readonly pointer: string;
  readonly source: string;
  readonly between: string;
}

interface Amount {
  readonly amount: Decimal;
  readonly currency: string;
}

interface Group {
  readonly element: XmlElement;
  readonly amounts: readonly Amount[];
  readonly pointer: string;
}

/** Undefined when the message is no order. The order first, then each group of payments in it. */
export function initiationItems(message: Message): readonly (readonly ItemResult[])[] | undefined {
  const name = PAYMENTS.get(message.body.name);
  if (name === undefined) return undefined;
  const party = textAt(message.body, 'GrpHdr', 'InitgPty', 'Nm') ?? 'unnamed';
  const pointer = `/Document/${message.body.name}`;
  const order: Order = { message, pointer, source: `iso20022/${party}`, between: `order of ${party}` };
  const groups: Group[] = [];
  for (const [index, element] of childrenOf(message.body, 'PmtInf').entries()) {
    const read = amountsOf(element, name, `${pointer}/PmtInf/${index}`);
    if (!Array.isArray(read)) return [[rejected(read as string, 'is no amount with a currency')]];
    groups.push({ element, amounts: read as readonly Amount[], pointer: `${pointer}/PmtInf/${index}` });
  }
  if (groups.length === 0) return [[rejected(`${pointer}/PmtInf`, 'is missing: an order without payments says nothing')]];
  const header: Group = { element: at(message.body, 'GrpHdr') as XmlElement, amounts: groups.flatMap(({ amounts }) => amounts), pointer: `${pointer}/GrpHdr` };
  const names = new Repeats();
  return [totalsOf(header, message.messageId, order), ...groups.map((group) => groupItems(group, names, order))];
}

/** The amounts of a group, or where one cannot be read. */
function amountsOf(group: XmlElement, name: string, pointer: string): readonly Amount[] | string {
  const amounts: Amount[] = [];
  for (const [index, payment] of childrenOf(group, name).entries()) {
    const written = at(payment, 'Amt', 'InstdAmt') ?? at(payment, 'InstdAmt') ?? at(payment, 'Amt', 'EqvtAmt', 'Amt');
    const amount = parseDecimal(written?.text ?? '');
    const currency = written?.attributes.get('Ccy') ?? '';
    if (amount === undefined || !/^[A-Z]{3}$/.test(currency)) return `${pointer}/${name}/${index}/Amt`;
    amounts.push({ amount, currency });
  }
  return amounts;
}

/** A group that is there twice pays twice: that has to be seen. */
function groupItems(group: Group, names: Repeats, order: Order): readonly ItemResult[] {
  const id = textAt(group.element, 'PmtInfId');
  if (id === undefined) return [rejected(`${group.pointer}/PmtInfId`, 'is missing')];
  const batch = names.nameOf(`${order.message.messageId}/${id}`);
  return [...totalsOf(group, batch, order), ...batchesSent(group, batch, order)];
}

const sumOf = (amounts: readonly Amount[]): Decimal => amounts.map(({ amount }) => amount).reduce(plus, ZERO);

/** Number and sum, where the order declares them; the sum is over all currencies, as the standard wants it. */
function totalsOf(group: Group, key: string, { message, source, between }: Order): readonly ItemResult[] {
  const count = textAt(group.element, 'NbOfTxs');
  if (count === undefined) return [];
  if (!/^\d{1,15}$/.test(count)) return [rejected(`${group.pointer}/NbOfTxs`, 'is no number')];
  const written = textAt(group.element, 'CtrlSum');
  const sum = written === undefined ? undefined : parseDecimal(written);
  if (written !== undefined && sum === undefined) return [rejected(`${group.pointer}/CtrlSum`, 'is no number')];
  return controlTotals({
    key,
    between,
    source,
    timeMs: message.timeMs,
    declared: { records: Number(count), totals: sum === undefined ? 'sum not declared' : `sum=${decimalText(sum)}` },
    counted: { records: group.amounts.length, totals: sum === undefined ? 'sum not declared' : `sum=${decimalText(sumOf(group.amounts))}` },
  });
}

/** One batch for each currency; almost always there is one. */
function batchesSent({ amounts, pointer }: Group, batch: string, { message, source }: Order): readonly ItemResult[] {
  const currencies = Map.groupBy(amounts, ({ currency }) => currency);
  return [...currencies].map(([currency, chosen]) => {
    const amountMinor = minorUnits(sumOf(chosen), currency);
    if (amountMinor === undefined) return rejected(pointer, `adds up to no whole number of minor units of ${currency}`);
    const key = currencies.size === 1 ? batch : `${batch}/${currency}`;
    return event({
      id: eventId(`${key}#batch`, message.timeMs === undefined ? 'no time' : String(message.timeMs), `${chosen.length},${amountMinor}`),
      source,
      type: 'ledger.batch-sent',
      subject: key,
      ...(message.timeMs === undefined ? {} : { timeMs: message.timeMs }),
      data: { batch: key, count: chosen.length, amountMinor, currency },
    });
  });
}
