import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Evidence, Received } from '../support/answers.ts';
import { anAccount, anEvent } from '../support/events.ts';
import { HttpClient } from '../support/http-client.ts';
import type { Answer, Problem } from '../support/http-client.ts';
import { sharedSystem } from '../support/shared-system.ts';

const BATCH = 'application/cloudevents-batch+json';
const ONE = 'application/cloudevents+json';

const system = sharedSystem({ name: 'refusals' });

type Reply = Answer<Received & Problem>;
type Body = string | Uint8Array<ArrayBuffer>;

const send = (body: Body, contentType: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  system().ingestion().send('/v1/events', { method: 'POST', headers: { 'content-type': contentType, ...headers }, body });

const account = { account: 'a', system: 'okta', status: 'active', admin: false, mfa: true, factors: [] };
const withData = (data: Readonly<Record<string, unknown>>): string => JSON.stringify(anEvent('identity.account', data, { subject: 'a', atMs: Date.now() }));
const without = (name: string): Record<string, unknown> => Object.fromEntries(Object.entries(account).filter(([field]) => field !== name));
const inFuture = (): string => JSON.stringify(anAccount({ account: 'a' }, { atMs: Date.now() + 10 * 60_000 }));

interface Bad {
  readonly what: string;
  readonly body: () => Body;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly pointer?: string;
  /** What the message has to say: what is wrong, and what to do. */
  readonly says: RegExp;
}

const BAD: readonly Bad[] = [
  { what: 'JSON that breaks off', body: () => '{"specversion": "1.0", "id": ', status: 400, pointer: '/id', says: /line 1/ },
  { what: 'a field of the wrong type', body: () => withData({ ...account, admin: 'yes' }), status: 422, pointer: '/data/admin', says: /must be true or false/ },
  { what: 'a missing field', body: () => withData(without('status')), status: 422, pointer: '/data/status', says: /"status" is required/ },
  { what: 'a field that the type does not know', body: () => withData({ ...account, adminn: true }), status: 422, pointer: '/data/adminn', says: /admin/ },
  { what: 'a value that is not in the list', body: () => withData({ ...account, status: 'gone' }), status: 422, pointer: '/data/status', says: /active/ },
  { what: 'a time in the future', body: inFuture, status: 422, pointer: '/time', says: /future|ahead|after/ },
  { what: 'NUL in text', body: () => withData({ ...account, account: 'a\u0000b' }), status: 422, pointer: '/data/account', says: /NUL|U\+0000|\\u0000/ },
  { what: 'a body of 10 MB', body: () => `[${' '.repeat(10 * 1024 * 1024)}]`, contentType: BATCH, status: 413, says: /larger than 4194304 bytes.*several deliveries/ },
  { what: 'JSON that is 100,000 deep', body: () => withData(account).replace('"factors":[]', `"factors":${'['.repeat(100_000)}${']'.repeat(100_000)}`), status: 400, says: /deep|depth|nest/ },
  { what: 'a gzip bomb', body: () => gzipSync(Buffer.alloc(200 * 1024 * 1024, ' ')), headers: { 'content-encoding': 'gzip' }, status: 413, says: /inflated/ },
  { what: 'something that is not gzip', body: () => '{}', headers: { 'content-encoding': 'gzip' }, status: 400, says: /gzip/ },
  { what: 'an encoding that nobody knows', body: () => '{}', headers: { 'content-encoding': 'rot13' }, status: 415, says: /gzip/ },
  { what: 'a media type that is not taken', body: () => '<a/>', contentType: 'application/xml', status: 415, says: /application\/cloudevents\+json/ },
  { what: 'a key twice', body: () => withData(account).replace('"admin":false', '"admin":false,"admin":true'), status: 422, pointer: '/data/admin', says: /twice|duplicate/ },
  { what: 'a reserved type', body: () => JSON.stringify(anEvent('attestation.given', { control: 'x' })), status: 422, pointer: '/type', says: /person who signed in/ },
];

const textOf = ({ body }: Reply): string => [body.detail, ...(body.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`)].join('\n');

describe('a delivery that cannot be kept', () => {
  test.each(BAD)('because of $what is answered with $status and what to do', async ({ body, contentType = ONE, headers, status, pointer, says }) => {
    const reply = await send(body(), contentType, headers);
    expect({ status: reply.status, type: reply.headers.get('content-type') }).toEqual({ status, type: expect.stringContaining('application/problem+json') as unknown as string });
    expect(reply.body).toMatchObject({ status, title: expect.any(String) as unknown as string });
    expect(textOf(reply)).toMatch(says);
    if (pointer !== undefined) expect(reply.body.errors?.map((one) => one.pointer)).toContain(pointer);
  });

  test('is not kept: nothing of it stands in the ledger', async () => {
    const deviations = await system().states('admin-mfa');
    expect(deviations).toEqual([]);
  });
});

describe('who may not send', () => {
  let other = '';
  beforeAll(async () => {
    other = (await system().registerFeed({ name: 'other', system: 'other', types: ['job.run'], sources: ['/jobs'] })).apiKey ?? '';
    await system().registerFeed({ name: 'hook', system: 'github', authentication: { kind: 'github', secret: 'a secret of at least sixteen characters' } });
  });
  const anon = (path: string, headers: Readonly<Record<string, string>>): Promise<Reply> =>
    new HttpClient(system().apps.ingestion.url).send(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });

  test('somebody without a key', async () => {
    const reply = await anon('/v1/events', {});
    expect(reply).toMatchObject({ status: 401 });
    expect(reply.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('somebody with a key that is none', async () => {
    expect(await anon('/v1/events', { authorization: 'Bearer tmk_integration_nonsense' })).toMatchObject({ status: 401 });
  });

  test('a key that only reads', async () => {
    const { auditor } = system().credentials.apiKeys;
    expect(await anon('/v1/events', { authorization: `Bearer ${auditor}` })).toMatchObject({ status: 403 });
  });

  test('a key of another feed', async () => {
    expect(await anon('/v1/events/cloudevents/local', { authorization: `Bearer ${other}` })).toMatchObject({ status: 403 });
  });

  test('a wrong signature', async () => {
    const reply = await anon('/v1/events/github/hook', { 'x-github-event': 'push', 'x-github-delivery': 'd1', 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` });
    expect(reply).toMatchObject({ status: 401 });
    expect(reply.body.detail).toMatch(/signature/);
  });

  test('a feed that sends another type, or from another source, than it declared', async () => {
    const { body } = (await system().post([
      anEvent('job.run', { job: 'j', scheduledFor: '2026-11-01T00:00:00Z', outcome: 'success' }, { source: '/jobs' }),
      anAccount({ account: 'a' }, { source: '/jobs' }),
      anEvent('job.run', { job: 'j', scheduledFor: '2026-11-01T00:00:00Z', outcome: 'success' }, { source: '/elsewhere' }),
    ], other)) as Reply;
    expect(body.accepted).toBe(1);
    expect(body.rejected.map(({ index, pointer }) => `${index} ${pointer}`)).toEqual(['1 /type', '2 /source']);
  });

  test.each(['/v1/events/no-such-format', '/v1/events/cloudevents/no-such-feed', '/v1/nothing'])('anybody to %s', async (path) => {
    const { integration } = system().credentials.apiKeys;
    expect(await anon(path, { authorization: `Bearer ${integration}` })).toMatchObject({ status: 404, body: { status: 404 } });
  });
});

test('the good part of a batch is kept, each refusal names its item', async () => {
  const good = anAccount({ account: 'g1' }, { atMs: Date.now() });
  const typo = { ...anAccount({ account: 'g2' }, { atMs: Date.now() }), data: { ...account, account: 'g2', mfaa: true } };
  const late = anAccount({ account: 'g3' }, { atMs: Date.now() + 3_600_000 });
  const { status, body } = await system().post([typo, good, late]);
  expect({ status, accepted: body.accepted }).toEqual({ status: 202, accepted: 1 });
  expect(body.rejected.map(({ index, pointer }) => `${index} ${pointer}`)).toEqual(['0 /data/mfaa', '2 /time']);
  const kept = await system().console().get<Evidence>(`/v1/evidence/${body.events[0]?.evidenceId ?? ''}`);
  expect(kept.event).toMatchObject({ id: good.id, subject: 'g1' });
});

test('the same id with other content is a conflict on record, and the first content stands', async () => {
  const first = anAccount({ account: 'k1' }, { atMs: Date.now() - 1_000 });
  const { events } = await system().push([first]);
  const again = await system().push([first]);
  expect(again.events[0]?.evidenceId).toBe(events[0]?.evidenceId);
  const changed = (await system().post([{ ...first, data: { ...first.data, admin: true } }])) as Reply;
  expect(changed.status).toBe(422);
  expect(changed.body.errors).toMatchObject([{ index: 0, pointer: '/id', message: expect.stringMatching(/^conflict:/) as unknown as string }]);
  const gaps = await system().all<{ cause: string; status: string }>('/v1/gaps', { cause: 'conflict' });
  expect(gaps).toMatchObject([{ cause: 'conflict', status: 'open' }]);
  const kept = await system().console().get<Evidence>(`/v1/evidence/${events[0]?.evidenceId ?? ''}`);
  expect(kept.event.data).toMatchObject({ admin: false });
});

test('neighbours that share a commit with bad input are untouched', async () => {
  const taken = anAccount({ account: 'n0' }, { atMs: Date.now() - 1_000 });
  await system().push([taken]);
  const neighbours = Array.from({ length: 60 }, (_, index) => [anAccount({ account: `n${index + 1}` }, { atMs: Date.now() })]);
  const conflict = [{ ...taken, data: { ...taken.data, admin: true } }];
  const typo = [anEvent('identity.account', { ...account, mfaa: true })];
  // 'lone' is text that JavaScript can hold and UTF-8 cannot: it must not reach the neighbours' transaction.
  const lone = [anAccount({ account: `\uD800 ${'x'.repeat(20)}` }, { atMs: Date.now() })];
  const bad = [conflict, typo, lone];
  const replies = await Promise.all(neighbours.flatMap((batch, index) => (index % 6 === 0 ? [batch, bad[(index / 6) % 3] ?? []] : [batch])).map((batch) => system().post(batch)));
  const accepted = replies.filter(({ status }) => status === 202);
  expect(accepted.map(({ body }) => body.accepted)).toEqual(neighbours.map(() => 1));
  expect([...new Set(replies.map(({ status }) => status))].sort()).toEqual([202, 422]);
  const kept = await Promise.all(accepted.map(({ body }) => system().console().get<Evidence>(`/v1/evidence/${body.events[0]?.evidenceId ?? ''}`)));
  expect(kept.map(({ event }) => event.subject).sort()).toEqual(neighbours.map(([event]) => event?.subject).sort());
});

test('unknown query parameters are refused, also by the console', async () => {
  const { integration } = system().credentials.apiKeys;
  const reply = await new HttpClient(system().apps.ingestion.url, integration).send('/v1/events?dryrun=1', { method: 'POST', headers: { 'content-type': ONE }, body: withData(account) });
  expect(reply.status).toBe(400);
  expect((await system().console().send('/v1/deviations?state=open')).status).toBe(400);
});

test('ingestion is as well as before', async () => {
  expect(await system().apps.ingestion.readiness()).toBe(200);
  const { deliveryId } = await system().push([anAccount({ account: 'last' }, { atMs: Date.now() })]);
  expect(await system().judged(deliveryId)).toMatchObject({ judged: 1 });
});
