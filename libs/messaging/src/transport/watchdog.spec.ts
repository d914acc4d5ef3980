import { expect, it } from '@jest/globals';
import { Watchdog } from './watchdog.js';

/** A consumer on a clock of its own. */
function watching() {
  const state = { now: 0, end: 10, position: 5, excused: false, sign: 0, reachable: true };
  const watchdog = new Watchdog(
    {
      endOffsets: () => (state.reachable ? Promise.resolve(new Map([[0, state.end]])) : Promise.reject(new Error('away'))),
      positions: () => [{ partition: 0, position: state.position }],
      isExcused: () => state.excused,
      lastSignMs: () => state.sign,
    },
    60,
  );
  return { state, watchdog, look: (now: number) => watchdog.look(() => (state.now = now)) };
}

it('finds a consumer that shows no sign of life', async () => {
  const { look } = watching();
  expect(await look(30)).toBeUndefined();
  expect(await look(91)).toBe('the Kafka consumer shows no sign of life');
});

it('finds a consumer that lives and makes no progress while messages wait', async () => {
  const { state, look, watchdog } = watching();
  await look(1);
  expect(watchdog.lag).toBe(5);
  state.sign = 62;
  expect(await look(62)).toBe('the Kafka consumer makes no progress while messages wait');
});

it('says nothing while there is progress, or nothing waits', async () => {
  const { state, look } = watching();
  await look(1);
  state.position = 6;
  state.sign = 50;
  expect(await look(50)).toBeUndefined();
  state.position = 10;
  state.sign = 200;
  expect(await look(200)).toBeUndefined();
});

it('holds nothing against a consumer whose handler fails', async () => {
  const { state, look } = watching();
  await look(1);
  state.excused = true;
  state.sign = 100;
  expect(await look(100)).toBeUndefined();
});

it('holds nothing against a consumer while Kafka is away', async () => {
  const { state, look } = watching();
  state.reachable = false;
  expect(await look(1_000)).toBeUndefined();
  state.reachable = true;
  expect(await look(1_010)).toBeUndefined();
  expect(await look(1_080)).toBe('the Kafka consumer shows no sign of life');
});
