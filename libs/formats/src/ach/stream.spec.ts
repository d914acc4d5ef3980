import { hash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ach } from '../ach.format.js';
import type { FormatStream, ParsedItem, ParseResult, StreamStep } from '../format.js';
import { sampleBytes, sampleFiles, sampleText, send } from '../samples.testkit.js';
import { partsOf, pieces, streamed } from '../stream.testkit.js';

const REQUEST = { headers: {}, contentType: 'text/plain', feed: { name: 'test-feed', system: 'test-system' } };
const opened = (contentType = 'text/plain'): FormatStream => ach.stream!({ ...REQUEST, contentType })!;
const files = sampleFiles('ach');
const bytesOf = (file: string): Uint8Array => (file.endsWith('.gz') ? gunzipSync(sampleBytes('ach', file)) : sampleBytes('ach', file));

/** What a stream makes of it, as `parse` would say it; batches are told before their file. */
function result(steps: readonly StreamStep[]): ParseResult {
  const refused = steps.find((step) => step.kind === 'refused');
  if (refused !== undefined) return refused.result;
  const items = steps.flatMap((step): readonly ParsedItem[] => (step.kind === 'told' ? step.items : []));
  return { outcome: 'items', items: items.toSorted((a, b) => a.index - b.index) };
}
const atOnce = (bytes: Uint8Array): ParseResult => send(ach, bytes, { contentType: 'text/plain' });
const told = (steps: readonly StreamStep[]): Extract<StreamStep, { kind: 'told' }>[] => steps.filter((step) => step.kind === 'told');
const joined = (steps: readonly StreamStep[]): Buffer => Buffer.concat(partsOf(steps));

/** A payroll of so many batches with so many entries each, whose totals agree. */
function payroll(batches: number, entries: number): string {
  const lines = ['101 231380104 1210428822601311200A094101Federal Reserve Bank   Larkspur Payroll       '];
  const digits = (value: number, width: number): string => String(value).padStart(width, '0').slice(-width);
  for (let batch = 1; batch <= batches; batch += 1) {
    lines.push(`5220Larkspur Payroll                    121042882 PPDPAYROLL         260202   112104288${digits(batch, 7)}`.padEnd(94, '0'));
    for (let entry = 1; entry <= entries; entry += 1) lines.push(`622231380104987654321        0000000100W-1042         Ines Example            012104288${digits(entry, 7)}`);
    lines.push(`8220${digits(entries, 6)}${digits(23_138_010 * entries, 10)}${digits(0, 12)}${digits(100 * entries, 12)}121042882                          12104288${digits(batch, 7)}`);
  }
  lines.push(`9${digits(batches, 6)}${digits(Math.ceil((2 + batches * (entries + 2)) / 10), 6)}${digits(batches * entries, 8)}${digits(23_138_010 * entries * batches, 10)}${digits(0, 12)}${digits(100 * entries * batches, 12)}`);
  return `${lines.join('\n')}\n`;
}

describe('ACH files that come piece by piece', () => {
  it.each(files)('%s says what it says when it is read at once', (file) => {
    const bytes = bytesOf(file);
    for (const sizes of [[bytes.length], [65_536], [1_000, 1, 93, 94]]) {
      const steps = streamed(opened(), pieces(bytes, sizes));
      expect(result(steps)).toEqual(atOnce(bytes));
      if (steps.every(({ kind }) => kind !== 'refused')) expect(joined(steps).equals(bytes)).toBe(true);
    }
  });

  it('say the same however they are cut, changed, with other line ends, or without any', () => {
    const bodies = files.filter((file) => !file.endsWith('.gz')).map((file) => sampleText('ach', file).slice(0, 4_000));
    const body = fc.record({
      text: fc.constantFrom(...bodies, ach.sample.body, `${ach.sample.body}\n${'9'.repeat(94)}\n${ach.sample.body.replace('A094101', 'B094101')}`),
      ends: fc.constantFrom('\n', '\r\n', '   \n', ''),
      at: fc.nat(),
      put: fc.oneof(fc.uint8Array({ maxLength: 4 }), fc.constantFrom(Buffer.from('\n'), Buffer.alloc(500, 0x20), Buffer.alloc(500, 0x41))),
      drop: fc.nat({ max: 100 }),
    });
    fc.assert(
      fc.property(body, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), ({ text, ends, at, put, drop }, sizes) => {
        const whole = Buffer.from(ends === '' ? text.split('\n').map((line) => line.padEnd(94)).join('') : text.replaceAll('\n', ends));
        const from = at % (whole.length + 1);
        const bytes = Buffer.concat([whole.subarray(0, from), put, whole.subarray(from + drop)]);
        const steps = streamed(opened(), pieces(bytes, sizes));
        expect(result(steps)).toEqual(atOnce(bytes));
        expect(steps.filter(({ kind }) => kind === 'announced')).toEqual(
          result(steps).outcome === 'items' ? [{ kind: 'announced', items: told(steps).reduce((sum, { items }) => sum + items.length, 0) }] : [],
        );
      }),
    );
  });

  const LARGE = Buffer.from(payroll(40, 1_000));

  it('are kept in the same parts however they come, which end with a batch where one ends', () => {
    const [whole, cut] = [streamed(opened(), [LARGE]), streamed(opened(), pieces(LARGE, [65_536, 7, 1_000]))];
    const sums = (steps: readonly StreamStep[]): string[] => partsOf(steps).map((part) => hash('sha256', part));
    expect(sums(cut)).toEqual(sums(whole));
    expect(joined(whole).equals(LARGE)).toBe(true);
    expect(told(cut)).toEqual(told(whole));
    expect(partsOf(whole).length).toBe(14);
    for (const part of partsOf(whole).slice(0, -1)) expect(Buffer.from(part).toString().trimEnd().split('\n').at(-1)).toMatch(/^8/);
  });

  it('tell each total with the part that holds its control record, and the file when all its batches are told', () => {
    const steps = streamed(opened(), pieces(LARGE, [65_536]));
    const parts = partsOf(steps).map((part) => Buffer.from(part).toString());
    expect(told(steps).at(-1)?.items.slice(-2).map(({ index }) => index)).toEqual([0, 0]);
    for (const { part, items } of told(steps)) {
      for (const item of items) {
        const batch = item.kind === 'event' ? /\/(\d{7})/.exec(item.event.subject ?? '')?.[1] : undefined;
        expect(parts[part]).toMatch(new RegExp(batch === undefined ? '^9000040' : `^8.*${batch}$`, 'm'));
      }
    }
  });

  it('that are cut off tell nothing, whatever came before the cut', () => {
    const stream = opened();
    const steps = [...stream.take(LARGE.subarray(0, -20)), ...stream.end()];
    expect(steps.map(({ kind }) => kind)).toEqual([...Array.from({ length: 13 }, () => 'part'), 'refused']);
    expect(result(steps)).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '/lines/40082/debits' }] });
    const second = opened();
    const two = [...second.take(Buffer.concat([LARGE, LARGE.subarray(0, 1_000)])), ...second.end()];
    expect(two.filter(({ kind }) => kind !== 'part')).toMatchObject([{ kind: 'refused' }]);
  });

  it('whose end never comes tell nothing', () => {
    const stream = opened();
    expect([...stream.take(LARGE)].filter(({ kind }) => kind !== 'part')).toEqual([]);
  });

  it('with more batches than are taken are refused at the first that is too many', () => {
    const steps = streamed(opened(), pieces(Buffer.from(payroll(20_000, 0)), [65_536]));
    expect(result(steps)).toEqual({ outcome: 'too-large', message: 'more than 20000 items in one delivery; send them in several' });
  });

  it('with a line that never ends are kept in bounded parts and refused', () => {
    const blanks = Buffer.alloc(5_000_000, 0x20);
    const spaced = streamed(opened(), pieces(Buffer.concat([Buffer.from('\n'), blanks, Buffer.from(`\n${ach.sample.body}`)]), [65_536]));
    expect(partsOf(spaced).map((part) => part.length)).toEqual([2_097_152, 2_097_152, expect.any(Number), 55]);
    expect(result(spaced)).toMatchObject({ outcome: 'items' });
    const long = streamed(opened(), pieces(Buffer.concat([Buffer.from('\n'), Buffer.alloc(5_000_000, 0x41)]), [65_536]));
    expect(result(long)).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '/lines/2' }] });
  });

  it('in a zone that is not known are refused', () => {
    expect([...opened('text/plain; timezone=Nowhere').take(LARGE)]).toMatchObject([{ kind: 'refused', result: { outcome: 'malformed' } }]);
  });
});
