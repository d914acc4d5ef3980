import { describe, expect, it } from '@jest/globals';
import type { Queryable } from '@tickmark/persistence';
import { FeedDirectory } from './feed-directory.js';
import { SecretBox } from './secret-box.js';

const away = { query: () => Promise.reject(new Error('asked the database')) } as unknown as Queryable;

describe('the directory of feeds', () => {
  const directory = new FeedDirectory(away, { now: () => 0 }, new SecretBox(Buffer.alloc(32)));

  it.each(['\0', 'a\0b', 'Upper', '', 'a'.repeat(64)])('does not ask for the name %j, which no feed can have', async (name) => {
    expect(await directory.byName(name)).toBeUndefined();
  });

  it('asks for a name that a feed can have', async () => {
    await expect(directory.byName('git-hub-1')).rejects.toThrow('asked the database');
  });
});
