import { expect, it } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import type { OutboxRow, OutgoingRecord, WaitingOutbox } from '@tickmark/contracts';
import { createLogger } from '@tickmark/platform';
import { OutboxRelay } from './outbox-relay.js';

const LIMITS = { batchMax: 2, pollMs: 1, againMs: 1 };
const row = (id: number, key: string): OutboxRow => ({ id, key, topic: TOPICS.stateChanges, message: { kind: 'state-changed' } });

class FakeOutbox implements WaitingOutbox {
  rows: OutboxRow[] = [];
  failures = 0;
  waiting(limit: number) {
    return Promise.resolve(this.rows.slice(0, limit));
  }
  markSent(ids: readonly number[]) {
    if (this.failures-- > 0) return Promise.reject(new Error('the database is away'));
    this.rows = this.rows.filter(({ id }) => !ids.includes(id));
    return Promise.resolve();
  }
  async exclusively(work: (outbox: WaitingOutbox) => Promise<void>) {
    await work(this);
    return true;
  }
}

class FakeSender {
  readonly sent: OutgoingRecord[] = [];
  failures = 0;
  send(_topic: string, records: readonly OutgoingRecord[]) {
    if (this.failures-- > 0) return Promise.reject(new Error('Kafka is away'));
    this.sent.push(...records);
    return Promise.resolve();
  }
  partitions() {
    return Promise.resolve(1);
  }
}

async function relayAll(outbox: FakeOutbox, sender: FakeSender) {
  const relay = new OutboxRelay(outbox, sender, createLogger('test', 'silent'), LIMITS);
  relay.start();
  for (let tries = 0; outbox.rows.length > 0 && tries < 1_000; tries += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  await relay.stop();
}

it('sends rows in the order of their ids and gives each its id as sequence', async () => {
  const [outbox, sender] = [new FakeOutbox(), new FakeSender()];
  outbox.rows = [row(3, 'a'), row(5, 'b'), row(9, 'a')];
  await relayAll(outbox, sender);
  expect(sender.sent).toEqual([
    { key: 'a', value: '{"kind":"state-changed","sequence":3}' },
    { key: 'b', value: '{"kind":"state-changed","sequence":5}' },
    { key: 'a', value: '{"kind":"state-changed","sequence":9}' },
  ]);
});

it('keeps rows until they are acknowledged', async () => {
  const [outbox, sender] = [new FakeOutbox(), new FakeSender()];
  outbox.rows = [row(1, 'a'), row(2, 'a')];
  sender.failures = 3;
  await relayAll(outbox, sender);
  expect(sender.sent.map(({ value }) => value)).toEqual(['{"kind":"state-changed","sequence":1}', '{"kind":"state-changed","sequence":2}']);
});

it('sends again what it could not mark: at least once', async () => {
  const [outbox, sender] = [new FakeOutbox(), new FakeSender()];
  outbox.rows = [row(1, 'a')];
  outbox.failures = 1;
  await relayAll(outbox, sender);
  expect(sender.sent).toHaveLength(2);
});
