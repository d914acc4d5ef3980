import { describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@tickmark/contracts';
import { eventually } from '@tickmark/testing';
import { PartitionLane } from './partition-lane.js';
import type { LaneEntry } from './partition-lane.js';

const evidence = (leafIndex: number): LaneEntry => entry('evidence', leafIndex);
const tick = (leafIndex: number): LaneEntry => entry('tick', leafIndex);

function entry(kind: LaneEntry['kind'], leafIndex: number): LaneEntry {
  return { kind, leafIndex, record: { key: kind, value: String(leafIndex) }, bytes: 1, receivedAtMs: leafIndex };
}

/** A broker that answers when it is told to. */
class FakeBroker {
  readonly sends: string[][] = [];
  private answers: ((error?: Error) => void)[] = [];

  send = (records: readonly OutgoingRecord[]): Promise<void> => {
    this.sends.push(records.map(({ key, value }) => `${key === 'tick' ? 't' : ''}${value}`));
    return new Promise((resolve, reject) => {
      this.answers.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  };

  async answer(error?: Error): Promise<void> {
    await eventually(() => {
      if (this.answers.length === 0) throw new Error('nothing in flight');
    });
    this.answers.shift()?.(error);
  }

  get inFlight(): number {
    return this.answers.length;
  }
}

function aLane() {
  const broker = new FakeBroker();
  const acknowledged: number[] = [];
  const failures: unknown[] = [];
  const lane = new PartitionLane({
    send: broker.send,
    acknowledged: (entries) => void acknowledged.push(...entries.map(({ leafIndex }) => leafIndex)),
    failed: (error) => void failures.push(error),
    pause: () => Promise.resolve(),
  });
  const push = (...entries: LaneEntry[]) => {
    for (const one of entries) lane.push(one);
    lane.flush();
  };
  return { broker, lane, push, acknowledged, failures };
}

describe('the way to a partition', () => {
  it('has one send in flight; what comes meanwhile goes together afterwards', async () => {
    const { broker, push } = aLane();
    push(evidence(1));
    push(evidence(2), evidence(3));
    expect(broker.inFlight).toBe(1);
    await broker.answer();
    await eventually(() => expect(broker.sends).toEqual([['1'], ['2', '3']]));
  });

  it('sends the same records again until they are acknowledged', async () => {
    const { broker, push, acknowledged, failures } = aLane();
    push(evidence(1), evidence(2));
    await broker.answer(new Error('away'));
    await broker.answer(new Error('away'));
    await broker.answer();
    await eventually(() => expect(acknowledged).toEqual([1, 2]));
    expect(broker.sends).toEqual([['1', '2'], ['1', '2'], ['1', '2']]);
    expect(failures).toHaveLength(2);
  });

  it('sends a tick by itself, after what stands before it was acknowledged', async () => {
    const { broker, push } = aLane();
    push(evidence(1), tick(1), evidence(2));
    expect(broker.sends).toEqual([['1']]);
    await broker.answer();
    await eventually(() => expect(broker.sends).toEqual([['1'], ['t1']]));
    await broker.answer();
    await eventually(() => expect(broker.sends).toEqual([['1'], ['t1'], ['2']]));
  });

  it('keeps one tick at the end of a queue that does not move', async () => {
    const { broker, push } = aLane();
    push(evidence(1), tick(1));
    push(tick(2));
    push(tick(3));
    await broker.answer();
    await broker.answer();
    await eventually(() => expect(broker.sends).toEqual([['1'], ['t3']]));
  });

  it('never changes the tick that is on its way', async () => {
    const { broker, push } = aLane();
    push(tick(1));
    push(tick(2));
    push(tick(3));
    await broker.answer();
    await eventually(() => expect(broker.sends).toEqual([['t1'], ['t3']]));
  });

  it('names the first leaf that waits', async () => {
    const { broker, lane, push } = aLane();
    push(evidence(4), evidence(7));
    expect([lane.firstWaiting, lane.firstReceivedAtMs]).toEqual([4, 4]);
    await broker.answer();
    await eventually(() => expect(lane.firstWaiting).toBeUndefined());
  });

  it('cuts what is too much for one send', () => {
    const { broker, push } = aLane();
    push({ ...evidence(1), bytes: 699_999 }, { ...evidence(2), bytes: 2 });
    expect(broker.sends).toEqual([['1']]);
    const second = aLane();
    second.push(...Array.from({ length: 1_500 }, (_, index) => evidence(index)));
    expect(second.broker.sends[0]).toHaveLength(1_000);
  });

  it('sends nothing more once closed, and waits for what is in flight', async () => {
    const { broker, lane, push } = aLane();
    push(evidence(1));
    const closed = lane.close();
    push(evidence(2));
    await broker.answer();
    await closed;
    expect(broker.sends).toEqual([['1']]);
  });
});
