import { describe, expect, it } from '@jest/globals';
import { bai2 } from './bai2.format.js';
import type { ParseResult } from './format.js';
import { sampleFiles, send, sendSample, type Shown, shown } from './samples.testkit.js';

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

describe('records of BAI2', () => {
  const LINES = bai2.sample.body.split('\n');
  const given = (lines: readonly string[], contentType = 'text/plain'): ParseResult => send(bai2, lines.join('\n'), { contentType });
  const changed = (from: string, to: string): string[] => {
    if (!LINES.join('\n').includes(from)) throw new Error(from);
    return LINES.map((line) => line.replace(from, to));
  };
  const fault = (result: ParseResult): unknown => (result.outcome === 'malformed' ? result.faults[0] : result.outcome);
  const typed = (wanted: string, all: readonly Shown[]): Shown[] => all.filter((item) => 'type' in item && item.type === wanted);
  const agree = (result: ParseResult): boolean[] => {
    const [sent, received] = ['transfer.sent', 'transfer.received'].map((type) => typed(type, shown(result)).map((item) => JSON.stringify('data' in item ? item.data : '')));
    return (sent ?? []).map((one, at) => one === received?.[at]);
  };
  const EQUAL = [true, true, true];

  it('are the same with CRLF, CR, blanks at their ends, without slashes, and without line ends in records of equal length', () => {
    const plain = shown(given(LINES));
    expect(shown(send(bai2, LINES.map((line) => `${line}   `).join('\r\n'), TEXT))).toEqual(plain);
    expect(shown(send(bai2, LINES.join('\r'), TEXT))).toEqual(plain);
    expect(shown(given(LINES.map((line) => line.replace(/\/$/, ''))))).toEqual(plain);
    expect(shown(given(LINES.map((line) => (line.startsWith('49') ? `${line} 000006` : line))))).toEqual(plain);
    expect(shown(send(bai2, LINES.map((line) => line.padEnd(80)).join(''), TEXT))).toEqual(plain);
  });

  it.each([
    ['immediate and later availability', '16,455,125000,S,100000,20000,5000,77120,pay-88120,ACH DEBIT'],
    ['a value date and time', '16,455,125000,V,260131,2400,77120,pay-88120,ACH DEBIT'],
    ['a value date alone', '16,455,125000,V,260131,,77120,pay-88120,ACH DEBIT'],
    ['a distribution over days', '16,455,125000,D,2,0,100000,1,25000,77120,pay-88120,ACH DEBIT'],
    ['a day of availability', '16,455,125000,1,77120,pay-88120,ACH DEBIT'],
    ['unknown availability', '16,455,125000,Z,77120,pay-88120,ACH DEBIT'],
    ['a text with commas and slashes', '16,455,125000,,77120,pay-88120,FROM: A/B, C/D, E'],
    ['a plus sign and zeros before it', '16,455,+000000000125000,,77120,pay-88120,X'],
  ])('of details with %s have the same references and total', (_what, line) => {
    const result = given(changed(LINES[3] ?? '', line));
    expect(agree(result)).toEqual(EQUAL);
    expect(typed('payment.settled', shown(result))).toMatchObject([settled('9876543210', 'pay-88120', ['77120', 125_000])]);
  });

  it('go on in the next line after any field', () => {
    const cut = [...LINES.slice(0, 2), '03,9876543210,,015,', '88,50000,,,400,125000,', '88,1,/', '16,455,125000,', '88,,77120/', '88,pay-88120/', ...LINES.slice(4)];
    const wider = cut.map((line) => line.replace('300000,4', '300000,8').replace('300000,1,6', '300000,1,10').replace('300000,1,8', '300000,1,12'));
    expect(typed('transfer.received', shown(given(wider))).map((item) => ('data' in item ? item.data : ''))).toMatchObject([{ records: 12 }, { records: 10 }, { records: 8 }]);
  });

  it.each([
    ['', 'USD'],
    ['JPY', 'JPY'],
  ])('without a currency of the account have that of the group (%j), else %s', (group, currency) => {
    const all = shown(given(changed(',2359,USD,2/', `,2359,${group},2/`)));
    expect(typed('payment.settled', all)).toMatchObject([{ data: { amountMinor: 125_000, currency } }]);
  });

  it.each([
    ['0600,1,80', '260202', '2026-02-02T06:00:00.000Z', 0],
    ['2359', '0000', '2026-01-31T00:00:00.000Z', 2],
    ['2359', '2400', '2026-01-31T23:59:00.000Z', 2],
    ['2359', '9999', '2026-01-31T23:59:00.000Z', 2],
    ['260131', '20260131', '2026-01-31T23:59:00.000Z', 2],
    ['260131', '990131', '1999-01-31T23:59:00.000Z', 2],
  ])('with %s made %s tell %s', (from, to, time, at) => {
    const lines = at === 0 ? LINES : changed(from, to);
    expect(shown(given(lines))[at]).toMatchObject({ time });
  });

  it('have the instant that the clock of their zone showed', () => {
    expect(shown(given(LINES, 'text/plain; timezone=America/New_York'))[2]).toMatchObject({ time: '2026-02-01T04:59:00.000Z' });
    expect(fault(given(LINES, 'text/plain; timezone=Nowhere'))).toMatchObject({ message: expect.stringContaining('timezone Nowhere is not known') as unknown });
  });

  it.each([
    ['an amount', '16,455,125000', '16,455,125001', [true, true, false]],
    ['an account total', '49,300000', '49,300001', [true, false, false]],
    ['a count of records', '49,300000,4', '49,300000,5', [true, true, false]],
    ['a group total', '98,300000', '98,300001', [false, false, true]],
    ['a count of accounts', '98,300000,1', '98,300000,2', [true, false, true]],
    ['a file total', '99,300000', '99,-300000', [false, true, true]],
    ['a count of groups', '99,300000,1', '99,300000,3', [false, true, true]],
    ['a summary', '015,50000', '015,-50000', [true, true, false]],
    ['a total that is not declared', '99,300000', '99,', EQUAL],
  ])('where %s was changed agree only where they still do', (_what, from, to, expected) => {
    expect(agree(given(changed(from, to)))).toEqual(expected);
  });

  it('that declare nothing are compared with nothing', () => {
    expect(shown(given(changed('99,300000,1,8/', '99,,,/')))[0]).toEqual({ index: 0, ignored: 'a trailer that declares no total says nothing' });
  });

  it.each([
    ['16,195,125000', [IN]],
    ['16,555,125000', [TAKEN_BACK]],
    ['16,257,125000', cameBack('9876543210', 'pay-88120', ['77120', 125_000, '257 ACH return'])],
    ['16,252,125000', [settled('9876543210', 'pay-88120', ['77120', -125_000])]],
    ['16,970,125000', [settled('9876543210', 'pay-88120', ['77120', 125_000])]],
    ['16,930,125000', [IN]],
    ['16,721,125000', [{ ignored: 'type 721: no movement on the account' }]],
    ['16,890,', [{ ignored: 'type 890: no movement on the account' }]],
    ['16,475,', [{ ignored: 'no money moved' }]],
    ['16,455,-125000', [{ rejected: '/lines/4/amount' }]],
    ['16,455,9007199254740993', [{ rejected: '/lines/4/amount' }]],
  ])('%s gives what its type says', (to, expected) => {
    expect(shown(given(changed('16,455,125000', to))).slice(6)).toMatchObject(expected);
  });

  it.each([
    ['USD,2/', 'USD,1/', { ignored: 'an interim report: the final one tells what was booked' }],
    ['USD,2/', 'USD,3/', { ignored: 'an interim report: the final one tells what was booked' }],
    ['021000021,1,260131', '021000021,2,260131', { ignored: 'a deletion: what it lists was told before, and is not taken back by it' }],
    ['021000021,1,260131', '021000021,4,260131', { ignored: 'a group for test only: nothing happened' }],
    ['021000021,1,260131', '021000021,7,260131', { rejected: '/lines/2/status' }],
    ['260131,2359', ',', { rejected: '/lines/2/asOfDate', message: 'is missing' }],
    ['260131,2359', '260230,2359', { rejected: '/lines/2/asOfDate' }],
    ['260131,2359', '260131,2575', { rejected: '/lines/2/asOfDate' }],
  ])('with %s made %s settle nothing', (from, to, expected) => {
    const all = shown(given(changed(from, to)));
    expect(all.at(-1)).toMatchObject(expected);
    expect(typed('payment.settled', all)).toEqual([]);
  });

  it('without references, twice the same, are two bookings', () => {
    const twice = [...LINES.slice(0, 3), '16,455,125000,,,0000000,X', '16,455,125000,,,0000000,X', ...LINES.slice(5)];
    expect(typed('payment.settled', shown(given(twice))).map((item) => ('subject' in item ? item.subject : ''))).toEqual(['260131/3ef9796f7e06315d', '260131/3ef9796f7e06315d~2']);
  });

  it('in the code page of Windows are read, and names keep no control characters', () => {
    const body = Buffer.concat([Buffer.from(LINES.slice(0, 3).join('\n')), Buffer.from('\n16,455,125000,,77120,M'), Buffer.from([0xfc, 0x92, 0x09]), Buffer.from(`,X\n${LINES.slice(4).join('\n')}`)]);
    expect(typed('payment.settled', shown(send(bai2, body, TEXT)))).toMatchObject([{ subject: 'Mü’' }]);
  });

  it('of several files in one body follow each other', () => {
    expect(shown(given([...LINES, '', ...changed('0600,1', '0600,2')])).filter((item) => 'type' in item && item.type === 'transfer.sent')).toHaveLength(6);
  });

  it.each([
    ['a detail outside of an account', [...LINES.slice(0, 2), ...LINES.slice(3)], '/lines/3'],
    ['an account without its trailer', [...LINES.slice(0, 5), ...LINES.slice(6)], '/lines/6'],
    ['a group without its trailer', [...LINES.slice(0, 6), ...LINES.slice(7)], '/lines/7'],
    ['a continuation before anything', ['88,X', ...LINES], '/lines/1'],
    ['something after the end', [...LINES, 'hello'], '/lines/9'],
    ['a record that is none', [...LINES.slice(0, 3), '17,455,1/', ...LINES.slice(3)], '/lines/4'],
    ['another version', changed('80,,2/', '80,,3/'), '/lines/1/version'],
    ['no account number', changed('03,9876543210', '03,'), '/lines/3/account'],
    ['no currency', changed('9876543210,,', '9876543210,DOLLAR,'), '/lines/3/currency'],
    ['a summary of no type', changed('015,', 'ledger,'), '/lines/3/typeCode'],
    ['a detail of no type', changed('16,455', '16,ACH'), '/lines/4/typeCode'],
    ['a decimal point', changed('16,455,125000', '16,455,1250.00'), '/lines/4/amount'],
    ['funds that are of no type', changed('125000,,77120', '125000,Q,77120'), '/lines/4/fundsType'],
    ['a distribution without its number', changed('125000,,77120', '125000,D,x'), '/lines/4/distributions'],
    ['a trailer without a number', changed('49,300000', '49,many'), '/lines/6/controlTotal'],
    ['a negative count', changed('300000,4/', '300000,-4/'), '/lines/6/records'],
    ['accounts that are no number', changed('98,300000,1', '98,300000,x'), '/lines/7/accounts'],
    ['a record that never ends', [...LINES.slice(0, 4), ...Array.from({ length: 70 }, () => `88,${'x'.repeat(1_000)}`), ...LINES.slice(4)], '/lines/70'],
    ['nothing at all', [''], '/lines/1'],
  ])('with %s are refused', (_what, lines, pointer) => {
    expect(fault(given(lines))).toMatchObject({ pointer });
  });

  it('that are more than the limit are sent in several deliveries', () => {
    const many = [...LINES.slice(0, 3), ...Array.from({ length: bai2.limits.items }, () => '16,195,1'), ...LINES.slice(5)];
    expect(given(many)).toMatchObject({ outcome: 'too-large' });
  });
});
