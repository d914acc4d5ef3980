import { describe, expect, it } from '@jest/globals';
import { cloudevents } from './cloudevents.format.js';
import { acceptsContentType } from './format.js';
import { send, shown } from './samples.testkit.js';

const STRUCTURED = 'application/cloudevents+json';
const base = { specversion: '1.0', id: 'e1', source: '/erp', type: 'ledger.batch-sent' };
const one = (fields: object): unknown => shown(send(cloudevents, JSON.stringify({ ...base, ...fields }), { contentType: STRUCTURED }))[0];
const binary = (headers: Record<string, string>, body: string | Uint8Array = '{"a":1}', contentType = 'application/json'): unknown =>
  shown(
    send(cloudevents, body, {
      contentType,
      headers: { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/erp', 'ce-type': 't', ...headers },
    }),
  )[0];

describe('attributes of a CloudEvent', () => {
  it('keep the sequence, as text or as a number', () => {
    expect(one({ sequence: '0042' })).toMatchObject({ sequence: '0042' });
    expect(one({ sequence: 7 })).toMatchObject({ sequence: '7' });
  });

  it.each([
    ['extension', { trace: { a: 1 } }, '/trace'],
    ['extension that is a fraction', { ext: 1.5 }, '/ext'],
    ['extension beyond 32 bits', { ext: 2_147_483_648 }, '/ext'],
    ['source with a blank', { source: 'my erp' }, '/source'],
    ['subject with a line break', { subject: 'a\nb' }, '/subject'],
    ['id longer than 512 bytes', { id: 'é'.repeat(257) }, '/id'],
    ['type longer than 256 bytes', { type: 't'.repeat(257) }, '/type'],
    ['time on the 30th of February', { time: '2026-02-30T00:00:00Z' }, '/time'],
    ['time at the 24th hour', { time: '2026-02-03T24:00:00Z' }, '/time'],
    ['data_base64 that is none', { data_base64: '***' }, '/data_base64'],
    ['dataschema with a blank', { dataschema: 'a b' }, '/dataschema'],
    ['extension with a line break', { ext: 'a\nb' }, '/ext'],
    ['empty source', { source: '' }, '/source'],
    ['specversion 2.0', { specversion: '2.0' }, '/specversion'],
  ])('refuse an %s', (_what, fields, pointer) => {
    expect(one(fields)).toMatchObject({ rejected: pointer });
  });

  it('allow a boolean and a null extension, and a schema', () => {
    expect(one({ flag: true, none: null, dataschema: 'https://example.com/schema' })).toMatchObject({ id: 'e1' });
  });

  it('read a leap second as the second after it', () => {
    expect(one({ time: '2016-12-31T23:59:60Z' })).toMatchObject({ time: '2017-01-01T00:00:00.000Z' });
  });

  it('keep the milliseconds of a time and cut off what is finer', () => {
    expect(one({ time: '2026-01-31T12:00:00.123999+02:30' })).toMatchObject({ time: '2026-01-31T09:30:00.123Z' });
  });
});

describe('data of a CloudEvent', () => {
  it('is read from base64 when the content type says JSON', () => {
    const data_base64 = Buffer.from('{"batch":"b1"}').toString('base64');
    expect(one({ data_base64, datacontenttype: 'application/json' })).toMatchObject({ data: { batch: 'b1' } });
    expect(one({ data_base64, datacontenttype: 'application/octet-stream' })).toMatchObject({ data: { $base64: data_base64 } });
  });

  it('of another type that is no text is kept as a value', () => {
    expect(one({ data: { a: 1 }, datacontenttype: 'application/xml' })).toMatchObject({ data: { $value: { a: 1 } } });
    expect(one({ data: [1] })).toMatchObject({ data: { $value: [1] } });
  });

  it('in base64 that is broken JSON is refused', () => {
    const data_base64 = Buffer.from('{"batch":').toString('base64');
    expect(one({ data_base64, datacontenttype: 'application/json' })).toMatchObject({ rejected: '/data_base64/batch' });
  });

  it('with NUL or half a character in a text is refused at its path', () => {
    const raw = (text: string): string => `{"specversion":"1.0","id":"e1","source":"/erp","type":"t","data":{"a":[{"b":"${text}"}]}}`;
    const sent = { contentType: STRUCTURED };
    expect(shown(send(cloudevents, raw('x\\u0000'), sent))).toMatchObject([{ rejected: '/data/a/0/b' }]);
    expect(shown(send(cloudevents, raw('\\ud800'), sent))).toMatchObject([{ rejected: '/data/a/0/b' }]);
    expect(shown(send(cloudevents, raw('\\ud83c\\udf0e'), sent))).toMatchObject([{ data: { a: [{ b: '🌎' }] } }]);
  });

  it('with a number that cannot be kept exactly is refused at its path', () => {
    const raw = (digits: string): string => `{"specversion":"1.0","id":"e1","source":"/erp","type":"t","data":{"amountMinor":${digits}}}`;
    expect(shown(send(cloudevents, raw('9007199254740993'))).at(0)).toMatchObject({ rejected: '/data/amountMinor' });
    expect(shown(send(cloudevents, raw('9007199254740991'))).at(0)).toMatchObject({ data: { amountMinor: 9_007_199_254_740_991 } });
    expect(shown(send(cloudevents, raw('1e400'))).at(0)).toMatchObject({ rejected: '/data/amountMinor' });
  });
});

describe('one bad event in a batch', () => {
  it('is refused alone, whatever is wrong with its values', () => {
    const good = JSON.stringify({ ...base, data: {} });
    const body = `[${good},{"specversion":"1.0","id":"a","id":"b","source":"/erp","type":"t"},{"__proto__":{"x":1}},7,${good}]`;
    expect(shown(send(cloudevents, body))).toMatchObject([
      { index: 0, id: 'e1' },
      { index: 1, rejected: '/id', message: 'this name stands twice in one object; send it once' },
      { index: 2, rejected: '/__proto__' },
      { index: 3, rejected: '', message: 'expected an object' },
      { index: 4, id: 'e1' },
    ]);
  });

  it('is refused alone in JSON lines, even when it is no JSON', () => {
    const good = JSON.stringify({ ...base, data: {} });
    const body = `${good}\n\n{"specversion":"1.0", oops}\r\n${good}`;
    expect(shown(send(cloudevents, body, { contentType: 'application/x-ndjson' }))).toMatchObject([
      { index: 0, id: 'e1' },
      { index: 1, rejected: '/', message: 'expected a name in double quotes (line 3, column 23)' },
      { index: 2, id: 'e1' },
    ]);
  });
});

describe('a body that is no CloudEvent at all', () => {
  it.each([
    ['nothing', '', STRUCTURED, ''],
    ['half an object', '{"specversion":"1.0","data":{"a":', STRUCTURED, '/data/a'],
    ['an array sent as one event', '[]', STRUCTURED, ''],
    ['one event sent as a batch', '{}', 'application/cloudevents-batch+json', ''],
    ['another charset', '{}', `${STRUCTURED}; charset=iso-8859-1`, ''],
  ])('%s is malformed', (_what, body, contentType, pointer) => {
    expect(send(cloudevents, body, { contentType })).toMatchObject({ outcome: 'malformed', faults: [{ pointer }] });
  });

  it('says at which byte it stops being UTF-8', () => {
    const body = Buffer.concat([Buffer.from('{"é\uFFFD":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    const message = 'not UTF-8 from byte 10 on; send the text as UTF-8';
    expect(send(cloudevents, body)).toEqual({ outcome: 'malformed', faults: [{ pointer: '', message }] });
  });

  it('with more events than the limit is too large', () => {
    expect(send(cloudevents, `[${'{},'.repeat(50_000)}{}]`).outcome).toBe('too-large');
    expect(send(cloudevents, '{}\n'.repeat(50_001), { contentType: 'application/x-ndjson' }).outcome).toBe('too-large');
  });

  it('with a line beyond the limit loses that line only', () => {
    const body = `{"a":"${'x'.repeat(1024 * 1024)}"}\n${JSON.stringify(base)}`;
    expect(shown(send(cloudevents, body, { contentType: 'application/x-ndjson' }))).toMatchObject([
      { index: 0, rejected: '', message: 'line 1 has 1048584 bytes; at most 1048576 are read' },
      { index: 1, id: 'e1' },
    ]);
  });
});

describe('binary mode', () => {
  it('decodes percent-encoded and quoted headers', () => {
    expect(binary({ 'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80' })).toMatchObject({ subject: 'Euro € 😀' });
    expect(binary({ 'ce-subject': '"a \\"b\\""' })).toMatchObject({ subject: 'a "b"' });
    expect(binary({ 'ce-subject': '100%' })).toMatchObject({ subject: '100%' });
  });

  it('refuses a header that is no UTF-8, not ASCII, or would be the data', () => {
    expect(binary({ 'ce-subject': '%ff' })).toMatchObject({ rejected: '/subject' });
    expect(binary({ 'ce-subject': 'é' })).toMatchObject({ rejected: '/subject' });
    expect(binary({ 'ce-data': 'x' })).toMatchObject({ rejected: '/data' });
  });

  it('takes any content type and keeps what is no text as base64', () => {
    expect(binary({}, Buffer.from([0, 1, 255]), 'application/octet-stream')).toMatchObject({ data: { $base64: 'AAH/' } });
    expect(binary({}, '', 'text/plain')).toMatchObject({ data: {} });
    expect(binary({}, '{"a":1}', 'application/vnd.example+json')).toMatchObject({ data: { a: 1 } });
  });

  it('takes the content type from its own header only', () => {
    expect(binary({ 'ce-datacontenttype': 'text/plain' })).toMatchObject({ data: { a: 1 } });
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/erp', 'ce-type': 't' };
    const request = { headers, rawBody: Buffer.from('{"a":1}'), contentType: undefined, feed: { name: 'f', system: 's' } };
    expect(shown(cloudevents.parse(request))).toMatchObject([{ data: { $text: '{"a":1}' } }]);
  });

  it('points into the data when the body is faulty', () => {
    expect(binary({}, '{"a":{"b":1,"b":2}}')).toMatchObject({ rejected: '/data/a/b' });
    expect(binary({}, '{"a":')).toMatchObject({ rejected: '/data/a' });
    expect(binary({}, '"é"', 'application/json; charset=latin1')).toMatchObject({ rejected: '/datacontenttype' });
  });

  it('makes any content type right, but only with attribute headers', () => {
    const contentType = 'image/png';
    expect(acceptsContentType(cloudevents, { headers: { 'content-type': contentType, 'ce-id': '1' }, contentType })).toBe(true);
    expect(acceptsContentType(cloudevents, { headers: { 'content-type': contentType }, contentType })).toBe(false);
    expect(acceptsContentType(cloudevents, { headers: {}, contentType: 'Application/CloudEvents+JSON; charset=UTF-8' })).toBe(true);
  });
});

describe('the handshake of CloudEvents webhooks', () => {
  const ask = (method: string, headers: Record<string, string>): unknown =>
    cloudevents.handshake?.({ method, headers, query: {}, rawBody: new Uint8Array() });

  it('allows the origin and the rate that were asked for', () => {
    expect(ask('OPTIONS', { 'webhook-request-origin': 'eventemitter.example.com', 'webhook-request-rate': '120' })).toEqual({
      status: 200,
      headers: { allow: 'POST, OPTIONS', 'webhook-allowed-origin': 'eventemitter.example.com', 'webhook-allowed-rate': '120' },
      body: '',
      authenticated: false,
    });
  });

  it('names no rate to who asks for none', () => {
    expect(ask('OPTIONS', { 'webhook-request-origin': 'x.example' })).toMatchObject({ headers: { allow: 'POST, OPTIONS', 'webhook-allowed-origin': 'x.example' } });
    expect(ask('OPTIONS', { 'webhook-request-origin': 'x.example' })).not.toHaveProperty('headers.webhook-allowed-rate');
  });

  it('does not echo an origin or rate that is none', () => {
    expect(ask('OPTIONS', { 'webhook-request-origin': 'a\r\nb', 'webhook-request-rate': 'fast' })).toMatchObject({
      headers: { 'webhook-allowed-origin': '*', 'webhook-allowed-rate': '*' },
    });
  });

  it('is nothing else than OPTIONS with an origin', () => {
    expect(ask('OPTIONS', {})).toBeUndefined();
    expect(ask('POST', { 'webhook-request-origin': 'x' })).toBeUndefined();
  });
});
