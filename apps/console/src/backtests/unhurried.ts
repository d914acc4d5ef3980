import { setImmediate as turn } from 'node:timers/promises';

const AT_ONCE = 50;

/** One after the other, with a turn for everybody else every few. */
export async function* unhurried<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const [index, item] of items.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await turn();
    yield item;
  }
}
