import { describe, expect, it } from '@jest/globals';
import { bai2 } from './bai2.format.js';
import type { ParseResult } from './format.js';
import { send, type Shown, shown } from './samples.testkit.js';

const TEXT = { contentType: 'text/plain' };
const settled = (account: string, payment: string, [booking, amountMinor, currency = 'USD']: [string, number, string?]): object => ({
  type: 'payment.settled',
  subject: payment,
  data: { payment, account, booking, amountMinor, currency },
});
const cameBack = (account: string, item: string, [booking, amountMinor, reason]: [string, number, string]): object[] => [
  settled(account, item, [booking, -amountMinor]),
  { type: 'item.rejected', subject: item, data: { item, kind: 'payment', reason, amountMinor, currency: 'USD' } },
];
const IN = { ignored: 'money that came in; no event type of the catalogue says it' };
const TAKEN_BACK = { ignored: 'money that came in was taken back; no event type of the catalogue says it' };

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
    expect(shown(given(changed(',0600,', ',14:59:35,')))[0]).toMatchObject({ time: '2026-02-02T14:59:00.000Z' });
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

  it.each([
    ['125000,Q,77120', '/lines/4/fundsType'],
    ['125000,D,x', '/lines/4/distributions'],
  ])('of details whose references cannot be found (%s) count in the totals, and are refused alone', (to, rejected) => {
    const result = given(changed('125000,,77120', to));
    expect(agree(result)).toEqual(EQUAL);
    expect(shown(result).slice(6)).toMatchObject([{ index: 2, rejected }]);
  });

  it('without references, twice the same, are two bookings', () => {
    const twice = [...LINES.slice(0, 3), '16,455,125000,,,0000000,X', '16,455,125000,,,0000000,X', ...LINES.slice(5)];
    expect(typed('payment.settled', shown(given(twice))).map((item) => ('subject' in item ? item.subject : ''))).toEqual(['260131/3ef9796f7e06315d', '260131/3ef9796f7e06315d~2']);
  });

  it('in the code page of Windows are read, and names keep no control characters', () => {
    const body = Buffer.concat([Buffer.from(LINES.slice(0, 3).join('\n')), Buffer.from('\n16,455,125000,,77120,M'), Buffer.from([0xfc, 0x92, 0x09]), Buffer.from(`,X\n${LINES.slice(4).join('\n')}`)]);
    expect(typed('payment.settled', shown(send(bai2, body, TEXT)))).toMatchObject([{ subject: 'Mü’' }]);
  });

  it('of version 2, written as 02 or not at all, are read', () => {
    for (const version of ['02', '']) expect(shown(given(changed('80,,2/', `80,,${version}/`)))).toEqual(shown(given(LINES)));
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
    ['funds of a summary that are of no type', changed('125000,1,/', '125000,1,Q/'), '/lines/3/fundsType'],
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
