import { BEARER } from './authentication.js';
import type { Format, FormatLimits, ParsedItem, ParseRequest, ParseResult } from './format.js';
import { initiationItems } from './iso20022/initiation.js';
import { type Message, messagesOf } from './iso20022/message.js';
import { statementItems } from './iso20022/statement.js';
import { statusItems } from './iso20022/status.js';
import { ignored, type ItemResult, items, malformed, placed, tooMany } from './reading/items.js';
import { charsetFault } from './reading/text.js';
import { clockOf } from './reading/wall-clock.js';
import { readXml } from './reading/xml.js';

const LIMITS: FormatLimits = { bodyBytes: 16 * 1024 * 1024, items: 20_000 };

/** Orders, status reports and statements of banks, in any envelope. */
export const iso20022: Format = {
  id: 'iso20022',
  title: 'ISO 20022 (pain, camt, pacs.002, admi.002)',
  contentTypes: ['application/xml', 'text/xml'],
  limits: LIMITS,
  authentication: [BEARER],
  words: [
    { theirs: 'NbOfTxs, CtrlSum, TxsSummry, closing balance, equal to what was counted', ours: 'transfer.sent and transfer.received, equal', why: 'the message is whole and unchanged' },
    { theirs: 'the same, not equal to what was counted', ours: 'transfer.sent and transfer.received, not equal', why: 'the control over them fails; the difference stands in both hashes' },
    { theirs: 'pain.001, pain.008: payments of a PmtInf', ours: 'ledger.batch-sent', why: 'they were ordered; neither booked nor settled yet' },
    { theirs: 'entry BOOK with Btch', ours: 'ledger.batch-booked', why: 'the bank booked the order as one' },
    { theirs: 'entry BOOK, DBIT', ours: 'payment.settled', why: 'the money left the account' },
    { theirs: 'entry BOOK, CRDT with RtrInf', ours: 'payment.settled below nothing, item.rejected', why: 'the money came back, for the reason given' },
    { theirs: 'entry BOOK, CRDT with RvslInd', ours: 'payment.settled below nothing', why: 'a booking was taken back' },
    { theirs: 'entry BOOK, other CRDT', ours: 'ignored', why: 'money that came in; no event type says it' },
    { theirs: 'entry PDNG, INFO, FUTR', ours: 'ignored', why: 'not booked, or not yet' },
    { theirs: 'RJCT, CANC', ours: 'item.rejected payment', why: 'it is not done' },
    { theirs: 'ACTC, ACCP, ACSP, ACSC, ACCC, ACWC, PDNG, RCVD, PART', ours: 'ignored', why: 'how far a payment is; that it is settled, only the statement says' },
    { theirs: 'admi.002', ours: 'item.rejected payment', why: 'a whole message was refused, nothing in it was done' },
    { theirs: 'no statement in the message', ours: 'refused', why: 'it says nothing about any account' },
  ],
  sample: {
    contentType: 'application/xml',
    headers: {},
    body: `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<BkToCstmrStmt><GrpHdr><MsgId>M-20260131</MsgId><CreDtTm>2026-01-31T18:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>S-20260131</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">2000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">750.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="EUR">1250.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-01-31</Dt></BookgDt><AcctSvcrRef>B-77120</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>pay-88120</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>`,
  },
  parse,
};

function parse(request: ParseRequest): ParseResult {
  const charset = charsetFault(request.contentType);
  if (charset !== undefined) return malformed(charset);
  const clock = clockOf(request.contentType);
  if (!clock.ok) return malformed(clock.error);
  const root = readXml(request.rawBody);
  if (!root.ok) return malformed(root.error);
  const messages = messagesOf(root.value, clock.value);
  if (!messages.ok) return malformed(messages.error);
  const all: ParsedItem[] = [];
  let index = 0;
  for (const results of messages.value.flatMap(itemsOf)) all.push(...placed(index++, results));
  return index > LIMITS.items ? tooMany(LIMITS) : items(all);
}

function itemsOf(message: Message): readonly (readonly ItemResult[])[] {
  const known = statementItems(message) ?? initiationItems(message) ?? statusItems(message);
  return known ?? [[ignored(`${message.body.name.slice(0, 100)}: no message that is read here`)]];
}
