import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AttestationRepository } from '@tickmark/persistence';
import type { StoredAttestation } from '@tickmark/persistence';
import { eventually } from '@tickmark/testing';
import { FakeSender, TestIngestion } from './ingestion.testkit.js';

let ingestion: TestIngestion;
const sender = new FakeSender();
beforeAll(async () => {
  ingestion = await TestIngestion.start({ sender });
});
afterAll(() => ingestion[Symbol.asyncDispose]());

const given = { control: 'risks-accepted', by: 'bea@example.test', role: 'risk-owner', conclusion: 'accepted' };

async function give(change: Readonly<Record<string, unknown>> = {}, id = randomUUID() as string): Promise<StoredAttestation> {
  const [clock] = await ingestion.rows<{ now: number }>("SELECT date_trunc('milliseconds', clock_timestamp()) AS now");
  const data = { ...given, ...change } as StoredAttestation['data'];
  return new AttestationRepository(ingestion.database).add({ id, givenAtMs: clock!.now, control: 'risks-accepted', check: 'accepted', data });
}

const settled = (id: string) =>
  eventually(async () => {
    const stored = await new AttestationRepository(ingestion.database).byId(id);
    expect(stored?.evidenceId ?? stored?.refusal).toBeDefined();
    return stored as StoredAttestation;
  });

describe('attestations that the console took', () => {
  it('become evidence of the feed "people" with a leaf, and go to Kafka', async () => {
    const { id, givenAtMs } = await give();
    const { evidenceId } = await settled(id);
    const [row] = await ingestion.rows<Record<string, unknown>>(
      `SELECT e.event_id, e.type, e.subject, e.time, f.name, f.authentication, d.format, convert_from(d.body, 'UTF8')::jsonb AS body
       FROM evidence e JOIN feed f ON f.id = e.feed_id JOIN delivery d ON d.id = e.delivery_id
       JOIN ledger_leaf l ON l.leaf_index = e.leaf_index WHERE e.id = $1`,
      [evidenceId],
    );
    expect(row).toMatchObject({
      event_id: id, type: 'attestation.given', subject: 'risks-accepted', time: givenAtMs, name: 'people',
      authentication: { kind: 'console' }, format: 'cloudevents',
      body: { id, type: 'attestation.given', data: given, specversion: '1.0' },
    });
    await eventually(() => {
      expect(sender.messages().flatMap((message) => (message.kind === 'evidence' ? [message.event.id] : []))).toContain(id);
    });
  });

  it('are counted once when the process ended between the commit and the mark', async () => {
    const { id } = await give();
    const { evidenceId } = await settled(id);
    await ingestion.database.query('UPDATE attestation SET evidence_id = NULL WHERE id = $1', [id]);
    expect((await settled(id)).evidenceId).toBe(evidenceId);
    expect(await ingestion.count(`evidence WHERE event_id = '${id}'`)).toBe(1);
  });

  it('that no event can be made of say why and hold no other up', async () => {
    const broken = await give({ conclusion: 'maybe' });
    const good = await give();
    expect((await settled(good.id)).evidenceId).toBeDefined();
    expect((await settled(broken.id)).refusal).toMatch(/^\/data\/conclusion /);
  });

  it('cannot be sent by a feed, whatever it declares', async () => {
    const key = await ingestion.feed({ name: 'forger', types: ['attestation.given'] });
    const event = { specversion: '1.0', id: 'f1', source: '/forger', type: 'attestation.given', subject: 'risks-accepted', data: given };
    const { status, body } = await ingestion.post(event, { key });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/type' })]);
  });

  it('have the name of their feed for themselves', async () => {
    await expect(ingestion.feed({ name: 'people' })).rejects.toThrow('taken');
  });
});
