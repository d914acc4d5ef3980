import { describe, expect, it } from '@jest/globals';
import { iso20022 } from './iso20022.format.js';
import { sampleFiles, sampleText, send, sendSample, shown } from './samples.testkit.js';

const XML = { contentType: 'application/xml' };

/** What the bank or order declares, and what was counted. */
function totals(index: number, transfer: string, [time, records, declared, counted = declared]: [string, number, string, string?]): object[] {
  const common = { index, subject: transfer, time };
  return [
    { ...common, type: 'transfer.sent', data: { transfer, kind: 'interface', records, hash: declared } },
    { ...common, type: 'transfer.received', data: { transfer, kind: 'interface', records, hash: counted } },
  ];
}
const batchSent = (index: number, batch: string, count: number, amountMinor: number): object => ({
  index,
  type: 'ledger.batch-sent',
  subject: batch,
  time: '2026-01-31T12:00:00.000Z',
  data: { batch, count, amountMinor, currency: 'EUR' },
});
const INCOMING = { ignored: 'money that came in; no event type of the catalogue says it' };
const howFar = (status: string): object => ({ ignored: `${status}: how far a payment is, not that it is settled` });

const ORDER = 'ORDER-2026-01-31';
const NOON = '2026-01-31T12:00:00.000Z';
const CH = 'CH2801234000123456789';
const NL = 'NL26VAYB8060476890';
const DE = 'DE02120300000000202051';

const settled = (payment: string, booking: string, [amountMinor, time, batch]: [number, string, string?]): object => ({
  index: 0,
  type: 'payment.settled',
  subject: payment,
  time,
  data: { payment, account: DE, booking, amountMinor, currency: 'EUR', ...(batch === undefined ? {} : { batch }) },
});

const EXPECTED: Record<string, object[]> = {
  'camt052.v6.Amt-zero.xml': [{ index: 0, ignored: 'PDNG: not booked, or not yet' }],
  'camt053.v2.all-balance-types.xml': [
    ...totals(0, `${CH}/CAMT0532015012200001`, ['2015-01-21T23:00:00.000Z', 1, 'closing=EUR 4.04', 'closing=EUR 9.86']),
    INCOMING,
  ],
  'camt053.v2.multi.statement.xml': [
    ...totals(0, `${NL}/253EURNL26VAYB8060476890`, ['2015-03-10T18:43:50.000Z', 1, 'closing=EUR 27']),
    INCOMING,
    ...totals(1, `${NL}/254EURNL26VAYB8060476890`, ['2015-03-10T18:43:50.000Z', 1, 'closing=EUR 20']),
    {
      index: 1,
      id: `${NL}@254EURNL26VAYB8060476890/0#0`,
      source: `iso20022/${NL}`,
      type: 'payment.settled',
      subject: '000000002',
      time: '2014-12-31T00:00:00.000Z',
      data: { payment: '000000002', account: NL, booking: '254EURNL26VAYB8060476890/0', amountMinor: 700, currency: 'EUR' },
    },
  ],
  'camt053.v2.wrong.xml': [
    { index: 0, rejected: '/Document/BkToCstmrStmt/Stmt', message: 'is missing: a message without a statement says nothing' },
  ],
  'camt053.v8.xml': [
    ...totals(0, `${NL}/253EURNL26VAYB8060476890`, ['2015-03-10T18:43:50.000Z', 1, 'closing=SEK -27', 'closing=EUR 27']),
    INCOMING,
  ],
  'camt054.v8-with-UETR.xml': [
    {
      index: 0,
      id: `${CH}@AAAASESS-FP-ACCR001/0#0`,
      type: 'payment.settled',
      subject: '255ae394-9965-4438-ac86-f406feada396',
      time: '2007-10-18T11:30:00.000Z',
      data: { payment: '255ae394-9965-4438-ac86-f406feada396', account: CH, booking: 'AAAASESS-FP-ACCR001/0', amountMinor: 20_000_000, currency: 'SEK' },
    },
  ],
  'fednow-sample-message-admi002.xml': [
    {
      index: 0,
      id: '20230726111111111Sc1Step2aCorrId@20230726111111111Sc1Step2aCorrId',
      source: 'iso20022/status',
      type: 'item.rejected',
      subject: '20230726111111111Sc1Step2aCorrId',
      time: '2023-07-26T15:35:24.000Z',
      data: { item: '20230726111111111Sc1Step2aCorrId', kind: 'payment', reason: 'T505' },
    },
  ],
  'fednow-sample-message-pacs002.xml': [howFar('ACTC')],
  'pain001.xml': [
    ...totals(0, ORDER, [NOON, 3, 'sum=2330.5']),
    ...totals(1, `${ORDER}/PAYROLL`, [NOON, 2, 'sum=2230.5']),
    batchSent(1, `${ORDER}/PAYROLL`, 2, 223_050),
    batchSent(2, `${ORDER}/TAX`, 1, 10_000),
  ],
  'pain001.sum-wrong.xml': [
    ...totals(0, ORDER, [NOON, 3, 'sum=2330.51', 'sum=2330.5']),
    ...totals(1, `${ORDER}/PAYROLL`, [NOON, 2, 'sum=2230.5']),
    batchSent(1, `${ORDER}/PAYROLL`, 2, 223_050),
    batchSent(2, `${ORDER}/TAX`, 1, 10_000),
  ],
  'pain002.xml': [
    howFar('PART'),
    howFar('ACSC'),
    {
      index: 2,
      id: 'STATUS-1@pay-2',
      type: 'item.rejected',
      time: '2026-01-31T12:05:00.000Z',
      data: { item: 'pay-2', kind: 'payment', reason: 'AC04', amountMinor: 98_050, currency: 'EUR' },
    },
    { index: 3, type: 'item.rejected', data: { item: `${ORDER}/TAX`, kind: 'payment', reason: 'cut-off', batch: `${ORDER}/TAX` } },
  ],
  'camt053.batch-and-return.xml': [
    ...totals(0, `${DE}/S1`, [
      '2026-02-02T18:00:00.000Z',
      4,
      'entries=4,entries sum=3311,credits=1,credits sum=980.5,debits=3,debits sum=2330.5,closing=EUR 3650',
    ]),
    ...totals(0, `${DE}/B1`, ['2026-02-02T00:00:00.000Z', 2, 'sum=2230.5']),
    {
      index: 0,
      type: 'ledger.batch-booked',
      subject: `${ORDER}/PAYROLL`,
      time: '2026-02-02T00:00:00.000Z',
      data: { batch: `${ORDER}/PAYROLL`, count: 2, amountMinor: 223_050, currency: 'EUR' },
    },
    settled('pay-1', 'B1#0', [125_000, '2026-02-02T00:00:00.000Z', `${ORDER}/PAYROLL`]),
    settled('pay-2', 'B1#1', [98_050, '2026-02-02T00:00:00.000Z', `${ORDER}/PAYROLL`]),
    settled('pay-2', 'B2', [-98_050, '2026-02-02T14:00:00.000Z']),
    { index: 0, type: 'item.rejected', subject: 'pay-2', data: { item: 'pay-2', kind: 'payment', reason: 'AC04', amountMinor: 98_050, currency: 'EUR' } },
    settled('S1/3', 'S1/3', [5_000, '2026-02-02T18:00:00.000Z']),
    settled('B2', 'B2', [5_000, '2026-02-02T18:00:00.000Z']),
  ],
  'broken.amount.xml': [
    { index: 0, rejected: '/Document/CstmrCdtTrfInitn/PmtInf/1/CdtTrfTxInf/0/Amt', message: 'is no amount with a currency' },
  ],
};

describe('samples of ISO 20022', () => {
  it('are all written out here', () => {
    expect([...Object.keys(EXPECTED), 'broken.doctype.xml'].sort()).toEqual(sampleFiles('iso20022'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(iso20022, file, XML));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it('broken.doctype.xml is refused', () => {
    const message = 'a DOCTYPE is not read; send the document without it (line 2, column 38)';
    expect(sendSample(iso20022, 'broken.doctype.xml', XML)).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it('have ids of their own, and the same ones when they are sent again', () => {
    const ids = (): string[] => shown(sendSample(iso20022, 'camt053.batch-and-return.xml', XML)).map((item) => ('id' in item ? item.id : ''));
    expect(new Set(ids()).size).toBe(11);
    expect(ids()).toEqual(ids());
  });
});

describe('messages of ISO 20022', () => {
  const with_ = (file: string, ...changes: [string, string][]): unknown => {
    const text = changes.reduce((body, [from, to]) => {
      if (!body.includes(from)) throw new Error(from);
      return body.replaceAll(from, to);
    }, sampleText('iso20022', file));
    const result = send(iso20022, text, XML);
    return result.outcome === 'items' ? shown(result) : result;
  };
  const STATEMENT = 'camt053.batch-and-return.xml';

  it('without a zone have the clock of the one that the sender names', () => {
    const result = send(iso20022, sampleText('iso20022', 'pain001.xml'), { contentType: 'application/xml; timezone=Europe/Berlin' });
    expect(shown(result)[0]).toMatchObject({ time: '2026-01-31T11:00:00.000Z' });
  });

  it.each([
    [STATEMENT, '<c:NbOfNtries>4<', '<c:NbOfNtries>5<'],
    [STATEMENT, '<c:Sum>3311<', '<c:Sum>3311.01<'],
    [STATEMENT, '<c:NbOfNtries>3<', '<c:NbOfNtries>2<'],
    [STATEMENT, '>3650.00<', '>3650.01<'],
    ['pain001.xml', '<NbOfTxs>3<', '<NbOfTxs>4<'],
  ])('%s with %s made %s does not agree any more', (file, from, to) => {
    const [sent, received] = with_(file, [from, to]) as [{ data: unknown }, { data: unknown }];
    expect(sent.data).not.toEqual(received.data);
  });

  it('that book an order as one compare its list with what was booked', () => {
    const all = with_(STATEMENT, ['<c:NbOfTxs>2<', '<c:NbOfTxs>3<']) as { type: string; subject: string; data: { records: number } }[];
    expect(all.filter(({ subject }) => subject === `${DE}/B1`).map(({ data }) => data.records)).toEqual([3, 2]);
  });

  it('that take back a booking subtract it, and take back what came in say nothing', () => {
    const reversal: [string, string] = ['<c:RtrInf><c:Rsn><c:Cd>AC04</c:Cd></c:Rsn></c:RtrInf></c:TxDtls></c:NtryDtls>', '</c:TxDtls></c:NtryDtls><c:RvslInd>true</c:RvslInd>'];
    expect(with_(STATEMENT, reversal)).toContainEqual(expect.objectContaining({ type: 'payment.settled', data: { payment: 'pay-2', account: DE, booking: 'B2', amountMinor: -98_050, currency: 'EUR' } }));
    const debit: [string, string] = ['>980.50</c:Amt><c:CdtDbtInd>CRDT', '>980.50</c:Amt><c:CdtDbtInd>DBIT'];
    expect(with_(STATEMENT, reversal, debit)).toContainEqual({ index: 0, ignored: 'money that came in was taken back; no event type of the catalogue says it' });
  });

  it.each([
    [STATEMENT, '<c:Cd>BOOK', '<c:Cd>PDNG', { ignored: 'PDNG: not booked, or not yet' }],
    [STATEMENT, 'Ccy="EUR">2230.50', 'Ccy="EUR">2230.505', { rejected: '/Document/BkToCstmrStmt/Stmt/0/Ntry/0/Amt' }],
    [STATEMENT, '<c:CdtDbtInd>DBIT', '<c:CdtDbtInd>X', { rejected: '/Document/BkToCstmrStmt/Stmt/0/Ntry/0/CdtDbtInd' }],
    [STATEMENT, '2026-02-02<', '2026-02-30<', { rejected: '/Document/BkToCstmrStmt/Stmt/0/Ntry/0/BookgDt' }],
    [STATEMENT, '<c:Sum>3311<', '<c:Sum>many<', { rejected: '/Document/BkToCstmrStmt/Stmt/0/TxsSummry/TtlNtries/Sum' }],
    [STATEMENT, '<c:IBAN>DE02120300000000202051</c:IBAN>', '', { rejected: '/Document/BkToCstmrStmt/Stmt/0/Acct/Id' }],
    ['pain002.xml', '<TxSts>RJCT', '<TxSts>PDNG', { ignored: 'PDNG: how far a payment is, not that it is settled' }],
    ['pain002.xml', '<Rsn><Cd>AC04</Cd></Rsn>', '', { type: 'item.rejected', data: { item: 'pay-2', reason: 'RJCT' } }],
    ['pain002.xml', '<OrgnlEndToEndId>pay-2<', '<OrgnlEndToEndId>NOTPROVIDED<', { message: 'names no payment' }],
    ['fednow-sample-message-pacs002.xml', 'ACTC', 'RJCT', { type: 'item.rejected', data: { item: 'Scenario01EtoEId001', reason: 'RJCT' } }],
    ['fednow-sample-message-admi002.xml', 'NOTAVAILABLE', 'M-7', { type: 'item.rejected', data: { item: 'M-7', reason: 'T505' } }],
    ['pain001.xml', 'CstmrCdtTrfInitn', 'SomethingElse', { ignored: 'SomethingElse: no message that is read here' }],
  ])('%s with %s made %s gives what it says', (file, from, to, expected) => {
    expect((with_(file, [from, to]) as object[]).some((item) => matches(item, expected))).toBe(true);
  });

  it('name the day of a booking with or without a zone', () => {
    const dates = ['2026-02-02Z<', '2026-02-02+01:00<'].map((date) => with_(STATEMENT, ['2026-02-02<', date]) as { subject?: string; time?: string }[]);
    const times = dates.map((all) => all.find(({ subject }) => subject === `${ORDER}/PAYROLL`)?.time);
    expect(times).toEqual(['2026-02-02T00:00:00.000Z', '2026-02-01T23:00:00.000Z']);
  });

  it.each(['urn:swift:xsd:pain.001.001.03', 'http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd'])('of the namespace %s are the same', (namespace) => {
    const written = /xmlns="([^"]+)"/.exec(sampleText('iso20022', 'pain001.xml'))?.[1] ?? '';
    expect(with_('pain001.xml', [written, namespace])).toEqual(shown(sendSample(iso20022, 'pain001.xml', XML)));
  });

  it('that pay the same group twice send two batches', () => {
    const group = /<PmtInf>.*?<\/PmtInf>/s.exec(sampleText('iso20022', 'pain001.xml'))?.[0] ?? '';
    const all = with_('pain001.xml', [group, group + group]) as { id?: string; type?: string; subject?: string }[];
    expect(all.filter(({ type }) => type === 'ledger.batch-sent').map(({ subject }) => subject)).toEqual([`${ORDER}/PAYROLL`, `${ORDER}/PAYROLL~2`, `${ORDER}/TAX`]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  const PACS = 'fednow-sample-message-pacs002.xml';
  const NOTHING = { rejected: '/Document/FIToFIPmtStsRpt', message: 'tells no status' };
  const pacs = (report: string): unknown => {
    const payment = /<TxInfAndSts>.*<\/TxInfAndSts>/s.exec(sampleText('iso20022', PACS))?.[0] ?? '';
    return with_(PACS, [payment, report]);
  };

  it('between banks may refuse a whole message, and tell something in any case', () => {
    const refused = '<OrgnlGrpInfAndSts><OrgnlMsgId>M-7</OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>118</Prtry></Rsn></StsRsnInf></OrgnlGrpInfAndSts>';
    expect(pacs(refused)).toMatchObject([{ type: 'item.rejected', subject: 'M-7', data: { item: 'M-7', kind: 'payment', reason: '118' } }]);
    expect(pacs('')).toMatchObject([NOTHING]);
  });

  it('refuse each payment, also where several have the same reference', () => {
    const refused = '<TxInfAndSts><OrgnlEndToEndId>salary</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>';
    const all = pacs(refused + refused) as { id: string; subject: string }[];
    expect(all.map(({ id, subject }) => [id.split('@')[1], subject])).toEqual([['salary', 'salary'], ['salary~2', 'salary']]);
  });

  it('of another kind of XML are refused', () => {
    expect(send(iso20022, '<html/>', XML)).toEqual({ outcome: 'malformed', faults: [{ pointer: '/html', message: 'holds no Document of ISO 20022' }] });
  });
});

function matches(item: object, expected: object): boolean {
  try {
    expect(item).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
}
