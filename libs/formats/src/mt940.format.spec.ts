import { describe, expect, it } from '@jest/globals';
import { mt940 } from './mt940.format.js';
import { sampleFiles, sendSample, shown } from './samples.testkit.js';

const TEXT = { contentType: 'text/plain' };
const IN = { ignored: 'money that came in; no event type of the catalogue says it' };
const TAKEN_BACK = { ignored: 'money that came in was taken back; no event type of the catalogue says it' };

/** What the statement declares, and what was worked out. */
function totals(index: number, transfer: string, [records, declared, counted = declared]: [number, string, string?]): object[] {
  return [
    { index, type: 'transfer.sent', subject: transfer, data: { transfer, kind: 'interface', records, hash: declared } },
    { index, type: 'transfer.received', subject: transfer, data: { transfer, kind: 'interface', records, hash: counted } },
  ];
}
/** What a statement opens with, and what the one before it closed with. */
const follows = (index: number, transfer: string, opening: string, before = opening): object[] => totals(index, `${transfer}/follows`, [0, opening, before]);
const settled = (account: string, payment: string, [booking, amountMinor, currency, day]: [string, number, string, string]): object => ({
  type: 'payment.settled',
  subject: payment,
  time: `${day}T00:00:00.000Z`,
  data: { payment, account, booking, amountMinor, currency },
});

const ASN = 'NL81ASNB9999999999';
const ABN = '517852257';
const DE = 'DE02120300000000202051EUR';
const KEPT = [2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26, 27, 28, 30];
const january = (day: number): string => `2020-01-${String(day).padStart(2, '0')}`;
/** A day on which nothing was booked. */
const quiet = (day: number, balance: string): object[] => told(day, 0, balance, balance);
const told = (day: number, records: number, opening: string, closing: string): object[] => [
  ...totals(day - 1, `${ASN}/${january(day)}/${day}/1`, [records, `closing=EUR ${closing}`]),
  ...follows(day - 1, `${ASN}/${january(day)}/${day}/1`, `opening=EUR ${opening}`),
];
const quietDays = (from: number, until: number, balance: string): object[] => KEPT.filter((day) => day >= from && day <= until).flatMap((day) => quiet(day, balance));
const byPlace = (account: string, place: string, amountMinor: number, [currency, day]: [string, string]): object => settled(account, place, [place, amountMinor, currency, day]);
const asn = (place: string, amountMinor: number): object => byPlace(ASN, place, amountMinor, ['EUR', place.slice(0, 10)]);
const abn = (place: string, amountMinor: number, day: string): object => byPlace(ABN, place, amountMinor, ['EUR', day]);
const OLD = '45050050/76198810';
const old = (place: string, amountMinor: number): object => byPlace(OLD, place, amountMinor, ['DEM', '2013-10-17']);

const EXPECTED: Record<string, object[]> = {
  '0708271685_09022020_164516.940.txt': [
    ...totals(0, `${ASN}/2020-01-01/1/1`, [1, 'closing=EUR 379.29']),
    asn('2020-01-01/1/1/d477d76fd92a30f2', 6_500),
    ...quietDays(2, 4, '379.29'),
    ...told(5, 2, '379.29', '577.74'),
    IN,
    asn('2020-01-05/5/1/679f6d73a170979f', 80_155),
    ...quietDays(6, 24, '577.74'),
    ...told(25, 1, '577.74', '576.09'),
    asn('2020-01-25/25/1/91e491a1f258fe30', 165),
    ...quietDays(26, 28, '576.09'),
    ...told(29, 2, '576.09', '404.81'),
    IN,
    asn('2020-01-29/29/1/ae21e336fa630004', 100_000),
    ...quietDays(30, 30, '404.81'),
    ...told(31, 2, '404.81', '501.23'),
    IN,
    asn('2020-01-31/31/1/f0ea54be8db902a0', 90_376),
  ],
  'abnamro.sta': [
    ...totals(0, `${ABN}/2011-05-23/19321/1`, [8, 'closing=EUR 876.84', 'closing=EUR 2914.84']),
    abn('2011-05-23/19321/1/70a648b425c57926', 900, '2011-05-24'),
    abn('2011-05-23/19321/1/63435f5af40ef5f3', 1_159, '2011-05-23'),
    abn('2011-05-23/19321/1/d5c3714212cfb475', 1_163, '2011-05-23'),
    abn('2011-05-23/19321/1/5519b7b061f9da40', 1_180, '2011-05-23'),
    abn('2011-05-23/19321/1/9144a0c379a6be19', 1_345, '2011-05-23'),
    abn('2011-05-23/19321/1/51da2462172c6373', 1_549, '2011-05-23'),
    abn('2011-05-23/19321/1/ed96ba9a4b1ef4bb', 10_700, '2011-05-23'),
    abn('2011-05-23/19321/1/29d9ec00c8fb5555', 14_148, '2011-05-23'),
    ...totals(1, `${ABN}/2011-05-24/19322/1`, [2, 'closing=EUR 1849.75', 'closing=EUR 2852.35']),
    ...follows(1, `${ABN}/2011-05-24/19322/1`, 'opening=EUR 2876.84', 'opening=EUR 876.84'),
    abn('2011-05-24/19322/1/b11cc65564d8bb62', 949, '2011-05-24'),
    abn('2011-05-24/19322/1/8ea9be85b5e0c9df', 1_500, '2011-05-24'),
  ],
  'mt940.sta': [
    ...totals(0, `${OLD}/2013-10-17/27/01`, [11, 'closing=DEM 84437.04']),
    settled(OLD, '16703074', ['2013-10-17/27/01/75c647015487be99', 680_000, 'DEM', '2013-10-17']),
    old('2013-10-17/27/01/cc141a78795bbb55', 62_030),
    IN,
    old('2013-10-17/27/01/d3ad818f494164a9', 1_422_000),
    old('2013-10-17/27/01/c84036b5c2991413', 150_700),
    IN,
    old('2013-10-17/27/01/c97ed4535c8e0b84', 1_990_000),
    old('2013-10-17/27/01/78a638c3ffe2daf7', 40_000),
    IN,
    IN,
    old('2013-10-17/27/01/2228f73820a4c804', 586_214),
    ...totals(1, '10020030/1234567/2002-11-30/5/1', [2, 'closing=EUR 4387.95']),
    settled('10020030/1234567', '55555', ['55555', 80_000, 'EUR', '2002-11-02']),
    IN,
    ...totals(2, 'BPHKPLPK/320000546101/2002-03-25/00084/001', [3, 'closing=PLN 50040']),
    IN,
    settled('BPHKPLPK/320000546101', 'REF 25611247', ['8327000090031790', 1_000_000, 'PLN', '2003-10-20']),
    IN,
  ],
  'pages-and-returns.sta': [
    ...totals(0, `${DE}/2026-01-02/1/1`, [2, 'closing=EUR -137.5']),
    settled(DE, 'B-1', ['B-1', -1_250, 'EUR', '2025-12-31']),
    settled(DE, 'pay-88120', ['2026-01-02/1/1/7e67bc6c2aadae6e', 5_000, 'EUR', '2026-01-02']),
    ...totals(1, `${DE}/2026-01-02/1/2`, [2, 'closing=EUR -97.5']),
    ...follows(1, `${DE}/2026-01-02/1/2`, 'opening=EUR -137.5,page=2'),
    settled(DE, 'pay-88120', ['B-3', -5_000, 'EUR', '2026-01-02']),
    { index: 1, type: 'item.rejected', subject: 'pay-88120', data: { item: 'pay-88120', kind: 'payment', reason: 'AC04', amountMinor: 5_000, currency: 'EUR' } },
    TAKEN_BACK,
    { index: 1, ignored: 'ED: expected, not booked' },
    { index: 2, ignored: 'MT942: no statement; the statement (MT940) tells what was booked' },
    ...totals(3, `${DE}/2026-01-05/3/1`, [1, 'debits=2 0.5,closing=EUR -98', 'debits=1 0.4,closing=EUR -98']),
    ...follows(3, `${DE}/2026-01-05/3/1`, 'opening=EUR -97.6', 'opening=EUR -97.5'),
    settled(DE, 'B-6', ['B-6', 40, 'EUR', '2026-01-05']),
  ],
  'broken.cut-off.sta': [
    { index: 0, rejected: '/lines/1/62', message: 'the closing balance is missing: the statement is not whole; send it whole' },
    ...totals(1, '10020030/1234568/2026-01-31/5/1', [0, 'closing=EUR 1']),
  ],
  'broken.amount.sta': [{ index: 0, rejected: '/lines/5/61', message: 'is no movement such as 2601310131D1250,00NTRFpay-88120//77120' }],
};

describe('samples of MT940', () => {
  it('are all written out here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(sampleFiles('mt940'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(mt940, file, TEXT));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it('have ids of their own, and the same ones when they are sent again', () => {
    for (const file of Object.keys(EXPECTED)) {
      const ids = (): string[] => shown(sendSample(mt940, file, TEXT)).flatMap((item) => ('id' in item ? [item.id] : []));
      expect(new Set(ids()).size).toBe(ids().length);
      expect(ids()).toEqual(ids());
    }
  });

  it('pages-and-returns.sta, its first page in full', () => {
    const transfer = `${DE}/2026-01-02/1/1`;
    const common = { index: 0, source: `mt940/${DE}` };
    const data = { transfer, kind: 'interface', interface: `statement of ${DE}`, records: 2, hash: 'closing=EUR -137.5' };
    expect(shown(sendSample(mt940, 'pages-and-returns.sta', TEXT)).slice(0, 3)).toEqual([
      { ...common, id: `${transfer}#sent@1767312000000@2,closing=EUR -137.5`, type: 'transfer.sent', subject: transfer, time: '2026-01-02T00:00:00.000Z', data },
      { ...common, id: `${transfer}#received@1767312000000@2,closing=EUR -137.5`, type: 'transfer.received', subject: transfer, time: '2026-01-02T00:00:00.000Z', data },
      {
        ...common,
        id: `${DE}@2025-12-31/1558023a1e21b341`,
        type: 'payment.settled',
        subject: 'B-1',
        time: '2025-12-31T00:00:00.000Z',
        data: { payment: 'B-1', account: DE, booking: 'B-1', amountMinor: -1_250, currency: 'EUR' },
      },
    ]);
  });
});
