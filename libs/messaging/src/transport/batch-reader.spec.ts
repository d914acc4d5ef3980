import { expect, it } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import type { BatchOutcome, MessageBatch } from '@tickmark/contracts';
import { createLogger } from '@tickmark/platform';
import { BatchReader } from './batch-reader.js';
import type { BatchHandler, Delivered } from './batch-reader.js';
import { Standings } from './standings.js';

const LIMITS = { batchMax: 2, heartbeatMs: 5, retryMs: 1, retryMsMax: 2, workMsMax: 1_000 };

class FakeStore {
  readonly forgotten: number[] = [];
  failures = 0;
  constructor(readonly stored: Record<number, number>) {}
  positions() {
    if (this.failures-- > 0) return Promise.reject(new Error('the database is away'));
    return Promise.resolve(new Map(Object.entries(this.stored).map(([partition, offset]) => [Number(partition), offset])));
  }
  forget(_topic: string, partition: number) {
    this.forgotten.push(partition);
    return Promise.resolve();
  }
}

function reading(store: FakeStore, handler: BatchHandler) {
  const standings = new Standings(TOPICS.controlEvents, store, () => Promise.resolve(6));
  return new BatchReader(standings, handler, LIMITS, createLogger('test', 'silent'));
}

function delivery(first: number, last: number, change: Partial<Delivered> = {}) {
  const seen = { seeks: [] as number[], resolved: [] as number[], heartbeats: 0 };
  const messages = Array.from({ length: last - first + 1 }, (_, at) => ({ offset: first + at, key: null, value: null }));
  const delivered: Delivered = {
    partition: 0,
    messages,
    endOffset: last + 1,
    seek: (offset) => void seen.seeks.push(offset),
    resolve: (offset) => void seen.resolved.push(offset),
    heartbeat: () => {
      seen.heartbeats += 1;
      return Promise.resolve();
    },
    isRunning: () => true,
    isStale: () => false,
    ...change,
  };
  return { delivered, seen };
}

const done = (batch: MessageBatch): BatchOutcome => ({ kind: 'done', nextOffset: (batch.messages.at(-1)?.offset ?? 0) + 1 });

/** Says done to all, and keeps what it was given. */
function keeping() {
  const given: { position: number; offsets: number[] }[] = [];
  const handler: BatchHandler = (batch) => {
    given.push({ position: batch.position, offsets: batch.messages.map(({ offset }) => offset) });
    return Promise.resolve(done(batch));
  };
  return { given, handler };
}

it('hands over slices in order and moves on after each commit', async () => {
  const { given, handler } = keeping();
  const { delivered, seen } = delivery(5, 9);
  await reading(new FakeStore({ 0: 5 }), handler).read(delivered);
  expect(given).toEqual([
    { position: 5, offsets: [5, 6] },
    { position: 7, offsets: [7, 8] },
    { position: 9, offsets: [9] },
  ]);
  expect(seen.resolved).toEqual([6, 8, 9]);
});

it('begins at the stored offset, not at the one that Kafka gives', async () => {
  const { given, handler } = keeping();
  const reader = reading(new FakeStore({ 0: 5 }), handler);
  const ahead = delivery(8, 9);
  await reader.read(ahead.delivered);
  expect(ahead.seen.seeks).toEqual([5]);
  expect(given).toEqual([]);
  await reader.read(delivery(5, 6).delivered);
  expect(given).toEqual([{ position: 5, offsets: [5, 6] }]);
});

it('hands over a hole as it is, with the position before it', async () => {
  const { given, handler } = keeping();
  const reader = reading(new FakeStore({ 0: 5 }), handler);
  await reader.read(delivery(8, 9).delivered);
  await reader.read(delivery(8, 9).delivered);
  expect(given).toEqual([{ position: 5, offsets: [8, 9] }]);
});

it('forgets its position when the partition was made anew', async () => {
  const { given, handler } = keeping();
  const store = new FakeStore({ 0: 50 });
  const reader = reading(store, handler);
  await reader.read(delivery(0, 1).delivered);
  await reader.read(delivery(0, 1).delivered);
  expect(store.forgotten).toEqual([0]);
  expect(given).toEqual([{ position: -1, offsets: [0, 1] }]);
});

it('tries a failed slice again, with heartbeats, and skips nothing', async () => {
  let attempts = 0;
  const offsets: number[][] = [];
  const handler: BatchHandler = async (batch) => {
    offsets.push(batch.messages.map(({ offset }) => offset));
    attempts += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return attempts < 3 ? { kind: 'failed', error: new Error('the database is away') } : done(batch);
  };
  const { delivered, seen } = delivery(0, 1);
  await reading(new FakeStore({ 0: 0 }), handler).read(delivered);
  expect(offsets).toEqual([[0, 1], [0, 1], [0, 1]]);
  expect(seen.resolved).toEqual([1]);
  expect(seen.heartbeats).toBeGreaterThan(3);
});

it('tries again when the stored offsets cannot be read', async () => {
  const { given, handler } = keeping();
  const store = new FakeStore({ 0: 0 });
  store.failures = 2;
  await reading(store, handler).read(delivery(0, 0).delivered);
  expect(given).toEqual([{ position: 0, offsets: [0] }]);
});

it('goes where another reader moved the stored offset', async () => {
  const { delivered, seen } = delivery(0, 3);
  await reading(new FakeStore({ 0: 0 }), () => Promise.resolve({ kind: 'elsewhere', nextOffset: 40 })).read(delivered);
  expect(seen.seeks).toEqual([40]);
  expect(seen.resolved).toEqual([]);
});

it('stops between slices once the partition is stale', async () => {
  let stale = false;
  const { delivered, seen } = delivery(0, 5, { isStale: () => stale });
  await reading(new FakeStore({ 0: 0 }), (batch) => {
    stale = true;
    return Promise.resolve(done(batch));
  }).read(delivered);
  expect(seen.resolved).toEqual([1]);
});

it('says after the work that the group took the partition away', async () => {
  const { delivered } = delivery(0, 1, { heartbeat: () => Promise.reject(new Error('the group is rebalancing')) });
  const reader = reading(new FakeStore({ 0: 0 }), async (batch) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return done(batch);
  });
  await expect(reader.read(delivered)).rejects.toThrow('the group is rebalancing');
});
