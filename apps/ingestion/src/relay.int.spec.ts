import { describe, expect, it } from '@jest/globals';
import { controlEventMessage } from '@tickmark/contracts';
import { eventually, makeTestDatabase } from '@tickmark/testing';
import { FakeSender, TestIngestion, cloudEvent } from './ingestion.testkit.js';

const readiness = async (ingestion: TestIngestion) => {
  const answer = await fetch(`${ingestion.url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};
const indices = async (ingestion: TestIngestion) =>
  (await ingestion.rows<{ leaf_index: number }>('SELECT leaf_index FROM evidence ORDER BY leaf_index')).map((row) => row.leaf_index);
const inOrder = (leaves: readonly number[]) => leaves.toSorted((a, b) => a - b);

describe('the relay', () => {
  it('sends what contracts describe, each leaf once, and ticks behind it', async () => {
    const sender = new FakeSender();
    await using ingestion = await TestIngestion.start({ sender });
    await ingestion.post([cloudEvent('a'), cloudEvent('b', { subject: 'other' }), cloudEvent('c', { time: undefined } as never)]);
    await eventually(async () => expect(inOrder(sender.leaves())).toEqual(await indices(ingestion)));
    for (const message of sender.messages()) expect(controlEventMessage.parse(message)).toEqual(message);
    const last = Math.max(...sender.leaves());
    await eventually(() => {
      const ticked = sender.records.filter(({ key, value }) => key === 'tick' && (JSON.parse(value) as { leafIndex: number }).leafIndex >= last);
      expect(new Set(ticked.map(({ partition }) => partition))).toEqual(new Set([0, 1, 2]));
    });
    const [evidence] = sender.messages();
    expect(evidence).toMatchObject({ kind: 'evidence', feed: { name: 'local', production: true, settleMs: 2_000 }, event: { id: 'a', data: { n: 1 } } });
  });

  it('promises with a tick that nothing is received later with an earlier clock', async () => {
    const sender = new FakeSender();
    await using ingestion = await TestIngestion.start({ sender });
    const endMs = Date.now() + 2_500;
    for (let at = 0; Date.now() < endMs; at += 1) await ingestion.post(cloudEvent(`busy${at}`, { subject: `s${at % 7}` }));
    const received = await ingestion.rows<{ leaf_index: number; received_at: number }>('SELECT leaf_index, received_at FROM ledger_leaf');
    const ticks = sender.messages().filter((message) => message.kind === 'tick');
    expect(ticks.length).toBeGreaterThanOrEqual(6);
    for (const tick of ticks) {
      const clock = Date.parse(tick.clock);
      expect(received.filter((leaf) => leaf.received_at <= clock && leaf.leaf_index > tick.leafIndex)).toEqual([]);
    }
  });

  it('with Kafka away: ingestion accepts, says that it is behind, and catches up in order afterwards', async () => {
    const sender = new FakeSender();
    sender.away = true;
    await using ingestion = await TestIngestion.start({ sender });
    for (let at = 0; at < 30; at += 1) expect((await ingestion.post(cloudEvent(`away${at}`, { subject: `s${at % 4}` }))).status).toBe(202);
    await eventually(async () => {
      const ready = await readiness(ingestion);
      expect([ready.status, ready.text]).toEqual([200, expect.stringMatching(/"degraded".*kafka is away; 30 leaves wait/)]);
    });
    expect(await (await fetch(`${ingestion.url}/metrics`)).text()).toMatch(/tickmark_relay_waiting_leaves\{[^}]*\} 3[01]\n/);
    sender.away = false;
    await eventually(async () => expect(inOrder(sender.leaves())).toEqual(await indices(ingestion)));
    for (const partition of [0, 1, 2]) {
      const mine = sender.records.filter((record) => record.partition === partition && record.key !== 'tick');
      const leaves = mine.map(({ value }) => (JSON.parse(value) as { leafIndex: number }).leafIndex);
      expect(leaves).toEqual(inOrder(leaves));
    }
    await eventually(async () => expect((await readiness(ingestion)).text).toContain('"ready"'));
  });

  it('that lost Kafka in the middle sends the same again until it is taken', async () => {
    const sender = new FakeSender();
    await using ingestion = await TestIngestion.start({ sender });
    await ingestion.post(cloudEvent('first'));
    await eventually(() => expect(sender.leaves()).toHaveLength(1));
    sender.away = true;
    for (let at = 0; at < 10; at += 1) await ingestion.post(cloudEvent(`mid${at}`));
    sender.away = false;
    await eventually(async () => expect(inOrder(sender.leaves())).toEqual(await indices(ingestion)));
  });

  it('is one process at a time; the next one goes on where it ended', async () => {
    await using database = await makeTestDatabase();
    const senders = [new FakeSender(), new FakeSender()] as const;
    await using second = await (async () => {
      const first = await TestIngestion.start({ databaseUrl: database.url, sender: senders[0] });
      first.key = await first.feed({ name: 'local' });
      await first.post(cloudEvent('a'));
      await eventually(() => expect(senders[0].leaves()).toHaveLength(1));
      const other = await TestIngestion.start({ databaseUrl: database.url, sender: senders[1] });
      other.key = first.key;
      await other.post(cloudEvent('b'));
      await eventually(() => expect(senders[0].leaves()).toHaveLength(2));
      expect(senders[1].leaves()).toEqual([]);
      await first[Symbol.asyncDispose]();
      return other;
    })();
    await second.post(cloudEvent('c'));
    await eventually(async () => expect([...senders[0].leaves(), ...senders[1].leaves()]).toEqual(await indices(second)));
  });
});
