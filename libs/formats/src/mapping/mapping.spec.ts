import { loadMappings, type EventType, type MappingDefinition } from '@tickmark/catalogue';
import { valueTypeOfSchema } from '@tickmark/expressions';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Format } from '../format.js';
import { describeFormat } from '../registry.js';
import { send } from '../samples.testkit.js';
import { formatOfMapping } from './mapping-format.js';
import { runMappingTests } from './run-mapping-tests.js';

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['worker', 'status'],
  properties: {
    worker: { type: 'string', maxLength: 16 },
    status: { type: 'string', enum: ['active', 'left'] },
    since: { type: 'string', format: 'date-time' },
    hours: { type: 'integer', minimum: 0 },
    system: { type: 'string', maxLength: 64 },
  },
};
const TYPE: EventType = { id: 'own.worker', title: 'Worker', subject: 'worker', schema, examples: [], valueType: valueTypeOfSchema(schema), reserved: false };
const TESTS = `tests:
  - name: all
    given: none
    expect: [{type: own.worker, id: x, data: {}}, {refused: /x}]
`;

function mappingOf(input: string, data: string, rest = ''): MappingDefinition {
  const text = `id: own\ntitle: Own\ninput: ${input}\n${rest}events:\n  - type: own.worker\n    id: row.worker\n    source: /own\n    data: ${data}\n${TESTS}`;
  const { mappings, faults } = loadMappings([{ role: 'mapping', path: 'own.yaml', text }], new Map([[TYPE.id, TYPE]]), new Set());
  const mapping = mappings.get('own');
  if (mapping === undefined) throw new Error(JSON.stringify(faults));
  return mapping;
}

const DATA = '{worker: row.worker, status: {value: row.status, words: {A: active, L: left}}, since: {value: row.since, when: has(row.since)}}';
const JSON_FORMAT = formatOfMapping(mappingOf('{kind: json}', DATA));
const CSV_FORMAT = formatOfMapping(mappingOf('{kind: csv, delimiter: ";", columns: {worker: ID, status: State, since: {header: Since, date: DD.MM.YYYY}}}', DATA.replace('value: row.since', 'value: row.since + "T00:00:00Z"')));

/** `worker:status` of an event, `index pointer message` of what is refused. */
function told(format: Format, body: string, contentType = format.contentTypes[0] ?? ''): readonly string[] {
  const result = send(format, body, { contentType, headers: {} });
  if (result.outcome === 'too-large') return [result.message];
  if (result.outcome === 'malformed') return result.faults.map(({ pointer, message }) => `body ${pointer} ${message}`);
  return result.items.map((item) => {
    if (item.kind === 'event') return JSON.stringify(item.event.data);
    return item.kind === 'ignored' ? `${item.index} ignored ${item.reason}` : `${item.index} ${item.pointer} ${item.message}`;
  });
}

describe('a mapping of JSON', () => {
  const one = '{"worker": "w1", "status": "A"}';

  it.each([
    ['one object', one, 'application/json'],
    ['an array', `[${one}]`, 'application/json'],
    ['lines', `${one}\n`, 'application/x-ndjson'],
  ])('reads %s', (_, body, contentType) => {
    expect(told(JSON_FORMAT, body, contentType)).toEqual(['{"worker":"w1","status":"active"}']);
  });

  it('refuses an item by the path of its fault and keeps its neighbours', () => {
    const body = `[${one}, {"status": "A"}, {"worker": null, "status": "A"}, {"worker": "w2", "status": "Z"}, {"worker": 5, "status": "A"},
      {"worker": "w3", "status": "L", "since": "today"}, {"worker": "far too long for its type", "status": "A"}, 7, {"worker": "w4", "status": "A", "n": 12345678901234567890}]`;
    expect(told(JSON_FORMAT, body)).toEqual([
      '{"worker":"w1","status":"active"}',
      '1 /worker is missing',
      '2 /worker is missing',
      '3 /status is "Z", which the mapping\'s words do not know (A, L)',
      '4 /worker is no text',
      '5 /since does not fit own.worker: /since must be an RFC 3339 time such as 2026-01-31T12:00:00Z',
      '6 /worker does not fit own.worker: /worker must be at most 16 characters',
      '7  expected an object',
      '8 /n is a number beyond ±(2^53 - 1) that cannot be kept exactly; send it as text',
    ]);
  });

  it('reads a list under a path, and what is said once beside it', () => {
    const format = formatOfMapping(mappingOf('{kind: json, list: [data, "it/ems"]}', '{worker: row.worker, status: \'"active"\', system: envelope.system + "/" + feed.name}'));
    const inside = (items: string): string => `{"data": {"system": "erp", "it/ems": ${items}}}`;
    expect(told(format, inside('[{"worker": "w1"}, {"worker": "w2", "n": 12345678901234567890}, 5]'))).toEqual([
      '{"worker":"w1","status":"active","system":"erp/test-feed"}',
      '1 /n is a number beyond ±(2^53 - 1) that cannot be kept exactly; send it as text',
      '2  expected an object',
    ]);
    expect(told(format, inside('{}'))).toEqual(['body /data/it~1ems is no list; the mapping reads its items from there']);
    expect(told(format, '{"data": {}}')).toEqual(['body /data/it~1ems is missing; the mapping reads its list from there']);
  });

  it('takes a default only for a field that is missing', () => {
    const format = formatOfMapping(mappingOf('{kind: json}', '{worker: row.worker, status: \'"left"\', hours: {value: row.time.hours, default: 0}}'));
    expect(told(format, '[{"worker": "w1"}, {"worker": "w2", "time": {"hours": 3}}, {"worker": "w3", "time": {"hours": "3"}}, {"worker": "w4", "time": {"hours": null}}]')).toEqual([
      '{"worker":"w1","status":"left","hours":0}',
      '{"worker":"w2","status":"left","hours":3}',
      '2 /time/hours does not fit own.worker: /hours must be a whole number',
      '{"worker":"w4","status":"left","hours":0}',
    ]);
  });

  it('never passes over an item that it does not speak of', () => {
    const mapping = mappingOf('{kind: json}', DATA, 'ignore: [{when: row.status == "X", reason: known to be of no use}]\n');
    const narrow = { ...mapping, events: [] };
    expect(told(formatOfMapping(narrow), '[{"worker": "w1", "status": "X"}, {"worker": "w1", "status": "A"}]')).toEqual([
      '0 ignored known to be of no use',
      '1  no event of the mapping fits this item; add one, or an "ignore" with the reason',
    ]);
  });

  it('refuses what expressions could not walk in bounded time', () => {
    const list = JSON.stringify(Array.from({ length: 10_001 }, () => 1));
    expect(told(JSON_FORMAT, `[{"worker": "w1", "status": "A", "list": ${list}}, {"worker": "w1", "status": "A", "text": "${'x'.repeat(65_537)}"}]`)).toEqual([
      '0 /list has more than 10000 items; send them as items of their own',
      '1 /text is longer than 65536 characters; leave it out',
    ]);
    expect(told(JSON_FORMAT, '{}\n'.repeat(10_001), 'application/x-ndjson')).toEqual(['more than 10000 items in one delivery; send them in several']);
  });
});

describe('a mapping of CSV', () => {
  it('reads cells by their header, dates as they are written, an empty cell as missing', () => {
    expect(told(CSV_FORMAT, 'Since;ID;Other;State\n1.3.2026;w1;x;A\n;w2;;L\n31.02.2026;w3;;A\n;;;A\n;w4;A\n')).toEqual([
      '{"worker":"w1","status":"active","since":"2026-03-01T00:00:00Z"}',
      '{"worker":"w2","status":"left"}',
      '2 /Since is no date written DD.MM.YYYY; write it so, or change the column\'s "date" in the mapping',
      '3 /ID is missing',
      '4  has 3 fields, the header line 4; quote fields that hold the separator',
    ]);
  });

  it('refuses a file without a column that it reads, for what is told there would be lost', () => {
    expect(told(CSV_FORMAT, 'ID;State\nw1;A\n')).toEqual(['body  the header line has no column Since']);
  });
});

it('any bytes give an answer within the union, whatever the mapping', () => {
  const bodies = fc.oneof(fc.uint8Array({ maxLength: 500 }), fc.json({ maxDepth: 4 }), fc.array(fc.string()).map((rows) => `Since;ID;State\n${rows.join('\n')}`));
  fc.assert(
    fc.property(bodies, fc.constantFrom(JSON_FORMAT, CSV_FORMAT), (body, format) => {
      for (const contentType of format.contentTypes) {
        const result = send(format, body, { contentType, headers: {} });
        const items = result.outcome === 'items' ? result.items : [];
        expect(items.filter((item) => item.kind === 'rejected' && item.pointer !== '' && !item.pointer.startsWith('/'))).toEqual([]);
      }
    }),
    { numRuns: 500 },
  );
});

it('a field of the program is no field of an item', () => {
  expect(told(JSON_FORMAT, '[{"status": "A", "constructor": 1}, {"worker": "w1", "status": "constructor"}]')).toEqual([
    '0 /worker is missing',
    '1 /status is "constructor", which the mapping\'s words do not know (A, L)',
  ]);
});

it('is described like any other format, by the sample that its first test gives', () => {
  const mapping = mappingOf('{kind: json}', DATA);
  expect(describeFormat(formatOfMapping(mapping))).toMatchObject({ name: 'own', contentTypes: expect.arrayContaining(['application/json']) as unknown, authentication: [{ kind: 'bearer' }], sample: { body: 'none' } });
});

it('a test of a mapping that does not hold shows what came out', () => {
  const mapping = mappingOf('{kind: json}', DATA);
  const given = '[{"worker": "w1", "status": "A"}, {"status": "A"}, {"worker": "w2", "status": "A"}]';
  const test = { name: 'x', given, feed: { name: 'f', system: 's' }, line: 1, expect: [{ event: { type: 'own.worker', id: 'w1', data: { worker: 'w1', status: 'left' } } }, { refused: '/worker', message: 'missing' }] };
  const [result] = runMappingTests({ ...mapping, tests: [test] });
  expect(result?.holds).toBe(false);
  expect(result?.lines.map(({ holds, got }) => [holds, got])).toEqual([
    [false, '{"type":"own.worker","id":"w1","data":{"worker":"w1","status":"active"}}'],
    [true, '{"refused":"/worker","item":1,"message":"is missing"}'],
    [false, '{"type":"own.worker","id":"w2","data":{"worker":"w2","status":"active"}}'],
  ]);
});
