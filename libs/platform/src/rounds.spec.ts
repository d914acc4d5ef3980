import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { eventually } from '@tickmark/testing';
import { Rounds } from './rounds.js';

describe('rounds of work', () => {
  it('go on after a round that failed, and say so once for each stretch', async () => {
    const lines: string[] = [];
    const rounds = new Rounds(createLogger('spec', 'warn', { write: (line) => void lines.push(line) }));
    let count = 0;
    rounds.start({
      name: 'count',
      everyMs: 1,
      work: () => {
        count += 1;
        return [2, 3, 4, 6].includes(count) ? Promise.reject(new Error('away')) : Promise.resolve();
      },
    });
    await eventually(() => expect(count).toBeGreaterThan(8));
    await rounds.stop();
    expect(lines.length).toBe(2);
  });

  it('stop at once, after the round that is under way', async () => {
    const rounds = new Rounds(createLogger('spec', 'silent'));
    const done: string[] = [];
    rounds.start({ name: 'rare', everyMs: 3_600_000, work: () => Promise.resolve(void done.push('rare')) });
    await eventually(() => expect(done).toEqual(['rare']));
    await rounds.stop();
    expect(done).toEqual(['rare']);
  });
});
