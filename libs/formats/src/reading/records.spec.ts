import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@tickmark/contracts';
import type { ParseResult } from '../format.js';
import { ignored } from './items.js';
import { readRecords, type RecordRules } from './records.js';

const limits = { bodyBytes: 1_000, items: 3 };
const map: RecordRules['map'] = (record: JsonObject, { index, envelope }) => ignored(`${index} ${JSON.stringify(record)} ${JSON.stringify(envelope?.next ?? null)}`);
const read = (body: string, contentType = 'application/json'): ParseResult =>
  readRecords(
    { headers: {}, rawBody: Buffer.from(body), contentType, feed: { name: 'f', system: 's' } },
    { limits, bigNumbers: 'text', lists: ['Records', 'items'], map },
  );
const reasons = (result: ParseResult): unknown[] => (result.outcome === 'items' ? result.items.map((item) => (item.kind === 'ignored' ? item.reason : item)) : [result]);

describe('records of a body', () => {
  it('are the one object, the items of an array, or of a list in an envelope', () => {
    expect(reasons(read('{"a":1}'))).toEqual(['0 {"a":1} null']);
    expect(reasons(read('[{"a":1},{"b":2}]'))).toEqual(['0 {"a":1} null', '1 {"b":2} null']);
    expect(reasons(read('{"items":[{"a":1}],"next":"n"}'))).toEqual(['0 {"a":1} "n"']);
    expect(reasons(read('{"Records":"no list"}'))).toEqual(['0 {"Records":"no list"} null']);
    expect(reasons(read('{"Records":[]}'))).toEqual([]);
  });

  it('are lines, also when the file says that it is JSON', () => {
    expect(reasons(read('{"a":1}\n{"b":2}\n'))).toEqual(['0 {"a":1} null', '1 {"b":2} null']);
    expect(read('{"a":1} {"b":2}')).toMatchObject({ outcome: 'malformed' });
  });

  it('are refused one by one, with the pointer into the record', () => {
    expect(reasons(read('[{"a":{"b":1,"b":2}},{"c":3},4]'))).toEqual([
      { kind: 'rejected', index: 0, pointer: '/a/b', message: 'this name stands twice in one object; send it once' },
      '1 {"c":3} null',
      { kind: 'rejected', index: 2, pointer: '', message: 'expected an object' },
    ]);
    expect(reasons(read('{"items":[{"a":1},{"a":1,"a":2,"\\u0000":3}]}'))).toMatchObject(['0 {"a":1} null', { index: 1, pointer: '/a' }]);
    expect(reasons(read('["\\u0000"]'))).toMatchObject([{ index: 0, pointer: '' }]);
    expect(reasons(read('{"a":1,"a":2}'))).toMatchObject([{ index: 0, pointer: '/a' }]);
    expect(reasons(read('{"a":1}\n{"b":1,"b":2}'))).toMatchObject(['0 {"a":1} null', { index: 1, pointer: '/b' }]);
  });

  it('are refused together when the fault lies outside of them', () => {
    expect(read('{"items":[{"a":1}],"next":1,"next":2}')).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '/next' }] });
    expect(read('{"items":[{"a":1}],"items":[]}')).toMatchObject({ outcome: 'malformed', faults: [{ pointer: '/items' }] });
    expect(read('[]', 'application/json; charset=utf-16')).toMatchObject({ outcome: 'malformed' });
  });

  it('of a line may give more results than a call takes arguments', () => {
    const many = Array.from({ length: 200_000 }, () => ignored('x'));
    const results = (body: string) => readRecords({ headers: {}, rawBody: Buffer.from(body), contentType: 'application/x-ndjson', feed: { name: 'f', system: 's' } }, { limits, bigNumbers: 'text', map: () => many });
    expect(reasons(results('{}')).length).toBe(200_000);
    expect(results('{}\n{}')).toMatchObject({ outcome: 'too-large', message: 'more than 200000 items in one delivery; send them in several' });
  });

  it('of few records may not become more than a process can hold', () => {
    const many = Array.from({ length: 100_001 }, () => ignored('x'));
    const results = (body: string) => readRecords({ headers: {}, rawBody: Buffer.from(body), contentType: 'application/json', feed: { name: 'f', system: 's' } }, { limits, bigNumbers: 'text', map: () => many });
    expect(reasons(results('[{}]')).length).toBe(100_001);
    expect(results('[{},{}]').outcome).toBe('too-large');
  });

  it('are no more than the limit', () => {
    expect(read('[{},{},{},{}]').outcome).toBe('too-large');
    expect(read('{}\n{}\n{}\n{}').outcome).toBe('too-large');
    expect(read('[{},{},{}]').outcome).toBe('items');
  });
});
