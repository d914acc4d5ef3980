import { expect, it } from '@jest/globals';
import { TOPICS } from '@tickmark/contracts';
import type { PartitionProgress } from '@tickmark/persistence';
import { passEvidence, passHole, passTick } from './progress.js';

const SETTLE = 2_000;
const begun: PartitionProgress = { topic: TOPICS.controlEvents, partition: 0, epoch: 1, nextOffset: 0, leafIndex: -1 };
const ticks = (from: PartitionProgress, ...clocks: number[]) =>
  clocks.reduce((progress, clockMs, at) => passTick(progress, { leafIndex: at, clockMs }, SETTLE), from);

it('has no clock before the first tick', () => {
  expect(passEvidence(begun, 7).tickClockMs).toBeUndefined();
});

it('has the clock of the last tick that it passed', () => {
  expect(ticks(begun, 1_000, 2_000)).toMatchObject({ tickClockMs: 2_000, tickLeafIndex: 1, leafIndex: 1 });
});

it('never goes back', () => {
  expect(ticks(begun, 5_000, 4_000).tickClockMs).toBe(5_000);
});

it('stands still after a jump of more than 10 seconds until settle after its end', () => {
  const jumped = ticks(begun, 1_000, 61_000);
  expect(jumped).toMatchObject({ tickClockMs: 1_000, seenClockMs: 61_000, holdUntilMs: 63_000 });
  expect(ticks(jumped, 62_000).tickClockMs).toBe(1_000);
  const released = ticks(jumped, 62_000, 63_000);
  expect(released.tickClockMs).toBe(63_000);
  expect(released.holdUntilMs).toBeUndefined();
});

it('takes ten seconds for no jump', () => {
  expect(ticks(begun, 1_000, 11_000).tickClockMs).toBe(11_000);
});

it('ends a hole just before the clock of its last leaf', () => {
  expect(passHole(begun, { index: 40, receivedAtMs: 9_000 })).toMatchObject({ tickClockMs: 8_999, leafIndex: 40, tickLeafIndex: 40 });
});
