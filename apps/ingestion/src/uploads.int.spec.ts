import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseLeaf, saltedHash } from '@tickmark/ledger';
import { eventually, makeTestDatabase } from '@tickmark/testing';
import { CutLine } from './cut-line.testkit.js';
import { TestIngestion, cloudEvent } from './ingestion.testkit.js';
import type { Answer } from './ingestion.testkit.js';

const NDJSON = 'application/x-ndjson';
const COUNT = 1_600;
/** Some 3,200 bytes each: all of them are five parts. */
const lineOf = (id: string): string => JSON.stringify(cloudEvent(id, { data: { n: 1, pad: 'x'.repeat(3_000) } }));
const lines = (prefix: string, count = COUNT): string => `${Array.from({ length: count }, (_, at) => lineOf(`${prefix}${at}`)).join('\n')}\n`;

interface Part {
  readonly id: string;
  readonly part: number;
  readonly body: Buffer | null;
  readonly accepted: number;
  readonly repeated: number;
}

/** A request whose body is written by the spec. */
function opened(ingestion: TestIngestion): { readonly request: ClientRequest; readonly answered: Promise<number> } {
  const request = httpRequest(`${ingestion.url}/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${ingestion.key}`, 'content-type': NDJSON } });
  request.on('error', () => undefined);
  const answered = once(request, 'response').then(([response]) => {
    (response as IncomingMessage).resume();
    return (response as IncomingMessage).statusCode ?? 0;
  });
  answered.catch(() => undefined);
  return { request, answered };
}

describe('a delivery too large to be read at once', () => {
  let ingestion: TestIngestion;

  beforeAll(async () => {
    ingestion = await TestIngestion.start();
  });
  afterAll(() => ingestion[Symbol.asyncDispose]());

  const partsOf = (deliveryId: string): Promise<readonly Part[]> =>
    ingestion.rows<Part & Record<string, unknown>>('SELECT id, part, body, accepted, repeated FROM delivery WHERE upload_id = $1 ORDER BY part', [deliveryId]);
  const idsOf = ({ body }: Answer): string[] => body.events.map(({ evidenceId }) => evidenceId);

  it('is kept in parts that joined are what was sent, and answers for each item', async () => {
    const sent = lines('whole');
    const answer = await ingestion.post(sent, { type: NDJSON });
    expect([answer.status, answer.body.accepted, answer.body.ignored, answer.body.rejected]).toEqual([202, COUNT, 0, []]);
    expect(answer.body.events.map(({ index, id }) => `${index} ${id}`)).toEqual(Array.from({ length: COUNT }, (_, at) => `${at} whole${at}`));
    const parts = await partsOf(answer.body.deliveryId);
    expect(parts.map(({ part }) => part)).toEqual(Array.from({ length: parts.length }, (_, at) => at));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts[0]?.id).toBe(answer.body.deliveryId);
    expect(Buffer.concat(parts.map(({ body }) => body ?? Buffer.alloc(0))).toString()).toBe(sent);
    const [last] = await ingestion.rows<{ bytes: Buffer; salt: Buffer; body: Buffer }>(
      `SELECT l.bytes, d.salt, d.body FROM evidence e JOIN delivery d ON d.id = e.delivery_id JOIN ledger_leaf l USING (leaf_index) WHERE e.event_id = 'whole${COUNT - 1}'`,
    );
    expect(saltedHash(last!.salt, last!.body).equals(parseLeaf(last!.bytes)!.digests[0])).toBe(true);
  });

  it('sent again changes nothing, names the first evidence, and its bytes are not kept twice', async () => {
    const [first, again] = [await ingestion.post(lines('again'), { type: NDJSON }), await ingestion.post(lines('again'), { type: NDJSON })];
    expect([again.status, again.body.accepted]).toEqual([202, COUNT]);
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(await ingestion.count("evidence WHERE event_id LIKE 'again%'")).toBe(COUNT);
    const parts = await partsOf(again.body.deliveryId);
    expect(parts.filter(({ body, accepted, repeated }) => body !== null || accepted !== repeated)).toEqual([]);
  });

  it('loses nothing of the good lines around bad ones', async () => {
    const all = lines('good').split('\n');
    all.splice(10, 0, '{"broken":');
    all.splice(1_500, 0, lineOf('good0').replace('"n":1', '"n":2'));
    const { status, body } = await ingestion.post(all.join('\n'), { type: NDJSON });
    expect([status, body.accepted]).toEqual([202, COUNT]);
    expect(body.rejected).toMatchObject([{ index: 10, pointer: '/broken' }, { index: 1_500, pointer: '/id', message: expect.stringMatching(/^conflict:/) }]);
    expect(body.events.at(-1)?.index).toBe(COUNT + 1);
  });

  it('of which nothing can be read is 422, with the first faults', async () => {
    const { status, body } = await ingestion.post(`{"broken":${' '.repeat(3_000)}\n`.repeat(1_500), { type: NDJSON });
    expect([status, body.errors.length, body.errors[999]]).toEqual([422, 1_000, expect.objectContaining({ index: 999 })]);
  });

  it('comes as gzip as well, and one that is cut off in the middle is 400 and settled by sending again', async () => {
    const zipped = gzipSync(lines('zip'));
    const headers = { 'content-encoding': 'gzip' };
    expect((await ingestion.post(zipped.subarray(0, -20), { type: NDJSON, headers })).status).toBe(400);
    const { status, body } = await ingestion.post(zipped, { type: NDJSON, headers });
    expect([status, body.accepted]).toEqual([202, COUNT]);
    expect(await ingestion.count("evidence WHERE event_id LIKE 'zip%'")).toBe(COUNT);
  });

  it('broken off by its sender keeps what was committed, and sent again each is kept once', async () => {
    const sent = lines('gone');
    const { request } = opened(ingestion);
    request.write(sent.slice(0, 4_900_000));
    await eventually(async () => expect(await ingestion.count("evidence WHERE event_id LIKE 'gone%'")).toBeGreaterThan(1_000));
    request.destroy();
    const before = await ingestion.rows<{ id: string }>("SELECT id FROM evidence WHERE event_id LIKE 'gone%' ORDER BY leaf_index");
    expect(before.length).toBeLessThan(COUNT);
    const answer = await ingestion.post(sent, { type: NDJSON });
    expect(answer.body.accepted).toBe(COUNT);
    expect(idsOf(answer).slice(0, before.length)).toEqual(before.map(({ id }) => id));
    expect(await ingestion.count("evidence WHERE event_id LIKE 'gone%'")).toBe(COUNT);
  });

  it('over the daily quota of its feed is 429, and what fitted into it is kept', async () => {
    const key = await ingestion.feed({ name: 'bounded', limits: { perDay: 1_000 } });
    const { status, headers } = await ingestion.post(lines('quota'), { type: NDJSON, key });
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await ingestion.count("evidence WHERE event_id LIKE 'quota%'")).toBeLessThanOrEqual(1_000);
  });

  it('is one of two at a time: a third is told to come back', async () => {
    const two = [opened(ingestion), opened(ingestion)];
    two.forEach(({ request }, at) => request.write(lines(`slot${at}-`)));
    for (const at of [0, 1]) await eventually(async () => expect(await ingestion.count(`evidence WHERE event_id LIKE 'slot${at}-%'`)).toBeGreaterThan(0));
    const third = await ingestion.post(lines('third'), { type: NDJSON });
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '5']);
    for (const { request } of two) request.end();
    expect(await Promise.all(two.map(({ answered }) => answered))).toEqual([202, 202]);
  });
});

describe('a large ACH file', () => {
  const ZIPPED = readFileSync(new URL('../../../libs/formats/samples/ach/PPD-200-batches-100000-entries.ach.gz', import.meta.url));
  const FILE = gunzipSync(ZIPPED);
  const ACH = { path: '/v1/events/ach', type: 'text/plain' };
  /** A pair of totals for the file and each of its 200 batches, and what each batch sent. */
  const EVENTS = 2 + 200 * 3;
  let ingestion: TestIngestion;

  beforeAll(async () => {
    ingestion = await TestIngestion.start();
  });
  afterAll(() => ingestion[Symbol.asyncDispose]());

  it('that is cut off is refused with its line, and nothing is told of it', async () => {
    const { status, body } = await ingestion.post(FILE.subarray(0, -2_000), ACH);
    expect([status, body.errors]).toEqual([400, [{ pointer: '/lines/100589', message: 'the file ends without its control record (9); send it whole' }]]);
    expect(await ingestion.count('evidence')).toBe(0);
    expect(await ingestion.count('delivery WHERE upload_id IS NOT NULL')).toBeGreaterThan(5);
    expect(await ingestion.count('delivery WHERE body IS NOT NULL OR accepted + ignored + rejected > 0')).toBe(0);
  });

  it('is one delivery: its parts are the file, and the id of its totals holds the hash of all records', async () => {
    const { status, body } = await ingestion.post(FILE, ACH);
    expect([status, body.accepted, body.rejected]).toEqual([202, EVENTS, []]);
    expect(new Set(body.events.map(({ index }) => index)).size).toBe(201);
    const parts = await ingestion.rows<{ body: Buffer }>('SELECT body FROM delivery WHERE upload_id = $1 ORDER BY part', [body.deliveryId]);
    const kept = Buffer.concat(parts.map((part) => part.body));
    expect(kept.equals(FILE)).toBe(true);
    const records = kept.toString('latin1').split('\n').map((line) => line.trimEnd()).filter((line) => line !== '').map((line) => line.padEnd(94));
    const whole = records.slice(0, records.findIndex((record) => /^9(?!9+ *$)/.test(record)) + 1);
    expect(body.events.filter(({ index }) => index === 0).map(({ id }) => id)).toEqual(
      ['sent', 'received'].map((side) => expect.stringContaining(`#${side}@${hash('sha256', whole.join(''))}`) as unknown),
    );
  });

  it('sent again names the first evidence, and is kept once', async () => {
    const [first, again] = [await ingestion.post(FILE, ACH), await ingestion.post(ZIPPED, { ...ACH, headers: { 'content-encoding': 'gzip' } })];
    expect([again.status, again.body.accepted]).toEqual([202, EVENTS]);
    expect(again.body.events).toEqual(first.body.events);
    expect(await ingestion.count('evidence')).toBe(EVENTS);
    expect(await ingestion.rows('SELECT sum(accepted)::int AS accepted, count(body)::int AS bodies FROM delivery WHERE upload_id = $1', [again.body.deliveryId])).toEqual([
      { accepted: EVENTS, bodies: 0 },
    ]);
  });

  it('over the daily quota of its feed is 429 and told not at all', async () => {
    const key = await ingestion.feed({ name: 'bounded', limits: { perDay: EVENTS - 1 } });
    expect((await ingestion.post(FILE, { ...ACH, key })).status).toBe(429);
    expect(await ingestion.count("evidence JOIN feed ON feed.id = feed_id WHERE name = 'bounded'")).toBe(0);
  });
});

describe('a large delivery that is under way', () => {
  it('while Postgres goes away is 503, and sent again each is kept once', async () => {
    const database = await makeTestDatabase();
    const line = await CutLine.to(database.url);
    const ingestion = await TestIngestion.start({ databaseUrl: database.url, through: () => line.url, patienceMs: 700 });
    ingestion.key = await ingestion.feed({ name: 'local' });
    const sent = lines('cut');
    const { request, answered } = opened(ingestion);
    request.write(sent.slice(0, 4_900_000));
    await eventually(async () => expect(await ingestion.count("evidence WHERE event_id LIKE 'cut%'")).toBeGreaterThan(1_000));
    line.cut();
    request.end(sent.slice(4_900_000));
    expect(await answered).toBe(503);
    line.heal();
    await eventually(async () => expect((await ingestion.post(sent, { type: NDJSON })).body.accepted).toBe(COUNT));
    expect(await ingestion.rows("SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS ids FROM evidence WHERE event_id LIKE 'cut%'")).toEqual([{ n: COUNT, ids: COUNT }]);
    expect(await ingestion.rows('SELECT count(*)::int - max(leaf_index)::int AS off FROM ledger_leaf')).toEqual([{ off: 1 }]);
    await ingestion[Symbol.asyncDispose]();
    await line[Symbol.asyncDispose]();
    await database.drop();
  });

  it('is broken off when the process ends, and told to come back', async () => {
    const database = await makeTestDatabase();
    const ingestion = await TestIngestion.start({ databaseUrl: database.url });
    ingestion.key = await ingestion.feed({ name: 'local' });
    const { request, answered } = opened(ingestion);
    request.write(lines('ends'));
    await eventually(async () => expect(await ingestion.count("evidence WHERE event_id LIKE 'ends%'")).toBeGreaterThan(1_000));
    const ended = ingestion[Symbol.asyncDispose]();
    expect(await answered).toBe(503);
    request.destroy();
    await ended;
    await database.drop();
  });
});
