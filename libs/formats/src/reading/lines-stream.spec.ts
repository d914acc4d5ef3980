import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cloudevents } from '../cloudevents.format.js';
import type { ParsedItem, StreamStep } from '../format.js';
import { partsOf, pieces, streamed } from '../stream.testkit.js';
import { ignored } from './items.js';
import { streamLines } from './lines-stream.js';
import { readRecords, type RecordRules } from './records.js';

const NDJSON = { headers: {}, contentType: 'application/x-ndjson', feed: { name: 'f', system: 's' } };
const rules = (change: Partial<RecordRules['limits']> = {}): RecordRules => ({
  limits: { bodyBytes: 1_000_000_000, items: 1_000_000, lineBytes: 40, stream: { bytes: 1_000_000_000, items: 1_000_000 }, ...change },
  bigNumbers: 'refuse',
  map: (record) => ignored(JSON.stringify(record)),
});

const atOnce = (bytes: Uint8Array, of: RecordRules): readonly ParsedItem[] => {
  const result = readRecords({ ...NDJSON, rawBody: bytes }, of);
  if (result.outcome !== 'items') throw new Error(result.outcome);
  return result.items;
};
const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes);
const itemsOf = (steps: readonly StreamStep[]): readonly ParsedItem[] => steps.flatMap((step) => ('items' in step && typeof step.items !== 'number' ? step.items : []));

describe('lines that come piece by piece', () => {
  const line = fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc.constantFrom('{}', '', '  \t', '\r', '{"a":1}\r', '{"a":', '[1]', '{"a":1,"a":2}', `{"long":"${'x'.repeat(60)}"}`, ' '.repeat(60)),
    fc.string({ maxLength: 50, unit: 'binary' }),
  );
  const body = fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join('\n')));

  it('give what they give when they are read at once, however they are cut', () => {
    fc.assert(
      fc.property(body, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (bytes, sizes) => {
        const steps = streamed(streamLines(NDJSON, rules()), pieces(bytes, sizes));
        expect(itemsOf(steps)).toEqual(atOnce(bytes, rules()));
        expect(Buffer.concat(partsOf(steps)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('make the same parts of the same bytes, each ending with a line', () => {
    const text = Array.from({ length: 30_000 }, (_, at) => `{"n":${at},"pad":"${'x'.repeat(at % 97)}"}`).join('\n');
    const bytes = Buffer.from(`${text}\n`);
    const of = rules({ lineBytes: 200 });
    const whole = streamed(streamLines(NDJSON, of), [bytes]);
    const cut = streamed(streamLines(NDJSON, of), pieces(bytes, [65_536, 1, 4_096, 7]));
    expect(partsOf(cut).map(sha256)).toEqual(partsOf(whole).map(sha256));
    expect(itemsOf(cut)).toEqual(itemsOf(whole));
    expect(partsOf(whole).length).toBe(15);
    for (const part of partsOf(whole)) expect(Buffer.from(part).at(-1)).toBe(0x0a);
    expect(Buffer.concat(partsOf(whole)).equals(bytes)).toBe(true);
    expect(itemsOf(whole)).toEqual(atOnce(bytes, of));
  });

  it('are cut in a line that is longer than any may be, which is refused and costs its neighbours nothing', () => {
    const bytes = Buffer.from(`{"a":1}\n{"b":"${'x'.repeat(3_000_000)}"}\n{"c":1}\n`);
    const steps = streamed(streamLines(NDJSON, rules()), pieces(bytes, [65_536]));
    expect(itemsOf(steps)).toEqual([
      { kind: 'ignored', index: 0, reason: '{"a":1}' },
      { kind: 'rejected', index: 1, pointer: '', message: 'line 2 has 3000008 bytes; at most 40 are read' },
      { kind: 'ignored', index: 2, reason: '{"c":1}' },
    ]);
    expect(steps.map((step) => (step.kind === 'part' ? step.open : step.kind))).toEqual([true, true, false]);
    expect(Buffer.concat(partsOf(steps)).equals(bytes)).toBe(true);
  });

  it('are refused where there are too many, and nothing comes after that', () => {
    const stream = streamLines(NDJSON, rules({ stream: { bytes: 1_000, items: 2 } }));
    expect([...stream.take(Buffer.from('{}\n{}\n{}\n{}\n'))]).toEqual([
      { kind: 'refused', result: { outcome: 'too-large', message: 'more than 2 items in one delivery; send them in several' } },
    ]);
    expect([...stream.take(Buffer.from('{}\n')), ...stream.end()]).toEqual([]);
  });

  it('are refused in a charset that is not read', () => {
    const stream = streamLines({ ...NDJSON, contentType: 'application/x-ndjson; charset=utf-16' }, rules());
    expect([...stream.take(Buffer.from('{}\n'))]).toMatchObject([{ kind: 'refused', result: { outcome: 'malformed' } }]);
  });
});

describe('CloudEvents', () => {
  it('come as a stream when they are lines, and not in other content types', () => {
    const types = ['application/x-ndjson', 'application/jsonl; charset=utf-8', 'application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
    const streams = types.map((contentType) => cloudevents.stream?.({ ...NDJSON, contentType }) !== undefined);
    expect(streams).toEqual([true, true, false, false, false]);
    expect(cloudevents.stream?.({ ...NDJSON, headers: { 'ce-id': '1', 'ce-specversion': '1.0', 'ce-type': 't', 'ce-source': 's' } })).toBeUndefined();
  });
});
