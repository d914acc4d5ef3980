import { describe, expect, it } from '@jest/globals';
import { plaidPayroll } from './plaid-payroll.format.js';
import { sampleFiles, send, sendSample, type Shown, shown } from './samples.testkit.js';

const IN = { index: 0, ignored: 'money that came in; no event type of the catalogue says it' };

/** What the pay stub tells, and what was worked out. */
function totals(transfer: string, [source, day, records]: [string, string, number], [declared, counted = declared]: [string, string?]): object[] {
  const common = { index: 0, source, subject: transfer, time: `${day}T00:00:00.000Z` };
  return [
    { ...common, type: 'transfer.sent', data: { transfer, kind: 'interface', records, hash: declared } },
    { ...common, type: 'transfer.received', data: { transfer, kind: 'interface', records, hash: counted } },
  ];
}
const BANK = '1111222233335555';
const spent = (place: string, amountMinor: number): object => ({
  index: 0,
  id: `${BANK}/${place}`,
  source: 'plaid/sandbox',
  type: 'payment.settled',
  subject: place,
  time: `${place.slice(0, 10)}T00:00:00.000Z`,
  data: { payment: place, account: BANK, booking: place, amountMinor, currency: 'USD' },
});
const alert = (id: string): object => ({
  index: 0,
  id: `risk-signal@${id}`,
  source: 'plaid/sandbox',
  type: 'detection.alert',
  subject: id,
  time: 'none given',
  data: { id, severity: 'high', status: 'has_fraud_risk', kind: 'document-fraud' },
});
const WHOLE = 'gross=2000.5,earnings=2000.5,deductions=750.5,net=1250,pay=1250,paid out=1250,net of the year=1250';
const INES = 'Larkspur Payroll/employee-f53f47417ad3/2026-01-31/2026-01-16..2026-01-31';
const OMAR = 'Larkspur Payroll/employee-8166ea6fd380/2026-01-31/2026-01-16..2026-01-31';

const EXPECTED: Record<string, object[]> = {
  'business_account.json': [
    IN,
    spent('2026-08-20/c273da1178c5bb25', 152_352),
    spent('2026-08-17/1a39dfdb149d4c36', 4_200),
    IN,
    spent('2026-08-15/f9ae6be262fdaf79', 523_500),
    spent('2026-08-12/cc4bd0987df5f9ae', 624_399),
    spent('2026-08-09/6d68f494729f0a63', 1_038_606),
    spent('2026-07-28/5d048e3d39103f4e', 250_000),
    spent('2026-07-27/4f37b63153e7c7e3', 8_702),
    spent('2026-07-22/6073d7b57f1331b2', 4_855),
    spent('2026-07-19/46753105e4ceef56', 22_985),
    spent('2026-07-17/7fc326e99d4bf94a', 22_300),
    spent('2026-07-15/1e61f106f2fa9544', 743_366),
    spent('2026-07-12/553a98240889599c', 34_576),
    spent('2026-07-07/b501645cb9d1ff5c', 48_438),
    spent('2026-07-05/bd02e7b467e5c78c', 1_607),
    spent('2026-07-03/9a4aa51dce8328b8', 58_199),
    IN,
    IN,
    spent('2026-06-25/08a8df7f20640302', 76_333),
    spent('2026-06-24/6a5cf43ca961ef74', 999),
    IN,
    spent('2026-06-17/a00a7295c19c8b3e', 190_389),
    spent('2026-06-14/2638d439a285ba35', 79_867),
    spent('2026-06-13/ffd89c37f05b075a', 654_080),
    spent('2026-06-07/6b58f4860149f405', 500_000),
    spent('2026-05-30/b15c8936e84c4811', 9_087),
    spent('2026-05-24/be8e5ac8ea89e638', 9_999),
    spent('2026-05-23/3e9de93c6f93ee8a', 22_985),
    spent('2026-05-19/b361749cd762a338', 22_300),
    spent('2026-05-17/1afb29847a3ccb2c', 509_878),
    spent('2026-05-14/334022b7413e5891', 45_099),
    spent('2026-05-09/b9f666afd8b4540e', 23_968),
    spent('2026-05-07/6ce44028832ec4db', 1_607),
    spent('2026-05-05/3e993a7aa745027c', 21_488),
    IN,
  ],
  'payroll_income_custom_user.json': [
    ...totals('Heartland Toy Company/employee-3056cbc13645/2026-08-08/2026-07-25..2026-08-05', ['plaid/sandbox', '2026-08-08', 2], ['gross=1000.39']),
    ...totals('Heartland Toy Company/employee-3056cbc13645/2026-08-22/2026-08-08..2026-08-19', ['plaid/sandbox', '2026-08-22', 1], ['gross=800']),
  ],
  'paystub_and_risk_signals.json': [
    ...totals(
      'Heartland Toy Company/employee-7aef81cf375a/2026-08-22/2026-08-06..2026-08-22',
      ['plaid/sandbox', '2026-08-22', 2],
      ['gross=1000.39,deductions=200.15,pay=499.28', 'gross=1000.39,deductions=200.15,pay=800.24'],
    ),
    alert('ce0f7e947cd9c3ba/MASKING'),
    alert('ce0f7e947cd9c3ba/METADATA_DATES_OUTSIDE_WINDOW'),
  ],
  'payroll-income.json': [
    ...totals(INES, ['plaid', '2026-01-31', 6], [WHOLE]),
    ...totals(OMAR, ['plaid', '2026-01-31', 6], [WHOLE.replace('net=1250,', 'net=1250.01,'), WHOLE.replace('pay=1250,', 'pay=1250.01,')]),
    {
      index: 0,
      id: 'doc-3@DOCUMENT_STATUS_PROCESSING_FAILED',
      source: 'plaid',
      type: 'item.rejected',
      subject: 'doc-3',
      time: 'none given',
      data: { item: 'doc-3', kind: 'input', reason: 'the document could not be read' },
    },
    { index: 0, ignored: 'a form of the year: what it adds up is not in it' },
  ],
  'webhook.json': [
    {
      index: 0,
      id: 'item-9@VERIFICATION_STATUS_PROCESSING_FAILED',
      source: 'plaid',
      type: 'item.rejected',
      subject: 'item-9',
      time: 'none given',
      data: { item: 'item-9', kind: 'input', reason: 'VERIFICATION_STATUS_PROCESSING_FAILED' },
    },
  ],
  'broken.amount.json': [
    {
      index: 0,
      id: 'account-2/tx-1@ac7dbd7c2014c266',
      source: 'plaid',
      type: 'payment.settled',
      subject: 'tx-1',
      time: '2026-01-31T00:00:00.000Z',
      data: { payment: 'tx-1', account: 'account-2', booking: 'tx-1', amountMinor: 1_250, currency: 'USD' },
    },
    { index: 0, rejected: '/added/1/amount', message: 'is no amount' },
  ],
};

describe('samples of Plaid', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('plaid-payroll'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(plaidPayroll, file));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it('name nobody, and have ids of their own that stay', () => {
    for (const file of Object.keys(EXPECTED)) {
      const all = shown(sendSample(plaidPayroll, file));
      const ids = all.flatMap((item) => ('id' in item ? [item.id] : []));
      expect(new Set(ids).size).toBe(ids.length);
      expect(shown(sendSample(plaidPayroll, file))).toEqual(all);
      expect(JSON.stringify(all)).not.toMatch(/Hazard|Example|Hooli/);
    }
  });
});

type Data = Record<string, unknown>;
const STUB = (JSON.parse(plaidPayroll.sample.body) as { items: { payroll_income: { pay_stubs: Data[] }[] }[] }).items[0]?.payroll_income[0]?.pay_stubs[0] ?? {};
const given = (body: unknown, contentType = 'application/json'): Shown[] => shown(send(plaidPayroll, JSON.stringify(body), { contentType }));
const period = (change: Data): Data => ({ ...STUB, pay_period_details: { ...(STUB.pay_period_details as Data), ...change } });
const hashes = (stub: Data): unknown[] => given(stub).flatMap((item) => ('data' in item ? [(item.data as { hash: string }).hash] : []));

describe('a pay stub', () => {
  const SAMPLE = 'gross=2000.5,earnings=2000.5,deductions=750.5,net=1250,pay=1250';

  it('is the same alone, in a list, in JSON lines, in the older response', () => {
    const alone = given(STUB);
    expect(alone).toHaveLength(2);
    expect(given([STUB])).toEqual(alone);
    expect(given({ paystubs: [STUB] })).toEqual(alone);
    expect(given(STUB, 'application/x-ndjson')).toEqual(alone);
    expect(hashes(STUB)).toEqual([SAMPLE, SAMPLE]);
  });

  it.each<[string, Data, string, string]>([
    ['another gross', period({ gross_earnings: 2000.51 }), 'gross=2000.51,earnings=2000.5,deductions=750.5,net=1250,pay=1250', 'gross=2000.5,earnings=2000.5,deductions=750.5,net=1250.01,pay=1250'],
    ['another net', { ...STUB, net_pay: { current_amount: 1249 } }, SAMPLE.replace('net=1250', 'net=1249'), SAMPLE.replace('pay=1250', 'pay=1249')],
    ['a deduction more', { ...STUB, deductions: { breakdown: [{ current_amount: 1 }, { current_amount: 750.5 }], total: { current_amount: 750.5 } } }, SAMPLE, SAMPLE.replace('deductions=750.5', 'deductions=751.5')],
    ['a part of the pay that is missing', period({ distribution_breakdown: [{ current_amount: 1000 }] }), `${SAMPLE},paid out=1250`, `${SAMPLE},paid out=1000`],
  ])('with %s does not add up', (_what, stub, declared, counted) => {
    expect(hashes(stub)).toEqual([declared, counted]);
  });

  it('without deductions, or with a line that tells no amount, compares less, and nothing where nothing is given', () => {
    expect(hashes({ ...STUB, deductions: null })).toEqual(Array(2).fill('gross=2000.5,earnings=2000.5,pay=1250'));
    expect(hashes({ ...STUB, earnings: { breakdown: [{ description: 'salary' }] }, net_pay: null, deductions: null })).toEqual([]);
    expect(given({ pay_period_details: { pay_date: '2026-01-31', check_amount: 5 } })).toEqual([{ index: 0, ignored: 'a pay stub that tells no totals, or nothing to work them out from' }]);
  });

  it('has the day of the pay, in the zone of the sender, else the end of its period', () => {
    expect(given(STUB, 'application/json; timezone=America/New_York')[0]).toMatchObject({ time: '2026-01-31T05:00:00.000Z' });
    expect(given(period({ pay_date: null, end_date: '2026-01-30' }))[0]).toMatchObject({ time: '2026-01-30T00:00:00.000Z' });
    expect(given(period({ pay_date: null, end_date: null }))).toMatchObject([{ rejected: '/pay_period_details' }]);
  });

  it('twice for one person and period in one delivery is two', () => {
    expect(given({ paystubs: [STUB, STUB] }).flatMap((item) => ('subject' in item ? [item.subject] : []))).toEqual([INES, INES, `${INES}~2`, `${INES}~2`]);
  });

  it.each<[string, Data, string]>([
    ['a day that is none', period({ pay_date: '2026-02-30' }), '/pay_period_details/pay_date'],
    ['a gross that is none', period({ gross_earnings: 'many' }), '/pay_period_details/gross_earnings'],
    ['a gross beyond all numbers', period({ gross_earnings: 1e300 }), '/pay_period_details/gross_earnings'],
    ['an amount that is an object', { ...STUB, deductions: { breakdown: [{ current_amount: {} }] } }, '/deductions/breakdown/0/current_amount'],
  ])('with %s is refused at its path', (_what, stub, rejected) => {
    expect(given(stub)).toMatchObject([{ rejected }]);
  });
});

describe('a transaction', () => {
  const TX = { transaction_id: 'tx-1', account_id: 'account-2', amount: 12.5, iso_currency_code: 'USD', date: '2026-01-31', pending: false };

  it.each<[Data, object]>([
    [{}, { type: 'payment.settled', subject: 'tx-1', data: { amountMinor: 1_250 } }],
    [{ payment_meta: { reference_number: 'pay-1' } }, { type: 'payment.settled', subject: 'pay-1', data: { booking: 'tx-1' } }],
    [{ amount: -12.5 }, IN],
    [{ amount: 0 }, { ignored: 'no money moved' }],
    [{ pending: true }, { ignored: 'a pending transaction: not booked, or not yet' }],
    [{ amount: null }, { rejected: '/amount' }],
    [{ amount: 12.505 }, { rejected: '/amount' }],
    [{ iso_currency_code: null, unofficial_currency_code: 'BTC' }, { rejected: '/iso_currency_code' }],
    [{ date: null }, { rejected: '/date_posted' }],
    [{ date: '31.01.2026' }, { rejected: '/date' }],
  ])('with %j gives what it says', (change, expected) => {
    expect(given({ ...TX, ...change })).toMatchObject([expected]);
  });

  it('of a response is told once, changed it is told again, taken out it is not taken back', () => {
    const [first] = given({ added: [TX] });
    expect(given({ transactions: [TX] })[0]).toEqual(first);
    expect(given({ modified: [{ ...TX, name: 'other words' }] })[0]).toEqual(first);
    expect(given({ modified: [{ ...TX, amount: 13 }] })[0]).not.toMatchObject({ id: 'account-2/tx-1@ac7dbd7c2014c266' });
    expect(given({ removed: [{ transaction_id: 'tx-1' }] })).toEqual([{ index: 0, ignored: 'a transaction that was taken out of the list; what was told is not taken back' }]);
  });

  it('without a currency has that of its account, and equal ones are two', () => {
    const account = { type: 'depository', currency: 'CAD', transactions: [{ date_posted: '2026-01-31', amount: 5, description: 'X' }, { date_posted: '2026-01-31', amount: 5, description: 'X' }] };
    const all = given({ override_accounts: [account] });
    expect(all).toMatchObject([{ data: { account: 'account-0', currency: 'CAD' } }, { data: { currency: 'CAD' } }]);
    expect(new Set(all.map((item) => ('id' in item ? item.id : ''))).size).toBe(2);
  });
});

describe('other documents of Plaid', () => {
  it('that hold more than can be taken at once are refused, not cut', () => {
    expect(given({ added: Array.from({ length: 20_001 }, () => ({})) })).toEqual([
      { index: 0, rejected: '', message: 'holds more than 20000 accounts, pay stubs, lines of them and transactions; send it in parts' },
    ]);
  });

  it.each<[Data, object]>([
    [{ override_accounts: [{ type: 'investment', holdings: [] }] }, { ignored: 'investment: an account without pay stubs and transactions says nothing' }],
    [{ accounts: [], request_id: 'r' }, { ignored: 'holds neither pay stubs nor transactions nor risk signals' }],
    [{ single_document_risk_signals: [{ document_reference: { document_id: 'd-1' }, risk_signals: [{ type: 'FONT', has_fraud_risk: true }] }] }, { type: 'detection.alert', subject: 'd-1/FONT' }],
    [{ single_document_risk_signals: { risk_signals: [{ type: 'FONT', has_fraud_risk: false }] } }, { ignored: 'FONT: no sign of forgery' }],
    [{ single_document_risk_signals: { risk_signals: [{ type: 'FONT' }] } }, { ignored: 'FONT: whether it is a sign of forgery is not said' }],
    [{ items: [{ risk_signals: [{ multi_document_risk_signals: [{ document_id: 'd-2', risk_signals: [{ type: 'SAME', has_fraud_risk: true }] }] }] }] }, { source: 'plaid', subject: 'd-2/SAME' }],
  ])('%j gives what it says', (document, expected) => {
    expect(given(document)).toMatchObject([expected]);
  });
});
