import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LEAF_KINDS, canonicalJson, parseLeaf, saltedHash } from '@tickmark/ledger';
import { putIntoLedger } from '@tickmark/persistence';
import { eventually } from '@tickmark/testing';
import { TestIngestion, cloudEvent } from './ingestion.testkit.js';

interface LeafRow {
  leaf_index: number;
  received_at: number;
  kind: number;
  bytes: Buffer;
}

let ingestion: TestIngestion;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const leaves = () => ingestion.rows<LeafRow>('SELECT leaf_index, received_at, kind, bytes FROM ledger_leaf ORDER BY leaf_index');

describe('the ledger', () => {
  it('has no gaps and a clock that never goes back, however many requests come together', async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, at) => ingestion.post([cloudEvent(`c${at}`), cloudEvent(`d${at}`)])),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.flatMap(({ body }) => body.events.map(({ evidenceId }) => evidenceId))).size).toBe(600);

    const all = await leaves();
    expect(all.map((leaf) => leaf.leaf_index)).toEqual(all.map((_, index) => index));
    const clocks = all.map((leaf) => leaf.received_at);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
    const [head] = await ingestion.rows<{ next_index: number }>('SELECT next_index FROM ledger_head');
    expect(head?.next_index).toBeGreaterThanOrEqual(all.length);
  });

  it('has no gaps when several processes append at once', async () => {
    await using other = await TestIngestion.start({ databaseUrl: ingestion.databaseUrl });
    const answers = await Promise.all(
      Array.from({ length: 600 }, (_, at) => (at % 2 === 0 ? ingestion : other).post(cloudEvent(`two${at % 450}`), { key: ingestion.key })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await ingestion.count("evidence WHERE event_id LIKE 'two%'")).toBe(450);
    const all = await leaves();
    expect(all.map((leaf) => leaf.leaf_index)).toEqual(all.map((_, index) => index));
    const clocks = all.map((leaf) => leaf.received_at);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  });

  it('keeps its clock when the time of the database goes back', async () => {
    const [ahead] = await ingestion.rows<{ clock: number }>(
      "UPDATE ledger_head SET clock = date_trunc('milliseconds', clock_timestamp()) + interval '2 seconds' RETURNING clock",
    );
    const { body } = await ingestion.post(cloudEvent('after the jump'));
    const [row] = await ingestion.rows<{ received_at: number }>('SELECT received_at FROM evidence WHERE id = $1', [body.events[0]?.evidenceId]);
    expect(row?.received_at).toBeGreaterThanOrEqual(ahead!.clock);
  });

  it('shares commits among requests that come together', async () => {
    const commits = async () => {
      const text = await (await fetch(`${ingestion.url}/metrics`)).text();
      return Number(/tickmark_append_seconds_count\{[^}]*\} (\d+)/.exec(text)?.[1]);
    };
    const before = await commits();
    await Promise.all(Array.from({ length: 200 }, (_, at) => ingestion.post(cloudEvent(`shared${at}`))));
    expect((await commits()) - before).toBeLessThan(100);
  });

  it('has leaves that vouch for the raw bytes and the normal form', async () => {
    const sent = JSON.stringify(cloudEvent('vouched'));
    const { body } = await ingestion.post(sent);
    const evidenceId = body.events[0]?.evidenceId ?? '';
    const [row] = await ingestion.rows<{ leaf_index: number; received_at: number; normal: string; salt: Buffer; body: Buffer; body_salt: Buffer }>(
      `SELECT e.leaf_index, e.received_at, e.normal, e.salt, d.body, d.salt AS body_salt
       FROM evidence e JOIN delivery d ON d.id = e.delivery_id WHERE e.id = $1`,
      [evidenceId],
    );
    expect(row?.body.toString()).toBe(sent);
    expect(row?.normal).toBe(
      '{"data":{"n":1},"id":"vouched","source":"/spec","subject":"s1","time":"2026-11-01T00:00:00.000Z","type":"spec.happened"}',
    );
    const leaf = (await leaves()).find((one) => one.leaf_index === row?.leaf_index);
    expect(leaf && parseLeaf(leaf.bytes)).toEqual({
      kind: 'evidence',
      id: evidenceId,
      receivedAtMs: row?.received_at,
      digests: [saltedHash(row!.body_salt, sent), saltedHash(row!.salt, row!.normal)],
    });
  });

  it('cuts a delivery that is too big for one transaction, and keeps all of it once', async () => {
    const lines = Array.from({ length: 4_500 }, (_, at) => JSON.stringify(cloudEvent(`big${at}`)));
    const send = () => ingestion.post(lines.join('\n'), { type: 'application/x-ndjson' });
    const first = await send();
    expect(first.status).toBe(202);
    expect(first.body).toMatchObject({ accepted: 4_500, rejected: [] });
    expect(first.body.events.map(({ id }) => id)).toEqual(lines.map((_, at) => `big${at}`));
    const [delivery] = await ingestion.rows('SELECT accepted, repeated, rejected, body IS NOT NULL AS has_body FROM delivery WHERE id = $1', [first.body.deliveryId]);
    expect(delivery).toEqual({ accepted: 4_500, repeated: 0, rejected: 0, has_body: true });
    const perTransaction = await ingestion.rows<{ n: number }>('SELECT count(*)::int AS n FROM evidence WHERE delivery_id = $1 GROUP BY xmin::text', [first.body.deliveryId]);
    expect(Math.max(...perTransaction.map(({ n }) => n))).toBeLessThanOrEqual(2_000);

    const second = await send();
    expect(second.body.events).toEqual(first.body.events);
    expect(await ingestion.rows('SELECT accepted, repeated FROM delivery WHERE id = $1', [second.body.deliveryId])).toEqual([{ accepted: 4_500, repeated: 4_500 }]);
    expect(await ingestion.count("evidence WHERE event_id LIKE 'big%'")).toBe(4_500);
  });

  it('gives records of other apps their leaves, in order, within seconds', async () => {
    await putIntoLedger(ingestion.database, 'decision', { action: 'acknowledged', by: 'ann@example.org' });
    await putIntoLedger(ingestion.database, 'deviation', { id: 'd1', status: 'open' });
    const settled = await eventually(async () => {
      const rows = await ingestion.rows<{ kind: number; payload: unknown; leaf_index: number | null; leaf_id: string; salt: Buffer; received_at: number }>(
        'SELECT kind, payload, leaf_index, leaf_id, salt, received_at FROM ledger_intake ORDER BY id DESC LIMIT 2',
      );
      expect(rows.every((row) => row.leaf_index !== null)).toBe(true);
      return rows.toReversed();
    });
    expect(settled.map(({ kind }) => kind)).toEqual([LEAF_KINDS.decision, LEAF_KINDS.deviation]);
    expect(settled[0]!.leaf_index).toBeLessThan(settled[1]!.leaf_index!);
    const stored = await leaves();
    for (const row of settled) {
      const leaf = parseLeaf(stored.find((one) => one.leaf_index === row.leaf_index)!.bytes);
      expect(leaf).toMatchObject({ id: row.leaf_id, receivedAtMs: row.received_at, digests: [saltedHash(row.salt, canonicalJson(row.payload))] });
    }
  });

  it('moves its clock on without any delivery', async () => {
    const clock = async () => (await ingestion.rows<{ clock: number }>('SELECT clock FROM ledger_head'))[0]!.clock;
    const before = await clock();
    await eventually(async () => expect(await clock()).toBeGreaterThan(before));
  });

  it('moves its clock on even when a record cannot become a leaf', async () => {
    await ingestion.database.query("SET ROLE NONE; ALTER TABLE ledger_intake DROP CONSTRAINT ledger_intake_kind_check; SET ROLE tickmark_app");
    await ingestion.database.query("INSERT INTO ledger_intake (kind, payload) VALUES (99, '{}')");
    const clock = async () => (await ingestion.rows<{ clock: number }>('SELECT clock FROM ledger_head'))[0]!.clock;
    const before = await clock();
    await eventually(async () => expect(await clock()).toBeGreaterThan(before + 2_000));
    expect((await ingestion.post(cloudEvent('meanwhile'))).status).toBe(202);
  });

  it('cannot be changed by the application, not even by mistake', async () => {
    for (const change of ['UPDATE ledger_leaf SET kind = 2', 'DELETE FROM ledger_leaf', 'UPDATE evidence SET type = type', 'DELETE FROM event_identity']) {
      await expect(ingestion.database.query(change)).rejects.toThrow(/permission denied|append-only/);
    }
  });
});
