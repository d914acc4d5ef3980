/*
 * What every format has to hold, whichever tool it is for: it stays within its union on any bytes, and its sample and
 * its table are what its page shows.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { acceptsContentType, type Format, type Headers, type ParsedItem, type ParseResult } from './format.js';
import { describeFormat, formatById, FORMATS } from './registry.js';
import { MAX_ATTRIBUTE_BYTES } from './reading/items.js';
import { JSON_LINES_TYPES } from './reading/records.js';
import { catalogueFaults, cpuMsOf, sampleBytes, sampleFiles, send, shown } from './samples.testkit.js';

const RUNS = 1_000;
const named = FORMATS.map((format): [string, Format] => [format.id, format]);
const page = (id: string): string => readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'how-to', `connect-${id}.md`), 'utf8');

/** Whatever was sent: an answer of the union, with pointers, and nothing that cannot be kept. */
function expectSound(result: ParseResult, format: Format): void {
  // One expectation a run: a thousand runs of hundreds of items would otherwise spend their time in it.
  expect(violations(result, format)).toEqual([]);
}

function violations(result: ParseResult, format: Format): string[] {
  if (result.outcome === 'too-large') return result.message === '' ? ['no message'] : [];
  if (result.outcome === 'items') return result.items.flatMap((item) => itemViolations(item, format));
  if (result.faults.length === 0) return ['no fault'];
  return result.faults.filter((fault) => !isPointer(fault.pointer) || fault.message.length > 2_000).map((fault) => JSON.stringify(fault));
}

const isPointer = (text: string): boolean => text === '' || text.startsWith('/');

function itemViolations(item: ParsedItem, format: Format): string[] {
  if (item.index >= format.limits.items) return [`index ${item.index}`];
  if (item.kind === 'ignored') return item.reason === '' || item.reason.length > 2_000 ? ['bad reason'] : [];
  if (item.kind === 'rejected') return isPointer(item.pointer) && item.message.length < 2_000 ? [] : [JSON.stringify(item)];
  const { event } = item;
  const lengths = (['id', 'source', 'type', 'subject'] as const).filter((name) => {
    const value = event[name];
    return value !== undefined && (value === '' || Buffer.byteLength(value) > MAX_ATTRIBUTE_BYTES[name]);
  });
  return event.timeMs === undefined || Number.isInteger(event.timeMs) ? lengths : [...lengths, 'time'];
}

describe('the registry', () => {
  it('is what the folder holds, in alphabetical order', () => {
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.format.ts'));
    expect(FORMATS.map(({ id }) => `${id}.format.ts`)).toEqual(files.sort());
  });

  it('finds a format by its id and knows no other', () => {
    for (const format of FORMATS) expect(formatById(format.id)).toBe(format);
    expect(formatById('constructor')).toBeUndefined();
  });

  it('describes a format without its functions', () => {
    for (const format of FORMATS) {
      const description = describeFormat(format);
      expect(JSON.parse(JSON.stringify(description))).toEqual(description);
      expect(description.name).toBe(format.id);
    }
  });
});

describe.each(named)('%s', (id, format) => {
  const headers: Headers = format.sample.headers;
  const contentType = format.sample.contentType;
  // All names of JSON lines are read alike: one stands for them.
  const contentTypes = format.contentTypes.filter((type) => !JSON_LINES_TYPES.slice(1).includes(type));
  const realFiles = sampleFiles(id).filter((file) => /\.(json|csv|log|jsonl|ach|xml|txt|sta|yaml|sarif)$/.test(file));

  it('has a real and a broken sample and a spec of its own', () => {
    expect(sampleFiles(id).some((file) => file.startsWith('broken.'))).toBe(true);
    expect(sampleFiles(id).some((file) => !file.startsWith('broken.'))).toBe(true);
    expect(existsSync(join(import.meta.dirname, `${id}.format.spec.ts`))).toBe(true);
  });

  it('takes the sample that it shows: events, nothing refused', () => {
    expect(acceptsContentType(format, { headers: { ...headers, 'content-type': contentType }, contentType })).toBe(true);
    const result = send(format, format.sample.body, { contentType, headers });
    expect(catalogueFaults(result)).toEqual([]);
    const all = shown(result);
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter((item) => !('type' in item))).toEqual([]);
  });

  it('has its outcome words and its sample on its page', () => {
    const text = page(id);
    for (const { theirs, ours, why } of format.words) expect(text).toContain(`| ${theirs} | ${ours} | ${why} |`);
    expect(text).toContain(format.sample.contentType);
  });

  it('stays within its union on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom(...contentTypes), (bytes, type) => {
        expectSound(send(format, bytes, { contentType: type, headers }), format);
      }),
      { numRuns: RUNS },
    );
  });

  it('stays within its union on any JSON', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(...contentTypes), (text, type) => {
        expectSound(send(format, text, { contentType: type, headers }), format);
      }),
      { numRuns: RUNS },
    );
  });

  it('stays within its union on its own samples with bytes changed, cut and doubled', () => {
    const bodies = [Buffer.from(format.sample.body), ...realFiles.map((file) => Buffer.from(sampleBytes(id, file)).subarray(0, 4_000))];
    const change = fc.record({ body: fc.constantFrom(...bodies), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 8 }), drop: fc.nat({ max: 40 }) });
    fc.assert(
      fc.property(change, fc.constantFrom(...contentTypes), ({ body, at, bytes, drop }, type) => {
        const from = at % (body.length + 1);
        const mutated = Buffer.concat([body.subarray(0, from), bytes, body.subarray(from + drop)]);
        expectSound(send(format, mutated, { contentType: type, headers }), format);
      }),
      { numRuns: RUNS },
    );
  });

  it('stays within its union when any field of its sample has another type', () => {
    const replacement = fc.constantFrom<unknown>(null, true, -1, 1.5, 1e300, '', 'x', '\u0000', '9'.repeat(600), [], [[]], {}, { a: {} });
    fc.assert(
      fc.property(fc.nat(), replacement, (at, value) => {
        expectSound(send(format, withField(format.sample.body, at, value), { contentType, headers }), format);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['100,000 levels of arrays', (): string => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 levels of objects', (): string => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['a text of 10 MB', (): string => `{"a":"${'x'.repeat(10_000_000)}"}`],
    ['a name of 10 MB', (): string => `{"${'x'.repeat(10_000_000)}":1}`],
    ['a prototype', (): string => '[{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}]'],
    ['200,000 brackets', (): string => '[]'.repeat(200_000)],
    ['200,000 lines', (): string => '{}\n'.repeat(200_000)],
    ['200,000 separators', (): string => ';'.repeat(200_000)],
    ['200,000 quotes', (): string => '"'.repeat(200_000)],
  ])('survives %s in bounded time', (_what, make) => {
    const body = Buffer.from(make());
    for (const type of contentTypes) {
      expect(cpuMsOf(() => expectSound(send(format, body, { contentType: type, headers }), format))).toBeLessThan(5_000);
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

/** The sample's JSON with the value of its `at`-th field or item replaced; other texts get a piece replaced. */
function withField(body: string, at: number, value: unknown): string {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    const lines = body.split('\n');
    lines[at % lines.length] = typeof value === 'string' ? value : JSON.stringify(value);
    return lines.join('\n');
  }
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const name of Object.keys(node)) {
      places.push([node as Record<string, unknown>, name]);
      visit((node as Record<string, unknown>)[name]);
    }
  };
  visit(document);
  const place = places[at % places.length];
  if (place !== undefined) place[0][place[1]] = value;
  return JSON.stringify(document);
}
