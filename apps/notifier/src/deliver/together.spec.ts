import { describe, expect, it } from '@jest/globals';
import { Together } from './together.js';

describe('doing together', () => {
  it('runs what is asked for at once in one run, within its bound', async () => {
    const runs: number[][] = [];
    const together = new Together((items: readonly number[]) => {
      runs.push([...items]);
      return Promise.resolve(items.map((item) => item * 2));
    }, 3);
    expect(await Promise.all([1, 2, 3, 4].map((item) => together.do(item)))).toEqual([2, 4, 6, 8]);
    expect(runs).toEqual([[1, 2, 3], [4]]);
  });

  it('collects what is asked for while a run is under way', async () => {
    const runs: number[][] = [];
    let release = (): void => undefined;
    const together = new Together(async (items: readonly number[]) => {
      runs.push([...items]);
      if (runs.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return items;
    }, 10);
    const first = together.do(1);
    await Promise.resolve();
    await Promise.resolve();
    const others = [together.do(2), together.do(3)];
    release();
    expect(await Promise.all([first, ...others])).toEqual([1, 2, 3]);
    expect(runs).toEqual([[1], [2, 3]]);
  });

  it('lets nobody pay for another’s fault', async () => {
    const together = new Together((items: readonly number[]) => {
      if (items.includes(2)) return Promise.reject(new Error('no twos'));
      return Promise.resolve(items);
    }, 10);
    const results = await Promise.allSettled([1, 2, 3].map((item) => together.do(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await together.do(4)).toBe(4);
  });
});
