import { describe, expect, it } from '@jest/globals';
import type { ParseResult } from './format.js';
import { mt940 } from './mt940.format.js';
import { send, type Shown, shown } from './samples.testkit.js';

const TEXT = { contentType: 'text/plain' };
const IN = { ignored: 'money that came in; no event type of the catalogue says it' };
const TAKEN_BACK = { ignored: 'money that came in was taken back; no event type of the catalogue says it' };

describe('statements of MT940', () => {
  const LINES = mt940.sample.body.split('\n');
  const ACCOUNT = '10020030/1234567';
  const given = (lines: readonly string[], contentType = 'text/plain'): ParseResult => send(mt940, lines.join('\n'), { contentType });
  const changed = (...changes: readonly (readonly [string, string])[]): string[] =>
    changes.reduce<string[]>((lines, [from, to]) => {
      if (!lines.join('\n').includes(from)) throw new Error(from);
      return lines.map((line) => line.replace(from, to));
    }, LINES);
  const entry = (movement: string, information?: string): string[] => [...LINES.slice(0, 4), movement, ...(information === undefined ? [] : [`:86:${information}`]), ...LINES.slice(6)];
  const fault = (result: ParseResult): unknown => (result.outcome === 'malformed' ? result.faults[0] : result.outcome);
  const typed = (wanted: string, all: readonly Shown[]): Shown[] => all.filter((item) => 'type' in item && item.type === wanted);
  const hashes = (result: ParseResult): unknown[] => shown(result).flatMap((item) => ('type' in item && item.type.startsWith('transfer') ? [(item.data as { hash: string }).hash] : []));
  const keys = (result: ParseResult): string[] =>
    typed('transfer.sent', shown(result)).flatMap((item) => ('subject' in item && !item.subject.endsWith('/follows') ? [item.subject] : []));
  const subjects = (result: ParseResult): string[] => typed('payment.settled', shown(result)).map((item) => ('subject' in item ? (item.subject ?? '') : ''));

  it('are the same with CRLF, CR, @@, blanks at their ends, blocks, names before them, and without the dash at the end', () => {
    const plain = shown(given(LINES));
    expect(shown(send(mt940, LINES.join('\r\n'), TEXT))).toEqual(plain);
    expect(shown(send(mt940, LINES.join('\r'), TEXT))).toEqual(plain);
    expect(shown(send(mt940, `@@${LINES.join('@@')}`, TEXT))).toEqual(plain);
    expect(shown(given(LINES.map((line) => `${line}  `)))).toEqual(plain);
    expect(shown(given(LINES.slice(0, -1)))).toEqual(plain);
    expect(shown(given(LINES.flatMap((line) => [line, '   '])))).toEqual(plain);
    expect(shown(given(['{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:', ...LINES.slice(0, -1), '-}{5:{CHK:1}}']))).toEqual(plain);
    expect(shown(given([`{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:${LINES[0] ?? ''}`, ...LINES.slice(1)]))).toEqual(plain);
    expect(shown(given(['GIBACZPX 0800', '940 N2', '', ...LINES]))).toEqual(plain);
    expect(shown(given([':940:', ...LINES]))).toEqual(plain);
  });

  it.each([
    ['a comma and nothing behind it', ':61:2601310131D1250,NTRFNONREF//77120', 125_000],
    ['a point', ':61:2601310131D1250.00NTRFNONREF//77120', 125_000],
    ['no fraction', ':61:2601310131D1250NTRFNONREF//77120', 125_000],
    ['the last letter of the currency', ':61:2601310131DR1250,00NTRFNONREF//77120', 125_000],
    ['no entry date', ':61:260131D1250,00NTRFNONREF//77120', 125_000],
    ['a number as its type', ':61:2601310131D1250,00N177NONREF//77120', 125_000],
    ['no type and no reference', ':61:2601310131D1250,00', 125_000],
    ['a reversed debit', ':61:2601310131RD1250,00NTRFNONREF//77120', -125_000],
    ['a reversed debit and the letter of the currency', ':61:2601310131RDR1250,00NTRFNONREF//77120', -125_000],
  ])('with %s move %s', (_what, movement, amountMinor) => {
    expect(typed('payment.settled', shown(given(entry(movement))))).toMatchObject([{ data: { amountMinor, currency: 'EUR' } }]);
  });

  it.each([
    ['JPY', '1250,', 1_250],
    ['JPY', '1250,00', 1_250],
    ['KWD', '1250,125', 1_250_125],
    ['EUR', '1250,1', 125_010],
  ])('in %s count %s as %d minor units', (currency, amount, amountMinor) => {
    const lines = entry(`:61:2601310131D${amount}NTRFNONREF`).map((line) => line.replace('EUR', currency));
    expect(typed('payment.settled', shown(given(lines)))).toMatchObject([{ data: { amountMinor, currency } }]);
  });

  it.each([
    ['260102', '1231', '2025-12-31'],
    ['251231', '0102', '2026-01-02'],
    ['240301', '0229', '2024-02-29'],
    ['991231', '0103', '2000-01-03'],
    ['260630', '0101', '2026-01-01'],
  ])('with value date %s and entry date %s were booked on %s', (value, booked, day) => {
    expect(typed('payment.settled', shown(given(entry(`:61:${value}${booked}D1250,00NTRFNONREF//77120`))))).toMatchObject([{ time: `${day}T00:00:00.000Z` }]);
  });

  it('have the instant that the clock of their zone showed', () => {
    expect(shown(given(LINES, 'text/plain; timezone=Europe/Berlin'))[0]).toMatchObject({ time: '2026-01-30T23:00:00.000Z' });
    expect(fault(given(LINES, 'text/plain; timezone=Nowhere'))).toMatchObject({ message: expect.stringContaining('timezone Nowhere is not known') as unknown });
  });

  const MOVE = ':61:2601310131D1250,00NTRF';
  it.each([
    [`${MOVE}own-1//77120`, '177?00X?20EREF+pay-1?21KREF+k?22SVWZ+x', 'pay-1'],
    [`${MOVE}own-1//77120`, '177?00X?20KREF+k?21EREF+pay-?221?23SVWZ+x', 'pay-1'],
    [`${MOVE}own-1//77120`, '177?00X?20EREF+NOTPROVIDED?21SVWZ+x', 'own-1'],
    [`${MOVE}own-1//77120`, '177<00X<20EREF+pay-1<21SVWZ+x', 'pay-1'],
    [`${MOVE}own-1//77120`, '/TRTP/SEPA OVERBOEKING/IBAN/NL1/NAME/X/REMI/Y/EREF/pay-1', 'pay-1'],
    [`${MOVE}own-1//77120`, '/EREF/pay/1/MARF/M/REMI/Y', 'pay/1'],
    [`${MOVE}NONREF//77120`, 'free text', '77120'],
    [`${MOVE}NONREF`, 'free text', '2026-01-31/5/1/afe76c40f4c332c6'],
    [`${MOVE}NL47INGB9999999999//77120`, 'free text', '77120'],
    [`${MOVE}0000000//77120`, 'free text', '77120'],
    [':61:260131D1250,00NOV NONREF//77120', 'free text', '77120'],
    [':61:260131D1250,00NDV own-1', 'free text', 'own-1'],
    [':61:2601310131DR1250,00//77120', 'free text', '77120'],
  ])('%s with %s are about %s', (movement, information, payment) => {
    expect(subjects(given(entry(movement, information)))).toEqual([payment]);
  });

  it.each([
    [':61:2601310131C1250,00NTRFpay-1', 'X', [IN]],
    [':61:2601310131RC1250,00NTRFpay-1', 'X', [TAKEN_BACK]],
    [':61:2601310131EC1250,00NTRFpay-1', 'X', [{ ignored: 'EC: expected, not booked' }]],
    [':61:2601310131D0,00NTRFpay-1', 'X', [{ ignored: 'no money moved' }]],
    [':61:2601310131D1250,00NRTIpay-1', 'X', [TAKEN_BACK]],
    [':61:2601310131C1250,00NTRFpay-1', '051?00UEBERWEISUNG', [IN]],
    [':61:2601310131D1250,00NTRFpay-1', '009?00RUECKBELASTUNG', [TAKEN_BACK]],
    [':61:2601310131D1250,00NTRFpay-1', '109?00RUECKLASTSCHRIFT?20EREF+pay-1', [TAKEN_BACK]],
    [':61:2601310131C1250,00NRTIpay-1', 'X', [{ type: 'payment.settled', data: { amountMinor: -125_000 } }, { type: 'item.rejected', data: { item: 'pay-1', reason: 'NRTI' } }]],
    [':61:2601310131C1250,00NTRFx-1', '159?00RETOURE?20EREF+pay-1', [{ type: 'payment.settled', data: { amountMinor: -125_000 } }, { type: 'item.rejected', data: { item: 'pay-1', reason: '159' } }]],
  ])('%s with %s give what they say', (movement, information, expected) => {
    expect(shown(given(entry(movement, information))).slice(2)).toMatchObject(expected);
  });

  it.each([
    ['D1250,00NTRF', 'D1250,01NTRF', ['closing=EUR 750', 'closing=EUR 749.99']],
    ['D1250,00NTRF', 'C1250,00NTRF', ['closing=EUR 750', 'closing=EUR 3250']],
    ['D1250,00NTRF', 'D,50NTRF', ['closing=EUR 750', 'closing=EUR 1999.5']],
    ['C260131EUR750', 'D260131EUR750', ['closing=EUR -750', 'closing=EUR 750']],
    ['C260131EUR750', 'C260131USD750', ['closing=USD 750', 'closing=EUR 750']],
  ])('with %s made %s do not add up any more', (from, to, expected) => {
    expect(hashes(given(changed([from, to])))).toEqual(expected);
  });

  it('go on behind a line of information that is a dash, and end with it where they are cut off', () => {
    const dashed = [...LINES.slice(0, 6), '-', ...LINES.slice(6)];
    expect(shown(given(dashed))).toEqual(shown(given(LINES)));
    expect(shown(given([...LINES.slice(0, 6), '-', ...LINES]))).toMatchObject([{ rejected: '/lines/1/62' }, ...shown(given(LINES)).map((item) => ({ ...item, index: 1 }))]);
    expect(shown(given([...LINES, ':62F:C260131EUR750,00']))).toContainEqual(expect.objectContaining({ index: 1, rejected: '/lines/9/25' }));
  });

  const FEBRUARY = [':20:STARTUMS', ':25:10020030/1234567', ':28C:7/1', ':60F:C260131EUR750,00', ':62F:C260201EUR750,00', '-'];
  const follows = (result: ParseResult): unknown[] => hashes(result).filter((hash) => String(hash).startsWith('opening'));
  const SAME = ['opening=EUR 750', 'opening=EUR 750'];

  it('follow each other: the one opens with what the one before closed with', () => {
    expect(follows(given([...LINES, ...FEBRUARY]))).toEqual(SAME);
    const gap = FEBRUARY.map((line) => line.replace('750,00', '700,00'));
    expect(hashes(given([...LINES, ...gap])).slice(2)).toEqual(['closing=EUR 700', 'closing=EUR 700', 'opening=EUR 700', 'opening=EUR 750']);
  });

  it('sent again alone are the same ones as among others', () => {
    const together = shown(given([...LINES, ...FEBRUARY])).map((item) => ('id' in item ? item.id : ''));
    for (const lines of [LINES, FEBRUARY]) for (const item of shown(given(lines))) expect(together).toContain('id' in item ? item.id : '');
  });

  it('follow each other by their days, not by their places, and only on one account in one currency', () => {
    expect(follows(given([...FEBRUARY, ...LINES]))).toEqual(SAME);
    const uncounted = [...FEBRUARY, ...LINES].map((line) => line.replace(/^:28C:.*/, ':28C:1/1'));
    expect(follows(given(uncounted))).toEqual(SAME);
    const other = FEBRUARY.map((line) => line.replace('1234567', '7654321'));
    expect(follows(given([...LINES, ...other]))).toEqual([]);
    const dollars = FEBRUARY.map((line) => line.replace('EUR', 'USD'));
    expect(follows(given([...LINES, ...dollars]))).toEqual([]);
  });

  it('miss a page that is left out, whatever its balance', () => {
    const pages = [1, 3].flatMap((page) => FEBRUARY.map((line) => line.replace('7/1', `7/${page}`)));
    expect(follows(given(pages))).toEqual(['opening=EUR 750,page=3', 'opening=EUR 750,page=2']);
  });

  it('told twice in one body are one, two that are called alike are two, and equal movements are two bookings', () => {
    expect(shown(given([...LINES, ...LINES]))).toEqual([...shown(given(LINES)), { index: 1, ignored: 'the same statement was told before in this delivery' }]);
    const other = [...LINES, ...changed([MOVE, ':61:2601310131C1250,00NTRF'])];
    expect(keys(given(other))).toEqual([`${ACCOUNT}/2026-01-31/5/1`, `${ACCOUNT}/2026-01-31/5/1~2`]);
    const twice = [...LINES.slice(0, 4), `${MOVE}NONREF`, `${MOVE}NONREF`, ...LINES.slice(6)];
    expect(subjects(given(twice))).toEqual(['2026-01-31/5/1/29f427e9f03e0fcd', '2026-01-31/5/1/29f427e9f03e0fcd~2']);
  });

  it('with several sections under one reference are several statements of one account', () => {
    const sections = [...LINES.slice(0, -1), ':60F:C260131EUR750,00', ':62F:C260201EUR750,00', ':28C:6/1', ':60F:C260201EUR750,00', ':62F:C260202EUR750,00'];
    expect(keys(given(sections))).toEqual([
      `${ACCOUNT}/2026-01-31/5/1`,
      `${ACCOUNT}/2026-02-01/5/1`,
      `${ACCOUNT}/2026-02-02/6/1`,
    ]);
  });

  it.each([
    ['942', ['{1:F01X}{2:O9421200260131X}{4:', ...LINES]],
    ['942', ['942', ...LINES]],
    ['942', [':20:X', ':25:1', ':28C:1/1', ':34F:EURD0,', ':13D:2601311200+0100', `${MOVE}NONREF`, '-']],
    ['941', ['{1:F01X}{2:O9411200260131X}{4:', ...LINES]],
    ['103', ['{1:F01X}{2:O1031200260131X}{4:', ':20:X', ':32A:260131EUR1,', '-}']],
  ])('are not read from an MT%s', (type, lines) => {
    expect(shown(given(lines))).toEqual([{ index: 0, ignored: `MT${type}: no statement; the statement (MT940) tells what was booked` }]);
  });

  it('of type 950 are read, and the type of one message is not that of the next', () => {
    expect(hashes(given(['{1:F01X}{2:O9501200260131X}{4:', ...LINES]))).toEqual(['closing=EUR 750', 'closing=EUR 750']);
    expect(shown(given(['942', ...LINES, ...FEBRUARY]))).toMatchObject([{ index: 0, ignored: expect.anything() as unknown }, ...['sent', 'received'].map((side) => ({ index: 1, type: `transfer.${side}`, subject: `${ACCOUNT}/2026-02-01/7/1`, data: { hash: 'closing=EUR 750' } }))]);
  });

  it.each([
    ['no account', [[':25:10020030/1234567', ':25:']], '/lines/1/25'],
    ['no opening balance', [[':60F:', ':64:']], '/lines/1/60'],
    ['an opening balance that is none', [['C260130EUR', 'X260130EUR']], '/lines/4/60F'],
    ['an opening balance on a day that is none', [['C260130EUR', 'C260230EUR']], '/lines/4/60F'],
    ['a closing balance that is none', [['EUR750,00', 'EUR7,50,00']], '/lines/7/62F'],
    ['a movement that is none', [['D1250,00NTRF', 'X1250,00NTRF']], '/lines/5/61'],
    ['a movement of points and commas', [['D1250,00NTRF', 'D1.250,00NTRF']], '/lines/5/61'],
    ['a value date that is none', [[':61:260131', ':61:260231']], '/lines/5/61'],
    ['an entry date that is none', [['0131D', '0132D']], '/lines/5/61'],
    ['fractions of a cent', [['D1250,00NTRF', 'D1250,005NTRF']], '/lines/5/61'],
    ['sums that are none', [['-', ':90D:X']], '/lines/8/90D'],
  ])('with %s are refused at their line', (_what, changes, pointer) => {
    const lines = changes[0]?.[0] === '-' ? [...LINES.slice(0, -1), ':90D:X'] : changed(...(changes as [string, string][]));
    expect(shown(given(lines))).toMatchObject([{ index: 0, rejected: pointer }]);
  });

  it('that are none at all are refused as a whole', () => {
    expect(fault(given(['hello', 'world']))).toEqual({ pointer: '/lines/2', message: 'holds no field such as :20:; send an MT940 statement' });
  });

  it('that are more than the limit are sent in several deliveries', () => {
    const many = [...LINES.slice(0, 4), ...Array.from({ length: mt940.limits.items }, () => ':61:260131D1,NTRFX'), ...LINES.slice(6)];
    expect(given(many)).toMatchObject({ outcome: 'too-large' });
  });
});
