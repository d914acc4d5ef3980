import type { JsonObject } from '@tickmark/contracts';
import { Repeats } from '../reading/bank-text.js';
import { eventId } from '../reading/event-id.js';
import { event, ignored, type ItemResult, rejected } from '../reading/items.js';
import { minorUnits, parseDecimal } from '../reading/money.js';
import { at, childrenOf, textAt, type XmlElement } from '../reading/xml.js';
import type { Message } from './message.js';
import { instantOf } from './message.js';

/** Undefined when the message is no report about orders or payments. */
export function statusItems(message: Message): readonly (readonly ItemResult[])[] | undefined {
  const { name } = message.body;
  if (name === 'CstmrPmtStsRpt' || name === 'FIToFIPmtStsRpt') return reported(message, `/Document/${name}`);
  return name.startsWith('admi.002') ? [messageReject(message)] : undefined;
}

/** Messages, groups and payments each have a word of their own; any of them may say that nothing was done. */
function reported(message: Message, pointer: string): readonly (readonly ItemResult[])[] {
  const report: Report = { message, names: new Repeats() };
  const messages = childrenOf(message.body, 'OrgnlGrpInfAndSts');
  const order = textAt(messages[0], 'OrgnlMsgId') ?? 'unknown';
  const ofMessages = messages.flatMap((one) => {
    const item = textAt(one, 'OrgnlMsgId') ?? 'unknown';
    return wordOf({ status: textAt(one, 'GrpSts'), item, reason: reasonIn(one), extra: {} }, report);
  });
  const ofGroups = childrenOf(message.body, 'OrgnlPmtInfAndSts').flatMap((info, index) => {
    const batch = `${order}/${textAt(info, 'OrgnlPmtInfId') ?? index}`;
    const own = wordOf({ status: textAt(info, 'PmtInfSts'), item: batch, reason: reasonIn(info), extra: { batch } }, report);
    return [...own, ...paymentStatus(report, info, `${pointer}/OrgnlPmtInfAndSts/${index}`)];
  });
  const all = [...ofMessages, ...ofGroups, ...paymentStatus(report, message.body, pointer)];
  return all.length > 0 ? all : [[rejected(pointer, 'tells no status')]];
}

interface Report {
  readonly message: Message;
  /** Several payments may have the same reference. */
  readonly names: Repeats;
}

function paymentStatus(report: Report, parent: XmlElement, pointer: string): readonly (readonly ItemResult[])[] {
  return childrenOf(parent, 'TxInfAndSts').flatMap((payment, index) => {
    const item = ['OrgnlEndToEndId', 'OrgnlInstrId', 'OrgnlUETR', 'OrgnlTxId']
      .map((name) => textAt(payment, name))
      .find((text) => text !== undefined && text !== 'NOTPROVIDED');
    if (item === undefined) return [[rejected(`${pointer}/TxInfAndSts/${index}`, 'names no payment')]];
    return wordOf({ status: textAt(payment, 'TxSts'), item, reason: reasonIn(payment), extra: amountOf(payment) }, report);
  });
}

function amountOf(payment: XmlElement): JsonObject {
  const written = at(payment, 'OrgnlTxRef', 'Amt', 'InstdAmt') ?? at(payment, 'OrgnlTxRef', 'IntrBkSttlmAmt');
  const amount = parseDecimal(written?.text ?? '');
  const currency = written?.attributes.get('Ccy') ?? '';
  const amountMinor = amount === undefined ? undefined : minorUnits(amount, currency);
  return amountMinor === undefined || !/^[A-Z]{3}$/.test(currency) ? {} : { amountMinor, currency };
}

const reasonIn = (element: XmlElement | undefined): string | undefined =>
  textAt(element, 'StsRsnInf', 'Rsn', 'Cd') ?? textAt(element, 'StsRsnInf', 'Rsn', 'Prtry');

interface Word {
  readonly status: string | undefined;
  readonly item: string;
  readonly reason: string | undefined;
  readonly extra: JsonObject;
}

/** RJCT and CANC: it is not done. All other words say how far it is; that it is settled, only a statement says. */
function wordOf({ status, item, reason, extra }: Word, { message, names }: Report): readonly (readonly ItemResult[])[] {
  if (status === undefined) return [];
  if (status !== 'RJCT' && status !== 'CANC') return [[ignored(`${status.slice(0, 20)}: how far a payment is, not that it is settled`)]];
  return [[refusal({ item, name: names.nameOf(item), reason: reason ?? status, extra }, message, message.timeMs)]];
}

interface Refusal {
  readonly item: string;
  /** Its own in the message. */
  readonly name: string;
  readonly reason: string;
  readonly extra: JsonObject;
}

function refusal({ item, name, reason, extra }: Refusal, message: Message, timeMs: number | undefined): ItemResult {
  return event({
    id: eventId(message.messageId, name),
    source: 'iso20022/status',
    type: 'item.rejected',
    subject: item,
    ...(timeMs === undefined ? {} : { timeMs }),
    data: { item, kind: 'payment', reason: reason.slice(0, 256), ...extra },
  });
}

/** A whole message was refused. It is named by the reject itself where the reject does not say which one it was. */
function messageReject(message: Message): readonly ItemResult[] {
  const named = textAt(message.body, 'RltdRef', 'Ref');
  const item = named === undefined || named === 'NOTAVAILABLE' ? message.messageId : named;
  const pointer = `/Document/${message.body.name}/Rsn`;
  const reason = textAt(message.body, 'Rsn', 'RjctgPtyRsn');
  if (reason === undefined) return [rejected(`${pointer}/RjctgPtyRsn`, 'is missing')];
  const written = textAt(message.body, 'Rsn', 'RjctnDtTm');
  const timeMs = written === undefined ? message.timeMs : instantOf(written, message.clock);
  if (written !== undefined && timeMs === undefined) return [rejected(`${pointer}/RjctnDtTm`, 'is no instant')];
  return [refusal({ item, name: item, reason, extra: {} }, message, timeMs)];
}
