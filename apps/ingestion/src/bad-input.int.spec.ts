import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TestIngestion, cloudEvent } from './ingestion.testkit.js';
import type { Answer } from './ingestion.testkit.js';

const GITHUB_SECRET = 'a secret of github';
const MiB = 1024 * 1024;

let ingestion: TestIngestion;
let otherKey: string;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
  otherKey = await ingestion.feed({ name: 'other' });
  await ingestion.feed({ name: 'topic', authentication: { kind: 'aws-sns', topic: 'arn:aws:sns:eu-central-1:123456789012:config' } });
  await ingestion.feed({ name: 'hooks', authentication: { kind: 'github', secret: GITHUB_SECRET } });
  await ingestion.feed({ name: 'narrow', types: ['spec.allowed'], sources: ['/allowed'] });
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const account = (data: object) => cloudEvent('bad', { type: 'identity.account', data });
const good = { account: 'a', system: 's', status: 'active', admin: false, mfa: true, factors: [] };
const errorOf = ({ body }: Answer) => body.errors[0];

function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ type: 'about:blank', status });
  expect(answer.body.detail).not.toBe('');
}

describe('a body that cannot be read', () => {
  it.each([
    ['broken JSON', '{"specversion": "1.0", "id": '],
    ['nothing', ''],
    ['JSON that is 100,000 levels deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['an object that is 100,000 levels deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['no text at all', Buffer.from([0xff, 0xfe, 0x00])],
  ])('%s is 400 and says where', async (_what, body) => {
    const answer = await ingestion.post(body);
    expectProblem(answer, 400);
    expect(errorOf(answer)?.message).toEqual(expect.any(String));
  });

  it.each([
    [415, 'text/plain', {}],
    [415, 'application/json', { 'content-encoding': 'br' }],
    [400, 'application/json', { 'content-encoding': 'gzip' }],
  ])('is %d as %s with %j', async (status, type, headers) => {
    expectProblem(await ingestion.post(cloudEvent('e'), { type, headers }), status);
  });
});

describe('an event that cannot be kept', () => {
  it.each([
    ['a wrong type', account({ ...good, mfa: 'yes' }), '/data/mfa', /true or false/],
    ['a missing field', account({ ...good, mfa: undefined }), '/data/mfa', /required/],
    ['an unknown field', account({ ...good, mfaa: true }), '/data/mfaa', /mfa/],
    ['a time in the future', cloudEvent('bad', { time: '2999-01-01T00:00:00Z' }), '/time', /future/],
    ['a time that is none', cloudEvent('bad', { time: 'yesterday' }), '/time', /./],
    ['NUL in text', cloudEvent('bad', { data: { text: 'a\u0000b' } }), '/data/text', /NUL/],
    ['NUL in its subject', cloudEvent('bad', { subject: 'a\u0000b' }), '/subject', /NUL|control/],
    ['half a character', '{"specversion":"1.0","id":"bad","source":"/s","type":"t.x","data":{"text":"\\ud800"}}', '/data/text', /surrogate/],
    ['no id', cloudEvent(undefined as never), '/id', /./],
    ['a reserved type', cloudEvent('bad', { type: 'feed.heartbeat' }), '/type', /reserved/],
    ['a number too big to keep', '{"specversion":"1.0","id":"bad","source":"/s","type":"t.x","data":{"n":9007199254740993}}', '/data/n', /text/],
    ['the same name twice', '{"specversion":"1.0","id":"bad","source":"/s","type":"t.x","data":{"n":1,"n":2}}', '/data/n', /twice/],
    ['a name that could change programs', '{"specversion":"1.0","id":"bad","source":"/s","type":"t.x","data":{"__proto__":{}}}', '/data/__proto__', /./],
    ['300 KiB', cloudEvent('bad', { data: { text: 'x'.repeat(300 * 1024) } }), '/data', /256 KiB/],
  ])('%s is 422 and named by its path', async (_what, event, pointer, message) => {
    const answer = await ingestion.post(event);
    expectProblem(answer, 422);
    expect(errorOf(answer)).toMatchObject({ index: 0, pointer: expect.stringContaining(pointer) });
    expect(errorOf(answer)?.message).toMatch(message);
    expect(await ingestion.count("evidence WHERE event_id = 'bad'")).toBe(0);
  });

  it.each([
    [cloudEvent('bad', { source: '/allowed' }), '/type'],
    [cloudEvent('bad', { type: 'spec.allowed' }), '/source'],
  ])('%j is none that the feed declared', async (event, pointer) => {
    const narrowKey = await ingestion.feed({ name: `narrow-${pointer.slice(1)}`, types: ['spec.allowed'], sources: ['/allowed'] });
    const answer = await ingestion.post(event, { key: narrowKey });
    expect([answer.status, errorOf(answer)?.pointer]).toEqual([422, pointer]);
  });

  it('does not harm the good part of its batch', async () => {
    const answer = await ingestion.post([cloudEvent('g1'), account({}), { no: 'event' }, cloudEvent('g2')]);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ accepted: 2, ignored: 0, events: [{ index: 0, id: 'g1' }, { index: 3, id: 'g2' }] });
    expect(answer.body.rejected.map(({ index }) => index)).toEqual([1, 2]);
  });

  it('does not harm its neighbours in the same transaction, whatever Postgres says', async () => {
    await ingestion.database.query("SET ROLE NONE; ALTER TABLE evidence ADD CONSTRAINT spec CHECK (event_id <> 'poison'); SET ROLE tickmark_app");
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) => ingestion.post(at === 30 ? [cloudEvent('n-before'), cloudEvent('poison')] : cloudEvent(`n${at}`))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, (_, at) => (at === 30 ? 422 : 202)));
    expect(await ingestion.count("evidence WHERE event_id ~ '^n[0-9]'")).toBe(59);
    expect(await ingestion.count("evidence WHERE event_id = 'n-before'")).toBe(0);
    expect(await ingestion.count('(SELECT leaf_index FROM ledger_leaf GROUP BY 1 HAVING count(*) > 1) AS doubled')).toBe(0);
  });
});

describe('a body that is too large', () => {
  it.each([
    ['10 MB', () => Buffer.alloc(10_000_000, ' '), {}],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(256 * MiB)), { 'content-encoding': 'gzip' }],
    ['gzip larger than 4 MiB once inflated', () => gzipSync(JSON.stringify(cloudEvent('z', { data: { text: 'x'.repeat(5 * MiB) } }))), { 'content-encoding': 'gzip' }],
  ])('%s is 413, readable by the client, and costs little memory', async (_what, body, headers) => {
    const before = process.memoryUsage().rss;
    expectProblem(await ingestion.post(body(), { headers }), 413);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MiB + 20 * MiB);
    expect((await ingestion.post(cloudEvent(`after ${_what}`))).status).toBe(202);
  });

  it('without an end is answered and cut off', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(ingestion.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
      socket.write(`POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ingestion.key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
      const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`;
      const go = (): void => {
        while (!socket.destroyed && socket.writable) if (!socket.write(piece)) return void socket.once('drain', go);
      };
      go();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('of 4 MiB less a little is taken', async () => {
    const lines = Array.from({ length: 20 }, (_, at) => JSON.stringify(cloudEvent(`4mib-${at}`, { data: { text: 'x'.repeat(200_000) } })));
    const answer = await ingestion.post(lines.join('\n'), { type: 'application/x-ndjson' });
    expect([answer.status, answer.body.accepted]).toEqual([202, 20]);
  });
});

describe('a sender', () => {
  const payload = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 });
  const signed = (body: string, secret = GITHUB_SECRET) => ({
    'x-github-event': 'ping',
    'x-github-delivery': '5f1c8b9e-3f5e-4c0e-9a54-0d3f7c1b2a60',
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  });
  const hook = (headers: Readonly<Record<string, string>>, body = payload) => ingestion.post(body, { path: '/v1/events/github/hooks', key: undefined, headers });

  it.each([
    ['without a key', undefined],
    ['with a word', 'hunter2'],
    ['with a key that nobody issued', 'tmk_integration_00000000000000000000000000000000000000000000000000'],
  ])('%s is 401', async (_what, key) => {
    const answer = await ingestion.post(cloudEvent('e'), { key });
    expectProblem(answer, 401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it('with the key of another feed is 403 at a feed’s own address', async () => {
    expect((await ingestion.post(cloudEvent('own'), { path: '/v1/events/cloudevents/other', key: otherKey })).status).toBe(202);
    expectProblem(await ingestion.post(cloudEvent('e'), { path: '/v1/events/cloudevents/other' }), 403);
  });

  it('with a wrong signature, none, or one over other bytes is 401', async () => {
    for (const headers of [signed(payload, 'another secret'), { ...signed(payload), 'x-hub-signature-256': '' }, signed(`${payload} `)]) {
      expectProblem(await hook(headers), 401);
    }
  });

  it('that says it is a topic is 401 without its signature, of another topic, and with its certificate elsewhere', async () => {
    const message = {
      ...{ Type: 'Notification', MessageId: '1', TopicArn: 'arn:aws:sns:eu-central-1:123456789012:config', Message: '{}', Timestamp: new Date().toISOString() },
      ...{ SignatureVersion: '2', Signature: 'AAAA', SigningCertURL: 'https://sns.evil.example/a.pem' },
    };
    for (const body of [{ ...message, Signature: undefined }, { ...message, TopicArn: 'arn:aws:sns:eu-central-1:123456789012:other' }, message]) {
      expectProblem(await ingestion.post(JSON.stringify(body), { path: '/v1/events/aws-eventbridge/topic', key: undefined, type: 'text/plain' }), 401);
    }
  });

  it('with the right signature is heard; its ping leaves no evidence but a sign of life', async () => {
    const before = await ingestion.count("delivery WHERE format = 'github'");
    const answer = await hook(signed(payload));
    expect(answer.status).toBeLessThan(300);
    expect(await ingestion.count("delivery WHERE format = 'github'")).toBe(before + 1);
    expect(await ingestion.rows("SELECT accepted, body, headers FROM delivery WHERE format = 'github' ORDER BY received_at DESC LIMIT 1")).toMatchObject([
      { accepted: 0, body: null, headers: { 'x-github-event': 'ping' } },
    ]);
  });

  it('that signs for one format is not heard in another', async () => {
    expectProblem(await ingestion.post(payload, { path: '/v1/events/prowler/hooks', key: undefined, headers: signed(payload) }), 403);
  });

  it.each(['/v1/events/nothing', '/v1/events/nothing/local', '/v1/events/cloudevents/nobody', '/v1/nothing'])('at %s is 404', async (path) => {
    expectProblem(await ingestion.post(cloudEvent('e'), { path }), 404);
  });

  it('with a query parameter that nobody knows is 400', async () => {
    expectProblem(await ingestion.post(cloudEvent('e'), { path: '/v1/events?dryRun=true' }), 400);
  });

  it('over its rate is 429 and told when to come back', async () => {
    const key = await ingestion.feed({ name: 'slow', limits: { perSecond: 2 } });
    const answers = await Promise.all(Array.from({ length: 6 }, (_, at) => ingestion.post(cloudEvent(`slow${at}`), { key })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(await ingestion.count("evidence WHERE event_id LIKE 'slow%'")).toBe(6 - refused.length);
  });

  it('over its daily quota is 429 until midnight, and counted exactly', async () => {
    const key = await ingestion.feed({ name: 'quota', limits: { perDay: 5 } });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => ingestion.post(cloudEvent(`quota${at}`), { key })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await ingestion.count("evidence WHERE event_id LIKE 'quota%'")).toBe(5);
    expect(await ingestion.rows('SELECT sum(events)::int AS n FROM feed_day_usage')).toEqual([{ n: 5 }]);
  });

  it('that asks first is answered as CloudEvents says', async () => {
    const answer = await fetch(`${ingestion.url}/v1/events`, { method: 'OPTIONS', headers: { 'webhook-request-origin': 'events.example.org' } });
    expect([answer.status, answer.headers.get('webhook-allowed-origin')]).toEqual([200, 'events.example.org']);
  });
});
