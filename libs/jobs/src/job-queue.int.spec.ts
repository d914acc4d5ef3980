import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@tickmark/platform';
import { eventually, testAddress, uniqueName } from '@tickmark/testing';
import { Redis } from 'ioredis';
import { JobQueue } from './job-queue.js';
import { JobWorker } from './job-worker.js';
import type { JobSettings } from './redis.js';

const logger = createLogger('spec', 'silent');

describe('a queue of turns', () => {
  let settings: JobSettings;
  let queue: JobQueue;
  const worked: string[] = [];
  const workers: JobWorker[] = [];

  const startWorker = (work: (rowId: string) => Promise<void> = (rowId) => Promise.resolve(void worked.push(rowId))): void => {
    workers.push(new JobWorker({ ...settings, concurrency: 2 }, work));
  };

  beforeEach(async () => {
    settings = { redisUrl: testAddress('REDIS_URL'), prefix: uniqueName('spec'), name: 'notices', logger };
    queue = new JobQueue(settings);
    await eventually(() => queue.check());
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()));
    await queue.close();
    worked.length = 0;
  });

  it('gives each row to a worker once, though its turn was asked for twice', async () => {
    await queue.enqueue([{ rowId: 'a', turn: 1 }, { rowId: 'b', turn: 1 }]);
    await queue.enqueue([{ rowId: 'a', turn: 1 }]);
    startWorker();
    await eventually(() => expect([...worked].sort()).toEqual(['a', 'b']));
  });

  it('gives the next turn of a row also while the turn before is at work', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    startWorker((rowId) => {
      worked.push(rowId);
      return worked.length === 1 ? held : Promise.resolve();
    });
    await queue.enqueue([{ rowId: 'a', turn: 1 }]);
    await eventually(() => expect(worked).toEqual(['a']));
    await queue.enqueue([{ rowId: 'a', turn: 2 }]);
    await eventually(() => expect(worked).toEqual(['a', 'a']));
    release();
  });

  it('lets a turn that waits hold no other back', async () => {
    startWorker();
    await queue.enqueue([{ rowId: 'late', turn: 1, delayMs: 600 }, { rowId: 'now', turn: 1 }]);
    await eventually(() => expect(worked).toEqual(['now', 'late']));
  });

  it('gives a turn asked for again also when Redis kept its name and lost its place', async () => {
    await queue.enqueue([{ rowId: 'a', turn: 1 }]);
    const client = new Redis(settings.redisUrl);
    await client.del(`${settings.prefix}:notices:wait`, `${settings.prefix}:notices:marker`);
    client.disconnect();
    await queue.enqueue([{ rowId: 'a', turn: 1, again: 7 }]);
    startWorker();
    await eventually(() => expect(worked).toEqual(['a']));
  });

  it('tries again when the work fails around a row, and not without end', async () => {
    startWorker((rowId) => {
      worked.push(rowId);
      return Promise.reject(new Error('the database is away'));
    });
    await queue.enqueue([{ rowId: 'a', turn: 1 }]);
    await eventually(() => expect(worked).toEqual(['a', 'a', 'a']));
    const client = new Redis(settings.redisUrl);
    const left = () => client.keys(`${settings.prefix}:notices:a-1*`);
    await eventually(async () => expect(await left()).toEqual([]));
    client.disconnect();
  });

  it('carries the id of the row and nothing else', async () => {
    await queue.enqueue([{ rowId: 'a', turn: 1 }]);
    const client = new Redis(settings.redisUrl);
    expect(await client.hget(`${settings.prefix}:notices:a-1`, 'data')).toBe('{"rowId":"a"}');
    client.disconnect();
  });

  it('works on after Redis was emptied', async () => {
    startWorker();
    await queue.enqueue([{ rowId: 'lost', turn: 1, delayMs: 60_000 }]);
    const client = new Redis(settings.redisUrl);
    await client.del(...(await client.keys(`${settings.prefix}:*`)));
    client.disconnect();
    await queue.enqueue([{ rowId: 'lost', turn: 1 }]);
    await eventually(() => expect(worked).toEqual(['lost']));
  });

  it('says at once that Redis is away', async () => {
    const away = new JobQueue({ ...settings, redisUrl: 'redis://:hidden@127.0.0.1:1' });
    await expect(away.enqueue([{ rowId: 'a', turn: 1 }])).rejects.toThrow('Redis is not connected');
    await expect(away.check()).rejects.toThrow('not connected');
    await away.close();
  });
});
