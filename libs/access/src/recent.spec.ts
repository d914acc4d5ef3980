import { describe, expect, it } from '@jest/globals';
import { Recent } from './recent.js';

function aRecent(load: (key: string) => Promise<string>, most = 10) {
  const clock = { nowMs: 0, now: () => clock.nowMs };
  return { clock, recent: new Recent<string>({ clock, keepMs: 1_000, most, load }) };
}

describe('what was looked up a moment ago', () => {
  it('is asked for once by callers at the same time, and again when it is old', async () => {
    const asked: string[] = [];
    const { clock, recent } = aRecent((key) => {
      asked.push(key);
      return Promise.resolve(`${key}!`);
    });
    expect(await Promise.all([recent.get('a'), recent.get('a')])).toEqual(['a!', 'a!']);
    clock.nowMs = 999;
    await recent.get('a');
    expect(asked).toEqual(['a']);
    clock.nowMs = 1_000;
    await recent.get('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('is not kept when the look-up failed', async () => {
    let answers = 0;
    const { recent } = aRecent(() => {
      answers += 1;
      return answers === 1 ? Promise.reject(new Error('away')) : Promise.resolve('there');
    });
    await expect(recent.get('a')).rejects.toThrow('away');
    expect(await recent.get('a')).toBe('there');
  });

  it('is bounded: the oldest goes first', async () => {
    const asked: string[] = [];
    const { recent } = aRecent((key) => {
      asked.push(key);
      return Promise.resolve(key);
    }, 2);
    for (const key of ['a', 'b', 'c', 'b', 'a']) await recent.get(key);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
