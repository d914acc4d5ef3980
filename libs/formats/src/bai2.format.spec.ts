import { describe, expect, it } from '@jest/globals';
import { bai2 } from './bai2.format.js';
import { sampleFiles, sendSample, shown } from './samples.testkit.js';

const TEXT = { contentType: 'text/plain' };

/** What a trailer declares, and what was counted. */
function totals(index: number, transfer: string, [records, declared, counted = declared, found = records]: [number, string, string?, number?]): object[] {
  return [
    { index, type: 'transfer.sent', subject: transfer, data: { transfer, kind: 'interface', records, hash: declared } },
    { index, type: 'transfer.received', subject: transfer, data: { transfer, kind: 'interface', records: found, hash: counted } },
  ];
}
const settled = (account: string, payment: string, [booking, amountMinor, currency = 'USD']: [string, number, string?]): object => ({
  type: 'payment.settled',
  subject: payment,
  data: { payment, account, booking, amountMinor, currency },
});
const noReference = (hash: string, amountMinor: number): object => settled('10200123456', `060317/${hash}`, [`060317/${hash}`, amountMinor, 'CAD']);
const cameBack = (account: string, item: string, [booking, amountMinor, reason]: [string, number, string]): object[] => [
  settled(account, item, [booking, -amountMinor]),
  { type: 'item.rejected', subject: item, data: { item, kind: 'payment', reason, amountMinor, currency: 'USD' } },
];
const IN = { ignored: 'money that came in; no event type of the catalogue says it' };
const TAKEN_BACK = { ignored: 'money that came in was taken back; no event type of the catalogue says it' };

const ONE = '0004-12345-060321-0829-001';
const ONE_GROUP = `${ONE}/0004-12345-060317`;
const TWO = '122099999-123456789-040621-0200-1';
const TWO_GROUP = `${TWO}/122099999-031001234-040620-2359`;
const FOUR = 'GSBI-cont001-210706-1249-1';
const FOUR_GROUP = `${FOUR}/026015079-cont001-230906-2000`;
const OURS = '021000021-LARKSPUR-260202-0600-7';
const OURS_GROUP = `${OURS}/021000021-LARKSPUR-260131-2400`;

const EXPECTED: Record<string, object[]> = {
  'sample1.txt': [
    ...totals(0, ONE, [27, 'groups=1,total=1280000']),
    ...totals(1, ONE_GROUP, [25, 'accounts=2,total=1280000']),
    ...totals(2, `${ONE_GROUP}/10200123456`, [14, 'total=834000']),
    noReference('baac625fca55b94b', 2_500),
    noReference('fce78e772b94371b', 90_000),
    noReference('6d1cd8b10b8b682c', 500),
    IN,
    IN,
    IN,
    noReference('c330cfad4909c026', 20_000),
    noReference('e57919a27d1e95a6', 90_000),
    noReference('676879276d00e539', 2_000),
    noReference('b67e467fe4ba3747', 2_500),
    noReference('6f9e49ea8b2a37d6', 1_000),
    ...totals(3, `${ONE_GROUP}/10200123456~2`, [9, 'total=446000']),
    IN,
    IN,
    noReference('686e100a883793ab', 100_000),
    noReference('ad1de7d05c7aedad', 9_000),
    noReference('c6bd6d6fb68a5523', 2_000),
    noReference('4c8dd357770f0f76', 500),
  ],
  'sample2.txt': [
    ...totals(0, TWO, [31, 'groups=4,total=345450000']),
    ...totals(1, TWO_GROUP, [11, 'accounts=2,total=13150000']),
    ...totals(2, `${TWO_GROUP}/0123456789`, [4, 'total=9150000']),
    IN,
    ...totals(3, `${TWO_GROUP}/9876543210`, [5, 'total=4000000']),
    IN,
    ...totals(4, `${TWO}/122099999-053003456-040620-2359`, [8, 'accounts=1,total=180000000']),
    ...totals(5, `${TWO}/122099999-053003456-040620-2359/4589761203`, [6, 'total=180000000']),
    IN,
    IN,
    ...totals(6, `${TWO}/122099999-071207890-040620-2359`, [5, 'accounts=1,total=140500000']),
    ...totals(7, `${TWO}/122099999-071207890-040620-2359/0975312468`, [3, 'total=140500000']),
    ...totals(8, `${TWO}/122099999-071207890-040620-2359~2`, [5, 'accounts=1,total=11800000']),
    ...totals(9, `${TWO}/122099999-071207890-040620-2359~2/7890654321`, [3, 'total=11800000']),
  ],
  'sample4-continuations-newline-delimited.txt': [
    ...totals(0, FOUR, [18, 'groups=1,total=13060195162', 'groups=1,total=13060195162', 116]),
    ...totals(1, FOUR_GROUP, [16, 'accounts=4,total=13060195162', 'accounts=5,total=-1247101146600', 114]),
    ...totals(2, `${FOUR_GROUP}/107049924`, [2, 'total=13053325440']),
    ...totals(3, `${FOUR_GROUP}/107049932`, [26, 'total=-1260161341762', 'total=7999960', 18]),
    settled('107049932', '1111', ['SPB2322984714570', 60_000]),
    ...cameBack('107049932', 'GSQ4FBGFDGWGKY', ['SB2322600000404', 143_500, '261 rejected']),
    settled('107049932', 'AB-GS-RPFILERP0001-RPBA0001', ['SPB2322684598521', 928_650]),
    ...totals(4, `${FOUR_GROUP}/104108339`, [8, 'total=6869722', 'total=666917818', 88]),
    TAKEN_BACK,
    settled('104108339', '021000020000021', ['SB2322600000455', 55_555]),
    ...cameBack('104108339', '20210706MMQFMPU8000001', ['GI2118700002010', 1_912, '266 returned']),
    settled('104108339', 'GSV0DL6RKT', ['GI2321400000090', 50_500]),
    IN,
    ...cameBack('104108339', '028000020000335', ['SB2225800001203', 60_000, '257 ACH return']),
    ...cameBack('104108339', 'SC2134800001999', ['SC2134800001999', 931, '255 check returned']),
    IN,
    IN,
    settled('104108339', '01030340329', ['SC2229300000152', 10_100]),
    IN,
    IN,
    settled('104108339', '8ce1829175a74ec88d67010dd7fb6132', ['SC2323300002416', 44_250]),
    settled('104108339', '3785726', ['GI2323300009168', 30_000_000]),
    ...totals(5, `${FOUR_GROUP}/260000033037`, [2, 'total=0']),
    ...totals(6, `${FOUR_GROUP}/280000010657`, [2, 'total=0']),
  ],
  'control-totals.txt': [
    ...totals(0, OURS, [15, 'groups=2,total=398051', 'groups=2,total=398050']),
    ...totals(1, OURS_GROUP, [9, 'accounts=1,total=398049', 'accounts=2,total=398049']),
    ...totals(2, `${OURS_GROUP}/9876543210`, [5, 'total=398049', 'total=398050']),
    settled('9876543210', 'pay-88120', ['77120', 125_000, 'EUR']),
    settled('9876543210', 'pay-88121', ['77121', 98_050, 'EUR']),
    ...totals(3, `${OURS_GROUP}/9876543211`, [3, 'total=0', 'total=0', 2]),
    { index: 4, ignored: 'a group for test only: nothing happened' },
  ],
};

const REFUSED: Record<string, object> = {
  'broken.amount.txt': { pointer: '/lines/4/amount', message: 'is no whole number of minor units' },
  'broken.cut-off.txt': { pointer: '/lines/6', message: 'the file ends without its trailer (99); send it whole' },
};

describe('samples of BAI2', () => {
  it('are all written out here', () => {
    expect([...Object.keys(EXPECTED), ...Object.keys(REFUSED)].sort()).toEqual(sampleFiles('bai2'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const all = shown(sendSample(bai2, file, TEXT));
    expect(all).toMatchObject(EXPECTED[file] ?? []);
    expect(all.length).toBe(EXPECTED[file]?.length);
  });

  it.each(Object.keys(REFUSED))('%s is refused at its path', (file) => {
    expect(sendSample(bai2, file, TEXT)).toEqual({ outcome: 'malformed', faults: [REFUSED[file]] });
  });

  it('have ids of their own, and the same ones when they are sent again', () => {
    for (const file of Object.keys(EXPECTED)) {
      const ids = (): string[] => shown(sendSample(bai2, file, TEXT)).flatMap((item) => ('id' in item ? [item.id] : []));
      expect(new Set(ids()).size).toBe(ids().length);
      expect(ids()).toEqual(ids());
    }
  });

  it('control-totals.txt, an account and a detail in full', () => {
    const all = shown(sendSample(bai2, 'control-totals.txt', TEXT));
    const transfer = `${OURS_GROUP}/9876543210`;
    expect(all[4]).toEqual({
      index: 2,
      id: `${transfer}#sent@1769903940000@5,total=398049`,
      source: 'bai2/021000021',
      type: 'transfer.sent',
      subject: transfer,
      time: '2026-01-31T23:59:00.000Z',
      data: { transfer, kind: 'interface', interface: 'statement of 9876543210', records: 5, hash: 'total=398049' },
    });
    expect(all[6]).toEqual({
      index: 2,
      id: '9876543210@260131/13829bbf8d4417ed',
      source: 'bai2/021000021',
      type: 'payment.settled',
      subject: 'pay-88120',
      time: '2026-01-31T00:00:00.000Z',
      data: { payment: 'pay-88120', account: '9876543210', booking: '77120', amountMinor: 125_000, currency: 'EUR' },
    });
  });
});
