import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { ach } from './ach.format.js';
import { catalogueFaults, sampleBytes, sampleFiles, sampleText, send, type Shown, shown } from './samples.testkit.js';
import type { ParseResult } from './format.js';

const TEXT = { contentType: 'text/plain' };

function sendFile(file: string): ParseResult {
  const bytes = sampleBytes('ach', file);
  const result = send(ach, file.endsWith('.gz') ? gunzipSync(bytes) : bytes, TEXT);
  expect(catalogueFaults(result)).toEqual([]);
  return result;
}

interface Both {
  readonly records: number;
  readonly control: string;
}
/** What the control record says, and what was counted. */
const transfers = (index: number, transfer: string, said: Both, counted: Both): object[] => [
  { index, type: 'transfer.sent', subject: transfer, data: { transfer, kind: 'interface', records: said.records, hash: said.control } },
  { index, type: 'transfer.received', subject: transfer, data: { transfer, kind: 'interface', records: counted.records, hash: counted.control } },
];
const whole = (index: number, transfer: string, records: number, control: string): object[] =>
  transfers(index, transfer, { records, control }, { records, control });
const batchSent = (index: number, batch: string, count: number, amountMinor: number): object => ({
  index,
  type: 'ledger.batch-sent',
  subject: batch,
  data: { batch, count, amountMinor, currency: 'USD' },
});
const returned = (index: number, batch: string, [item, reason, amountMinor]: [string, string, number]): object => ({
  index,
  type: 'item.rejected',
  subject: item,
  data: { item, kind: 'payment', reason, batch, amountMinor, currency: 'USD' },
});

const BUY = '0231380104-042000013-110805-2100-A';
const SHIFTED = '2313801041-042000013-107291-600A-0';
const ZERO = '182327390-100067554-200327-1043-';
const ADV = '121042882-231380104-181113-0000-A';
const DEBIT = '0121042882-231380104-190624-0000-A';
const TESTER = '000TESTER-231380104-181008-1639-A';
const MIXED = '0121042882-231380104-190718-1055-A';
const RETURN = '691000134-091400606-181017-0306-A';
const PAYROLL = '121042882-231380104-260131-1200-A';

const EXPECTED: Record<string, { time: string; gives: object[] }> = {
  '20110729A-invalid.ach': {
    time: 'none given',
    gives: [
      ...transfers(
        0,
        SHIFTED,
        { records: 283, control: 'batches=5,blocks=30,entryHash=482135671,debits=2687100000,credits=18500' },
        { records: 283, control: 'batches=4,blocks=30,entryHash=482135671,debits=2687100000,credits=18500' },
      ),
      ...whole(1, `${SHIFTED}/0000001`, 145, 'class=225,entryHash=307400290,debits=2479800000,credits=0'),
      batchSent(1, `${SHIFTED}/0000001`, 145, 2_479_800_000),
      ...whole(2, `${SHIFTED}/0000003`, 18, 'class=220,entryHash=38160036,debits=0,credits=17200'),
      batchSent(2, `${SHIFTED}/0000003`, 18, 17_200),
      ...whole(3, `${SHIFTED}/0000004`, 104, 'class=225,entryHash=118365299,debits=207300000,credits=0'),
      batchSent(3, `${SHIFTED}/0000004`, 13, 207_300_000),
      ...whole(4, `${SHIFTED}/0000005`, 16, 'class=220,entryHash=18210046,debits=0,credits=1300'),
      batchSent(4, `${SHIFTED}/0000005`, 2, 1_300),
    ],
  },
  '20110805A.ach': {
    time: '2011-08-05T21:00:00.000Z',
    gives: [
      ...transfers(
        0,
        BUY,
        { records: 83, control: 'batches=5,blocks=10,entryHash=136685201,debits=5101000,credits=200' },
        { records: 83, control: 'batches=4,blocks=10,entryHash=136685201,debits=5101000,credits=200' },
      ),
      ...whole(1, `${BUY}/0000001`, 25, 'class=225,entryHash=53000050,debits=4610000,credits=0'),
      batchSent(1, `${BUY}/0000001`, 25, 4_610_000),
      ...whole(2, `${BUY}/0000003`, 18, 'class=220,entryHash=38160036,debits=0,credits=176'),
      batchSent(2, `${BUY}/0000003`, 18, 176),
      ...whole(3, `${BUY}/0000004`, 24, 'class=225,entryHash=27315069,debits=491000,credits=0'),
      batchSent(3, `${BUY}/0000004`, 3, 491_000),
      ...whole(4, `${BUY}/0000005`, 16, 'class=220,entryHash=18210046,debits=0,credits=24'),
      batchSent(4, `${BUY}/0000005`, 2, 24),
    ],
  },
  'FISERV-ZEROFILE-PIMRET825324_032720_110221.ach': {
    time: '2020-03-27T10:43:00.000Z',
    gives: whole(0, ZERO, 0, 'batches=0,blocks=1,entryHash=0,debits=0,credits=0'),
  },
  'adv-invalidFileControl.ach': {
    time: '2018-11-13T00:00:00.000Z',
    gives: [
      ...transfers(
        0,
        ADV,
        { records: 0, control: 'batches=1,blocks=1,entryHash=46276020,debits=250000,credits=50000' },
        { records: 2, control: 'batches=1,blocks=1,entryHash=46276020,debits=250000,credits=50000' },
      ),
      ...whole(1, `${ADV}/0000001`, 2, 'class=280,entryHash=46276020,debits=250000,credits=50000'),
    ],
  },
  'ppd-debit.ach': {
    time: '2019-06-24T00:00:00.000Z',
    gives: [
      ...whole(0, DEBIT, 1, 'batches=1,blocks=1,entryHash=23138010,debits=100000000,credits=0'),
      ...whole(1, `${DEBIT}/0000001`, 1, 'class=225,entryHash=23138010,debits=100000000,credits=0'),
      batchSent(1, `${DEBIT}/0000001`, 1, 100_000_000),
    ],
  },
  'ppd-mixedDebitCredit-invalid.ach': {
    time: '2018-10-08T16:39:00.000Z',
    gives: [
      ...whole(0, TESTER, 2, 'batches=1,blocks=1,entryHash=46276020,debits=100000,credits=100000'),
      ...whole(1, `${TESTER}/0000001`, 2, 'class=200,entryHash=46276020,debits=100000,credits=100000'),
      batchSent(1, `${TESTER}/0000001`, 2, 200_000),
    ],
  },
  'ppd-mixedDebitCredit.ach': {
    time: '2019-07-18T10:55:00.000Z',
    gives: [
      ...whole(0, MIXED, 3, 'batches=1,blocks=1,entryHash=69414030,debits=200000000,credits=200000000'),
      ...whole(1, `${MIXED}/0000001`, 3, 'class=200,entryHash=69414030,debits=200000000,credits=200000000'),
      batchSent(1, `${MIXED}/0000001`, 3, 400_000_000),
    ],
  },
  'return-WEB.ach': {
    time: '2018-10-17T03:06:00.000Z',
    gives: [
      ...whole(0, RETURN, 4, 'batches=2,blocks=1,entryHash=18280120,debits=12354,credits=4565'),
      ...whole(1, `${RETURN}/0000001`, 2, 'class=200,entryHash=9140060,debits=12354,credits=0'),
      returned(1, `${RETURN}/0000001`, ['091400600000001', 'R01', 12_354]),
      ...whole(2, `${RETURN}/0000002`, 2, 'class=200,entryHash=9140060,debits=0,credits=4565'),
      returned(2, `${RETURN}/0000002`, ['091400600000003', 'R03', 4_565]),
    ],
  },
  'control-totals.ach': {
    time: '2026-01-31T12:00:00.000Z',
    gives: [
      ...transfers(
        0,
        PAYROLL,
        { records: 4, control: 'batches=2,blocks=1,entryHash=69414031,debits=0,credits=348050' },
        { records: 3, control: 'batches=2,blocks=1,entryHash=69414030,debits=0,credits=348050' },
      ),
      ...transfers(
        1,
        `${PAYROLL}/0000001`,
        { records: 2, control: 'class=220,entryHash=46276020,debits=0,credits=223049' },
        { records: 2, control: 'class=220,entryHash=46276020,debits=0,credits=223050' },
      ),
      batchSent(1, `${PAYROLL}/0000001`, 2, 223_050),
      { index: 2, type: 'transfer.sent', subject: `${PAYROLL}/0000007`, data: { records: 1 } },
      { index: 2, type: 'transfer.received', subject: `${PAYROLL}/0000002`, data: { records: 1 } },
      batchSent(2, `${PAYROLL}/0000002`, 1, 125_000),
    ],
  },
};

const REFUSED: Record<string, object> = {
  'return-no-batch-controls.ach': { pointer: '/lines/1', message: 'has to be a file header (1): a file begins with it' },
  'broken.cut-off.ach': { pointer: '/lines/5', message: 'the file ends without its control record (9); send it whole' },
  'broken.amount.ach': { pointer: '/lines/4/amount', message: 'is no number' },
};

const LARGE = 'PPD-200-batches-100000-entries.ach.gz';

describe('samples of ACH files', () => {
  it('are all written out here', () => {
    expect([...Object.keys(EXPECTED), ...Object.keys(REFUSED), LARGE].sort()).toEqual(sampleFiles('ach'));
  });

  it.each(Object.keys(EXPECTED))('%s gives what is written here', (file) => {
    const { gives = [], time } = EXPECTED[file] ?? {};
    const all = shown(sendFile(file));
    expect(all).toMatchObject(gives);
    expect(all.length).toBe(gives.length);
    for (const item of all) expect(item).toMatchObject({ time });
  });

  it.each(Object.keys(REFUSED))('%s is refused at its path', (file) => {
    expect(sendFile(file)).toEqual({ outcome: 'malformed', faults: [REFUSED[file]] });
  });

  it(`${LARGE} holds 200 batches with 100,000 entries, and every total agrees`, () => {
    const all = shown(sendFile(LARGE));
    const file = '121042882-231380104-260508-1505-A';
    expect(all.slice(0, 2)).toMatchObject(whole(0, file, 100_199, 'batches=200,blocks=10061,entryHash=8405463990,debits=0,credits=20123398766'));
    expect(all.length).toBe(2 + 200 * 3);
    const last = `${file}/0000200`;
    expect(all.slice(-3)).toMatchObject([...whole(200, last, 1, 'class=220,entryHash=23138010,debits=0,credits=100000000'), batchSent(200, last, 1, 100_000_000)]);
    const data = all.map((item) => ('data' in item ? (item.data as Record<string, unknown>) : {}));
    for (let at = 0; at < data.length; at += at === 0 ? 2 : 3) expect(data[at]).toEqual(data[at + 1]);
  });

  it('ppd-debit.ach, in full', () => {
    const common = { source: 'ach/0121042882/231380104', time: '2019-06-24T00:00:00.000Z' };
    const file = '2e62e27994603e4750f01ac79f4ba1251b37edf906f25cb2be5a29765e80cbc0';
    const batch = 'd551b27388817b410e18fa9502a68368a340e25125c6aded0329d0f32f8dee0e';
    const data = (control: string, transfer: string): object => ({ transfer, kind: 'interface', interface: 'ach 0121042882 to 231380104', records: 1, hash: control });
    const ofFile = data('batches=1,blocks=1,entryHash=23138010,debits=100000000,credits=0', DEBIT);
    const ofBatch = data('class=225,entryHash=23138010,debits=100000000,credits=0', `${DEBIT}/0000001`);
    expect(shown(sendFile('ppd-debit.ach'))).toEqual([
      { ...common, index: 0, id: `${DEBIT}#sent@${file}`, type: 'transfer.sent', subject: DEBIT, data: ofFile },
      { ...common, index: 0, id: `${DEBIT}#received@${file}`, type: 'transfer.received', subject: DEBIT, data: ofFile },
      { ...common, index: 1, id: `${DEBIT}/0000001#sent@${batch}`, type: 'transfer.sent', subject: `${DEBIT}/0000001`, data: ofBatch },
      { ...common, index: 1, id: `${DEBIT}/0000001#received@${batch}`, type: 'transfer.received', subject: `${DEBIT}/0000001`, data: ofBatch },
      {
        ...common,
        index: 1,
        id: `${DEBIT}/0000001@${batch}`,
        type: 'ledger.batch-sent',
        subject: `${DEBIT}/0000001`,
        data: {
          batch: `${DEBIT}/0000001`,
          count: 1,
          amountMinor: 100_000_000,
          currency: 'USD',
          hash: 'sha256:0f23b1e334b02e255d031ba9c1288943c4c01401fa9ab8d3a7187057153a1b7e',
        },
      },
    ]);
  });
});

describe('records of an ACH file', () => {
  const LINES = ach.sample.body.split('\n');
  const given = (lines: readonly string[], contentType = 'text/plain'): ParseResult => send(ach, lines.join('\n'), { contentType });
  const changed = (at: number, from: number, text: string): string[] =>
    LINES.map((line, index) => (index === at ? line.slice(0, from) + text + line.slice(from + text.length) : line));
  const fault = (result: ParseResult): unknown => (result.outcome === 'malformed' ? result.faults[0] : result.outcome);
  const type = (wanted: string, all: readonly Shown[]): Shown[] => all.filter((item) => 'type' in item && item.type === wanted);

  it('are the same with CRLF, with blanks at their ends, with and without fillers, and without any line ends', () => {
    const plain = shown(given(LINES));
    const padded = LINES.map((line) => line.padEnd(94));
    expect(shown(given(padded.map((line) => `${line}\r`)))).toEqual(plain);
    expect(shown(given([...LINES, ...Array.from({ length: 4 }, () => '9'.repeat(94))]))).toEqual(plain);
    for (const end of ['', '\n', '\r\n', `${'9'.repeat(94)}\n`]) expect(shown(send(ach, `${padded.join('')}${end}`, TEXT))).toEqual(plain);
  });

  it('have the instant that the clock of their zone showed', () => {
    expect(shown(given(LINES))[0]).toMatchObject({ time: '2026-01-31T12:00:00.000Z' });
    expect(shown(given(LINES, 'text/plain; timezone=America/New_York'))[0]).toMatchObject({ time: '2026-01-31T17:00:00.000Z' });
    expect(shown(given(changed(0, 23, '900625')))[0]).toMatchObject({ time: '1990-06-25T12:00:00.000Z' });
    expect(fault(given(LINES, 'text/plain; timezone=Nowhere'))).toMatchObject({ message: expect.stringContaining('timezone Nowhere is not known') as unknown });
  });

  it('of several files in one body follow each other', () => {
    const second = changed(0, 33, 'B');
    expect(type('transfer.sent', shown(given([...LINES, '9'.repeat(94), ...second]))).map((item) => ('subject' in item ? item.subject : ''))).toEqual([
      PAYROLL,
      `${PAYROLL}/0000001`,
      '121042882-231380104-260131-1200-B',
      '121042882-231380104-260131-1200-B/0000001',
    ]);
  });

  it('with the same batch number twice name two batches', () => {
    const twice = [...LINES.slice(0, 5), ...LINES.slice(1, 5), ...LINES.slice(5)];
    expect(type('ledger.batch-sent', shown(given(twice)))).toMatchObject([{ subject: `${PAYROLL}/0000001` }, { subject: `${PAYROLL}/0000001#2` }]);
  });

  it('sent again after another batch was put right change only what was changed', () => {
    const ids = (lines: readonly string[]): string[] => shown(given(lines)).map((item) => ('id' in item ? item.id : ''));
    const [before, after] = [ids(LINES), ids(changed(5, 13, '00000009'))];
    expect(after.slice(2)).toEqual(before.slice(2));
    expect(after[0]).not.toBe(before[0]);
  });

  it.each([
    ['an entry outside of a batch', [LINES[0], ...LINES.slice(2)], '/lines/2'],
    ['a batch without its control', [...LINES.slice(0, 4), ...LINES.slice(5)], '/lines/5'],
    ['fillers where the control should be', [...LINES.slice(0, 5), '9'.repeat(94)], '/lines/6'],
    ['addenda before any entry', [...LINES.slice(0, 2), '705note', ...LINES.slice(2)], '/lines/3'],
    ['a line that is longer', [...LINES.slice(0, 2), `${LINES[2] ?? ''}xx`, ...LINES.slice(3)], '/lines/3'],
    ['something after the end', [...LINES, 'hello'], '/lines/7'],
    ['a code that is neither credit nor debit', changed(2, 1, '99'), '/lines/3/transactionCode'],
    ['a routing number with a letter', changed(2, 3, 'X'), '/lines/3/routing'],
    ['a control without numbers', changed(4, 4, 'XXXXXX'), '/lines/5/records'],
    ['a file control without numbers', changed(5, 1, 'XXXXXX'), '/lines/6/batches'],
    ['nothing at all', [''], '/lines/1'],
  ])('with %s are refused', (_what, lines, pointer) => {
    expect(fault(given(lines as string[]))).toMatchObject({ pointer });
  });

  it.each([
    [1, '220', '200'],
    [4, '0046276020', '0046276021'],
    [4, '000000223050', '000000223051'],
    [4, '000002', '000003'],
    [2, '0000125000', '0000125001'],
    [2, '622', '627'],
  ])('where line %d says %s instead of %s do not agree any more', (at, said, instead) => {
    const lines = LINES.map((line, index) => (index === at ? line.replace(said, instead) : line));
    const [sent, received] = [type('transfer.sent', shown(given(lines)))[1], type('transfer.received', shown(given(lines)))[1]];
    expect(sent).toMatchObject({ subject: `${PAYROLL}/0000001` });
    expect((sent as { data: unknown }).data).not.toEqual((received as { data: unknown }).data);
  });

  const RETURNED = sampleText('ach', 'return-WEB.ach').split('\n');

  it('that ask for a correction are neither returned nor sent by us', () => {
    const lines = RETURNED.map((line) => line.replace('799R01', '798C01'));
    const all = shown(given(lines)).filter(({ index }) => index === 1);
    expect(all.map((item) => ('ignored' in item ? item.ignored : 'type' in item ? item.type : ''))).toEqual([
      'transfer.sent',
      'transfer.received',
      'C01: the bank asks to correct the entry 091400600000001; no event type of the catalogue says it',
    ]);
  });

  it('that come back without a reason or for no entry are refused', () => {
    expect(shown(given(RETURNED.map((line) => line.replace('799R01', '799X01'))))).toContainEqual(
      { index: 1, rejected: '/lines/4/returnReasonCode', message: 'is no return reason such as R01' },
    );
    expect(shown(given(RETURNED.map((line) => line.replace('799R01091400600000001', '799R01               '))))).toContainEqual(
      { index: 1, rejected: '/lines/4/originalTrace', message: 'does not name the entry that comes back' },
    );
  });
});
