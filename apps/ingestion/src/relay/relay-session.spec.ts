import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '@tickmark/contracts';
import type { ControlEventMessage, OutgoingRecord } from '@tickmark/contracts';
import type { LedgerHead, RelayRow } from '@tickmark/persistence';
import { eventually } from '@tickmark/testing';
import { aFeed } from '../append/events.testkit.js';
import { RelaySession } from './relay-session.js';

const PARTITIONS = 3;

const row = (leafIndex: number): RelayRow => ({
  leafIndex,
  key: `k${leafIndex % 5}`,
  id: '019b7ca9-8f2e-7000-8000-000000000001',
  receivedAtMs: 1_000 + leafIndex,
  deliveryId: '019b7ca9-8f2e-7000-8000-000000000002',
  ordinal: 0,
  timeMs: 1_000,
  timeAssumed: false,
  tooOld: false,
  normal: '{"data":{},"id":"e","source":"s","time":"1970-01-01T00:00:01.000Z","type":"t"}',
  traceparent: undefined,
  feed: aFeed(),
});
const rows = (from: number, below: number) => Array.from({ length: below - from }, (_, at) => row(from + at));
const head = (nextIndex: number): LedgerHead => ({ epoch: 1, nextIndex, clockMs: 5_000 });

function aSession(startIndex = 0) {
  const sent: OutgoingRecord[] = [];
  const reads: [number, number][] = [];
  let away = false;
  const session = new RelaySession({
    sender: {
      send: (_topic, records) => {
        if (away) return Promise.reject(new Error('away'));
        sent.push(...records);
        return Promise.resolve();
      },
      partitions: () => Promise.resolve(PARTITIONS),
    },
    partitions: PARTITIONS,
    epoch: 1,
    startIndex,
    readEvidence: (from, below, limit) => {
      reads.push([from, below]);
      return Promise.resolve(rows(from, below).slice(0, limit));
    },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
    onAcknowledged: () => undefined,
    onFailed: () => undefined,
  });
  const messages = (partition: number) =>
    sent.filter((record) => record.partition === partition).map(({ value }) => JSON.parse(value) as ControlEventMessage);
  const leaves = () => sent.map(({ value }) => JSON.parse(value) as ControlEventMessage).filter(({ kind }) => kind === 'evidence').map(({ leafIndex }) => leafIndex);
  return { session, sent, reads, messages, leaves, setAway: (is: boolean) => void (away = is) };
}

const offer = (from: number, below: number) => ({ firstIndex: from, nextIndex: below, clockMs: 2_000, evidence: rows(from, below) });

describe('the relay', () => {
  it('sends what was just committed without reading it again', async () => {
    const { session, reads, leaves } = aSession();
    session.offer(offer(0, 3));
    session.offer(offer(3, 5));
    await eventually(() => expect(leaves().sort()).toEqual([0, 1, 2, 3, 4]));
    await session.catchUp(head(5));
    expect(reads).toEqual([]);
    expect(session.acknowledgedIndex).toBe(4);
  });

  it('reads from the ledger what was not offered, and takes no leaf twice', async () => {
    const { session, reads, leaves } = aSession(2);
    session.offer(offer(4, 6));
    await session.catchUp(head(6));
    session.offer(offer(4, 6));
    session.offer(offer(6, 7));
    await eventually(() => expect(leaves().sort()).toEqual([2, 3, 4, 5, 6]));
    expect(reads).toEqual([[2, 6]]);
  });

  it('does not take what is committed while it reads: it reads that in its turn', async () => {
    const { session, leaves } = aSession();
    const reading = session.catchUp(head(3));
    session.offer(offer(0, 3));
    await reading;
    await session.catchUp(head(4));
    await eventually(() => expect(leaves().sort()).toEqual([0, 1, 2, 3]));
  });

  it('puts each key into its partition, in leaf order', async () => {
    const { session, messages, leaves } = aSession();
    session.offer(offer(0, 50));
    await eventually(() => expect(leaves()).toHaveLength(50));
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const expected = rows(0, 50).filter((one) => partitionOf(one.key, PARTITIONS) === partition);
      expect(messages(partition).map(({ leafIndex }) => leafIndex)).toEqual(expected.map(({ leafIndex }) => leafIndex));
    }
  });

  it('ticks to every partition with the head’s index, a millisecond behind its clock', async () => {
    const { session, sent, messages } = aSession();
    session.offer(offer(0, 3));
    session.tick(head(3));
    await eventually(() => expect(sent).toHaveLength(3 + PARTITIONS));
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      expect(messages(partition).at(-1)).toMatchObject({ kind: 'tick', leafIndex: 2, clock: '1970-01-01T00:00:04.999Z' });
    }
  });

  it('behind the head ticks only as far as it has read', async () => {
    const { session, sent, messages } = aSession();
    session.offer(offer(0, 3));
    session.tick(head(1_000));
    await eventually(() => expect(sent).toHaveLength(3 + PARTITIONS));
    expect(messages(0).at(-1)).toMatchObject({ kind: 'tick', leafIndex: 2, clock: '1970-01-01T00:00:01.999Z' });
  });

  it('does not tick before it has read anything, nor on an empty ledger', () => {
    const { session, sent } = aSession();
    session.tick(head(5));
    session.tick(head(0));
    expect(sent).toEqual([]);
  });

  it('holds what Kafka does not take, up to a bound, and acknowledges nothing of it', async () => {
    const { session, reads, leaves, setAway } = aSession();
    setAway(true);
    await session.catchUp(head(100_000));
    expect(session.acknowledgedIndex).toBe(-1);
    expect(session.oldestWaitingMs).toBe(1_000);
    expect(reads).toHaveLength(10);
    session.offer(offer(20_000, 20_001));
    setAway(false);
    await eventually(() => expect(session.acknowledgedIndex).toBe(19_999));
    await session.catchUp(head(30_000));
    await eventually(() => expect(leaves()).toHaveLength(30_000));
    expect(new Set(leaves()).size).toBe(30_000);
    expect(session.oldestWaitingMs).toBeUndefined();
  });
});
