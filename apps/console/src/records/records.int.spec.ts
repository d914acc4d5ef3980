import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { leafBytes, saltedHash } from '@tickmark/ledger';
import { addDeadLetters } from '@tickmark/persistence';
import { TOPICS } from '@tickmark/contracts';
import { aConsole } from '../calls.testkit.js';
import type { TestConsole } from '../calls.testkit.js';

const NOW = '2026-03-10T12:00:30.000Z';
const W = '2026-03-10T12:00:00.000Z';

interface Item {
  readonly [field: string]: unknown;
}
interface List {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly judgedUntil?: string | null;
}

const DEVIATIONS = [
  {
    id: 'd1', control: 'admin-mfa', key: 'a1', status: 'closed' as const, system: 'okta',
    occurredAt: '2026-03-01T10:00:00Z', detectedAt: '2026-03-01T10:00:01Z', notifiedAt: '2026-03-01T10:00:02Z',
    remediatedAt: '2026-03-01T10:01:00Z', verifiedAt: '2026-03-01T10:01:01Z',
  },
  { id: 'd2', control: 'admin-mfa', key: 'a2', status: 'open' as const, occurredAt: '2026-03-05T10:00:00Z', detectedAt: '2026-03-05T10:00:01Z' },
  {
    id: 'd3', control: 'leaver-access-removed', key: 'w1/okta/b1', status: 'withdrawn' as const,
    occurredAt: '2026-03-04T10:00:00Z', detectedAt: '2026-03-04T10:00:05Z', withdrawnAt: '2026-03-06T09:00:00Z',
  },
];

describe('deviations', () => {
  let app: TestConsole;

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W);
    for (const deviation of DEVIATIONS) await app.data.deviation(deviation);
  });

  afterAll(() => app.close());

  it('are listed with their five times, the latest first', async () => {
    const { body } = await app.get<List>('/v1/deviations');
    expect(body.judgedUntil).toBe(W);
    expect(body.items.map(({ id }) => id)).toEqual(['d2', 'd3', 'd1']);
    expect(body.items[2]).toEqual({
      id: 'd1', control: 'admin-mfa', check: 'second-factor', key: 'a1', status: 'closed', severity: 'critical', system: 'okta',
      occurredAt: '2026-03-01T10:00:00.000Z', detectedAt: '2026-03-01T10:00:01.000Z', notifiedAt: '2026-03-01T10:00:02.000Z',
      remediatedAt: '2026-03-01T10:01:00.000Z', verifiedAt: '2026-03-01T10:01:01.000Z', backfill: false, evidenceIds: [],
    });
    expect(body.items[0]).toMatchObject({ status: 'open', notifiedAt: null, remediatedAt: null, verifiedAt: null });
    expect(body.items[1]).toMatchObject({ status: 'withdrawn', withdrawnAt: '2026-03-06T09:00:00.000Z' });
  });

  it('are found by status, control and key', async () => {
    const ids = async (query: string) => (await app.get<List>(`/v1/deviations?${query}`)).body.items.map(({ id }) => id);
    expect(await ids('status=open')).toEqual(['d2']);
    expect(await ids('control=leaver-access-removed')).toEqual(['d3']);
    expect(await ids('key=a1&control=admin-mfa')).toEqual(['d1']);
    expect((await app.get('/v1/deviations?status=fixed')).status).toBe(400);
    expect((await app.get('/v1/deviations/d1')).body).toMatchObject({ id: 'd1', judgedUntil: W });
    expect((await app.get('/v1/deviations/d9')).status).toBe(404);
  });

  it('come in pages', async () => {
    const first = await app.get<List>('/v1/deviations?limit=2');
    const second = await app.get<List>(`/v1/deviations?limit=2&cursor=${String(first.body.nextCursor)}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(['d2', 'd3', 'd1']);
    expect(second.body.nextCursor).toBeNull();
  });

  it('are shown as they were known then', async () => {
    const then = async (at: string) => (await app.get<List>(`/v1/deviations?knownAt=${at}`)).body.items;
    expect(await then('2026-03-01T10:00:00.999Z')).toEqual([]);
    expect(await then('2026-03-01T10:00:30.000Z')).toEqual([expect.objectContaining({ id: 'd1', status: 'open', remediatedAt: null, notifiedAt: '2026-03-01T10:00:02.000Z' })]);
    expect((await then('2026-03-05T12:00:00.000Z')).map(({ id, status }) => [id, status])).toEqual([['d2', 'open'], ['d3', 'open'], ['d1', 'closed']]);
    const open = await app.get<List>('/v1/deviations?knownAt=2026-03-05T12:00:00.000Z&status=open&limit=1');
    expect(open.body.items.map(({ id }) => id)).toEqual(['d2']);
    const rest = await app.get<List>(`/v1/deviations?knownAt=2026-03-05T12:00:00.000Z&status=open&limit=1&cursor=${String(open.body.nextCursor)}`);
    expect(rest.body).toMatchObject({ items: [{ id: 'd3' }], nextCursor: null });
  });
});

describe('gaps', () => {
  let app: TestConsole;
  const ms = (instant: string): number => Date.parse(instant);

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W);
    const silent = { id: 'g1', cause: 'feed-silent' as const, feedId: app.data.feed.id };
    await app.data.gap({ ...silent, revision: 1, fromMs: ms('2026-03-02T08:00:00Z'), status: 'open', knownFromMs: ms('2026-03-02T08:30:02Z') });
    await app.data.gap({
      ...silent, revision: 2, fromMs: ms('2026-03-02T08:00:00Z'), toMs: ms('2026-03-02T10:00:00Z'), status: 'closed', knownFromMs: ms('2026-03-02T10:00:02Z'),
    });
    await app.data.gap({ id: 'g2', revision: 1, cause: 'conflict', feedId: app.data.feed.id, fromMs: ms('2026-03-03T08:00:00Z'), status: 'open', detail: 'urn:okta e1', knownFromMs: ms('2026-03-03T08:00:00Z') });
  });

  afterAll(() => app.close());

  it('are listed with cause, source, controls hit and whether they blind', async () => {
    const { body } = await app.get<List>('/v1/gaps');
    expect(body.items).toEqual([
      {
        id: 'g2', revision: 1, cause: 'conflict', feed: 'okta', from: '2026-03-03T08:00:00.000Z', to: null, status: 'open', blinds: false,
        controls: expect.arrayContaining(['admin-mfa', 'leaver-access-removed']), detail: 'urn:okta e1', knownFrom: '2026-03-03T08:00:00.000Z',
      },
      {
        id: 'g1', revision: 2, cause: 'feed-silent', feed: 'okta', from: '2026-03-02T08:00:00.000Z', to: '2026-03-02T10:00:00.000Z',
        status: 'closed', blinds: true, controls: expect.arrayContaining(['admin-mfa', 'feeds-alive', 'leaver-access-removed']), knownFrom: '2026-03-02T10:00:02.000Z',
      },
    ]);
    expect((await app.get<List>('/v1/gaps?cause=feed-silent&status=closed')).body.items).toHaveLength(1);
    expect((await app.get('/v1/gaps/g1')).body).toMatchObject({ id: 'g1', judgedUntil: W });
  });

  it('are shown in the revision that was known then', async () => {
    const { body } = await app.get<List>('/v1/gaps?knownAt=2026-03-02T09:00:00.000Z');
    expect(body.items).toEqual([expect.objectContaining({ id: 'g1', revision: 1, to: null, status: 'open' })]);
    expect((await app.get<List>('/v1/gaps?knownAt=2026-03-02T08:30:00.000Z')).body.items).toEqual([]);
  });

  it('that blind cannot be talked away', async () => {
    const { status, body } = await app.post('/v1/gaps/g1/resolve', { note: 'it was nothing' });
    expect(status).toBe(409);
    expect(body['detail']).toMatch(/ends by evidence/);
  });

  it('of a conflict are settled by a person with a note, once, on record and told to readers', async () => {
    expect((await app.post('/v1/gaps/g2/resolve', { note: ' ' })).status).toBe(400);
    expect((await app.post('/v1/gaps/g9/resolve', { note: 'x' })).status).toBe(404);
    const hit = (await app.get<List>('/v1/gaps')).body.items.find(({ id }) => id === 'g2')?.['controls'];
    expect(hit).toContain('leaver-access-removed');
    const { status, body } = await app.post('/v1/gaps/g2/resolve', { note: 'the second export was wrong' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 'g2', revision: 2, status: 'resolved', note: 'the second export was wrong', resolvedBy: 'key admin' });
    expect((await app.post('/v1/gaps/g2/resolve', { note: 'again' })).status).toBe(409);
    const { rows } = await app.data.database.query<{ message: Item }>('SELECT message FROM outbox');
    expect(rows.map(({ message }) => message)).toEqual([expect.objectContaining({ kind: 'gap-closed', gap: expect.objectContaining({ id: 'g2', cause: 'conflict', controls: hit }) })]);
    expect(body['controls']).toEqual(hit);
    const trail = await app.data.database.query<Item>("SELECT actor, action FROM audit_trail WHERE action = 'gap.resolved'");
    expect(trail.rows).toEqual([{ actor: 'key admin', action: 'gap.resolved' }]);
  });
});

describe('evidence and deliveries', () => {
  let app: TestConsole;
  const deliveryId = randomUUID();
  const evidenceId = randomUUID();
  const body = Buffer.from('{"id":"e1",   "type":"identity.account"}');
  const salt = Buffer.alloc(16, 1);
  const normalSalt = Buffer.alloc(16, 2);
  const normal = '{"data":{"account":"a1"},"id":"e1","source":"urn:okta","subject":"a1","time":"2026-03-01T10:00:00.000Z","type":"identity.account"}';

  beforeAll(async () => {
    app = await aConsole(NOW);
    await app.data.judgedUntil(W, 10);
    const query = (text: string, values: readonly unknown[]) => app.data.database.query(text, values);
    const receivedAt = '2026-03-01T10:00:01.000Z';
    await query(
      `INSERT INTO delivery (id, received_at, feed_id, format, content_type, headers, sha256, body, salt, accepted, repeated, ignored, rejected, rejections)
       VALUES ($1, $2, $3, 'cloudevents', 'application/cloudevents+json', '{}', $4, $5, $6, 4, 1, 2, 1, '[{"index": 3, "pointer": "/time", "message": "too far ahead"}]')`,
      [deliveryId, receivedAt, app.data.feed.id, createHash('sha256').update(body).digest(), body, salt],
    );
    await query("INSERT INTO source_name (name) VALUES ('urn:okta')", []);
    const evidence = async (leafIndex: number, id: string, tooOld: boolean) => {
      await query(
        `INSERT INTO evidence (leaf_index, received_at, id, delivery_id, ordinal, feed_id, source_id, event_id, type, subject, time, time_assumed, too_old, normal, salt)
         VALUES ($1, $2, $3, $4, 0, $5, 1, 'e1', 'identity.account', 'a1', '2026-03-01T10:00:00Z', false, $6, $7, $8)`,
        [leafIndex, receivedAt, id, deliveryId, app.data.feed.id, tooOld, normal, normalSalt],
      );
      const digests = [saltedHash(salt, body), saltedHash(normalSalt, normal)] as const;
      const bytes = leafBytes({ kind: 'evidence', id, receivedAtMs: Date.parse(receivedAt), digests });
      await query('INSERT INTO ledger_leaf (leaf_index, received_at, kind, bytes) VALUES ($1, $2, 1, $3)', [leafIndex, receivedAt, bytes]);
    };
    await evidence(3, evidenceId, false);
    await evidence(4, randomUUID(), true);
    await evidence(99, randomUUID(), false);
  });

  afterAll(() => app.close());

  it('show the event as kept, unchanged since receipt', async () => {
    const { body: shown } = await app.get(`/v1/evidence/${evidenceId}`);
    expect(shown).toEqual({
      id: evidenceId, deliveryId, ordinal: 0, feed: 'okta', system: 'okta', format: 'cloudevents', leafIndex: '3',
      receivedAt: '2026-03-01T10:00:01.000Z', timeAssumed: false, tooOld: false, unchanged: true,
      event: { data: { account: 'a1' }, id: 'e1', source: 'urn:okta', subject: 'a1', time: '2026-03-01T10:00:00.000Z', type: 'identity.account' },
    });
  });

  it('give the bytes as received, never as a page of ours', async () => {
    const { status, text, headers } = await app.get(`/v1/evidence/${evidenceId}/raw`);
    expect(status).toBe(200);
    expect(text).toBe(body.toString());
    expect(headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'content-disposition': `attachment; filename="${evidenceId}.bin"`,
      'x-content-type-options': 'nosniff',
    });
  });

  it('say what became of a delivery', async () => {
    const { body: shown } = await app.get(`/v1/deliveries/${deliveryId}`);
    expect(shown).toEqual({
      id: deliveryId, feed: 'okta', format: 'cloudevents', receivedAt: '2026-03-01T10:00:01.000Z',
      accepted: 4, repeated: 1, judged: 2, pending: 1, notJudged: 1, ignored: 2, rejected: 1, deadLettered: 0,
      rejections: [{ index: 3, pointer: '/time', message: 'too far ahead' }], judgedUntil: W,
    });
  });

  it('count what is dead-lettered, and list it', async () => {
    const value = Buffer.from(JSON.stringify({ deliveryId }));
    await app.data.database.transaction((transaction) =>
      addDeadLetters(transaction, [{ topic: TOPICS.controlEvents, partition: 1, offset: 7, key: null, value, reason: 'not a message' }]).then(() => undefined),
    );
    expect((await app.get(`/v1/deliveries/${deliveryId}`)).body).toMatchObject({ judged: 1, deadLettered: 1 });
    const { body: list } = await app.get<List>('/v1/dead-letters');
    expect(list.items).toEqual([
      expect.objectContaining({ topic: 'tickmark.control-events.v1', partition: 1, offset: '7', reason: 'not a message', bytes: value.length, replayedAt: null }),
    ]);
  });

  it('are asked to be replayed by those who operate, once they were not', async () => {
    const { body: list } = await app.get<{ items: readonly { id: string }[] }>('/v1/dead-letters');
    const id = list.items[0]!.id;
    const asked = await app.post(`/v1/dead-letters/${id}/replay`, undefined);
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({ id, replayedAt: null, trouble: null, replayAskedAt: expect.any(String) });
    expect((await app.post(`/v1/dead-letters/${id}/replay`, undefined, { key: app.keys.auditor })).status).toBe(403);
    await app.data.database.query('UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
    expect((await app.post(`/v1/dead-letters/${id}/replay`, undefined)).status).toBe(409);
    expect((await app.post('/v1/dead-letters/999999/replay', undefined)).status).toBe(404);
  });

  it('answer 404 for ids that nobody has and for what is no id', async () => {
    for (const path of ['evidence', 'deliveries']) {
      expect((await app.get(`/v1/${path}/${randomUUID()}`)).status).toBe(404);
      expect((await app.get(`/v1/${path}/nothing`)).status).toBe(404);
    }
  });

  it('never show bytes whose hash is not the one in the ledger', async () => {
    await app.data.database.query('UPDATE delivery SET body = $2 WHERE id = $1', [deliveryId, Buffer.from('tampered')]);
    const { status, body: shown } = await app.get(`/v1/evidence/${evidenceId}/raw`);
    expect(status).toBe(500);
    expect(shown['detail']).toMatch(/not those that were received/);
  });
});
