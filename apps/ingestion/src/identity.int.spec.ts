import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestIngestion, cloudEvent } from './ingestion.testkit.js';

let ingestion: TestIngestion;
let otherKey: string;
beforeAll(async () => {
  ingestion = await TestIngestion.start();
  otherKey = await ingestion.feed({ name: 'other' });
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const evidenceIdOf = (answer: Awaited<ReturnType<TestIngestion['post']>>, at = 0) => answer.body.events[at]?.evidenceId;

describe('an event sent again', () => {
  it('with the same content answers with the first evidence and changes nothing but the sign of life', async () => {
    const first = await ingestion.post(cloudEvent('r1'));
    const again = await ingestion.post(cloudEvent('r1'));
    expect([again.status, evidenceIdOf(again)]).toEqual([202, evidenceIdOf(first)]);
    expect(again.body).toMatchObject({ accepted: 1, rejected: [] });
    expect(await ingestion.count("evidence WHERE event_id = 'r1'")).toBe(1);
    expect(await ingestion.rows('SELECT accepted, repeated, body, salt FROM delivery WHERE id = $1', [again.body.deliveryId])).toEqual([
      { accepted: 1, repeated: 1, body: null, salt: null },
    ]);
  });

  it.each([
    ['written with another order of names', '{"id":"r2","data":{"b":2,"a":1},"specversion":"1.0","source":"/spec","type":"t.x"}'],
    ['with another way to write the same number', '{"specversion":"1.0","id":"r2","source":"/spec","type":"t.x","data":{"a":1.0,"b":2e0}}'],
  ])('%s is the same content', async (_how, text) => {
    const first = await ingestion.post(cloudEvent('r2', { type: 't.x', subject: undefined, time: undefined, data: { a: 1, b: 2 } } as never));
    expect(evidenceIdOf(await ingestion.post(text))).toBe(evidenceIdOf(first));
  });

  it('with the same instant in another zone is the same content', async () => {
    const first = await ingestion.post(cloudEvent('r3', { time: '2026-11-01T00:00:00Z' }));
    expect(evidenceIdOf(await ingestion.post(cloudEvent('r3', { time: '2026-11-01T01:00:00.000+01:00' })))).toBe(evidenceIdOf(first));
  });

  it('within one body is kept once', async () => {
    const answer = await ingestion.post([cloudEvent('r4'), cloudEvent('r4')]);
    expect(answer.body).toMatchObject({ accepted: 2, rejected: [] });
    expect(evidenceIdOf(answer, 0)).toBe(evidenceIdOf(answer, 1));
    expect(await ingestion.count("evidence WHERE event_id = 'r4'")).toBe(1);
  });

  it('by many at once is kept once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ingestion.post(cloudEvent('r5'))));
    expect(new Set(answers.map((answer) => evidenceIdOf(answer))).size).toBe(1);
    expect(await ingestion.count("evidence WHERE event_id = 'r5'")).toBe(1);
  });

  it('by another feed, or from another source, is another event', async () => {
    const answers = [
      await ingestion.post(cloudEvent('r6')),
      await ingestion.post(cloudEvent('r6', { data: { n: 2 } }), { key: otherKey }),
      await ingestion.post(cloudEvent('r6', { source: '/elsewhere', data: { n: 3 } })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map((answer) => evidenceIdOf(answer))).size).toBe(3);
  });
});

describe('an id with another content', () => {
  it('is rejected at /id, the first content stands, and the attempt is on record', async () => {
    const first = await ingestion.post(cloudEvent('x1'));
    const attempt = await ingestion.post([cloudEvent('x1', { data: { n: 2 } }), cloudEvent('x2')]);
    expect(attempt.status).toBe(202);
    expect(attempt.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, pointer: '/id' }] });
    expect(attempt.body.rejected[0]?.message).toMatch(/^conflict:/);

    const [conflict] = await ingestion.rows<{ id: string; leaf_index: number }>(
      "SELECT id, leaf_index, first_evidence_id FROM event_conflict WHERE event_id = 'x1'",
    );
    expect(conflict).toMatchObject({ first_evidence_id: evidenceIdOf(first) });
    expect(await ingestion.rows('SELECT kind FROM ledger_leaf WHERE leaf_index = $1', [conflict!.leaf_index])).toEqual([{ kind: 2 }]);
    expect(await ingestion.rows('SELECT cause, status, to_at, control FROM gap WHERE id = $1', [`conflict-${conflict!.id}`])).toEqual([
      { cause: 'conflict', status: 'open', to_at: null, control: null },
    ]);
    const [outgoing] = await ingestion.rows<{ message: { kind: string; gap: object } }>('SELECT message FROM outbox WHERE message_key = $1', [`gap/conflict-${conflict!.id}`]);
    expect(outgoing?.message).toMatchObject({ kind: 'gap-opened', gap: { cause: 'conflict', feed: 'local', controls: [] } });
  });

  it('alone is 422, and sent again is told no second time', async () => {
    await ingestion.post(cloudEvent('x3'));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const answer = await ingestion.post(cloudEvent('x3', { subject: 'other' }));
      expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/id']);
    }
    expect(await ingestion.count("event_conflict WHERE event_id = 'x3'")).toBe(1);
    await ingestion.post(cloudEvent('x3', { subject: 'third' }));
    expect(await ingestion.count("event_conflict WHERE event_id = 'x3'")).toBe(2);
  });

  it('in the same body: the first one stands', async () => {
    const answer = await ingestion.post([cloudEvent('x4'), cloudEvent('x4', { type: 'spec.other' }), cloudEvent('x4')]);
    expect(answer.body).toMatchObject({ accepted: 2, rejected: [{ index: 1, pointer: '/id' }] });
  });

  it('from many at once: exactly one content stands', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ingestion.post(cloudEvent('x5', { data: { n } }))));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await ingestion.count("evidence WHERE event_id = 'x5'")).toBe(1);
    expect(await ingestion.count("event_conflict WHERE event_id = 'x5'")).toBe(19);
  });
});

describe('times', () => {
  it('given in the future are rejected at /time, the rest is kept', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await ingestion.post([cloudEvent('t1', { time: ahead }), cloudEvent('t2')]);
    expect(answer.body).toMatchObject({ accepted: 1, rejected: [{ index: 0, pointer: '/time' }] });
    expect(await ingestion.count("event_identity WHERE event_id = 't1'")).toBe(0);
  });

  it('not given are the time of receipt, and marked as assumed', async () => {
    const { time: _time, ...timeless } = cloudEvent('t3');
    await ingestion.post(timeless);
    expect(await ingestion.rows("SELECT time = received_at AS same, time_assumed FROM evidence WHERE event_id = 't3'")).toEqual([{ same: true, time_assumed: true }]);
  });

  it('too old are kept and marked', async () => {
    await ingestion.post([cloudEvent('t4', { time: '2025-01-01T00:00:00Z' }), cloudEvent('t5', { time: '0001-01-01T00:00:00Z' })]);
    expect(await ingestion.rows("SELECT event_id, too_old FROM evidence WHERE event_id IN ('t4', 't5') ORDER BY 1")).toEqual([
      { event_id: 't4', too_old: true },
      { event_id: 't5', too_old: true },
    ]);
  });
});
