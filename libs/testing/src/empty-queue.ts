import { Redis } from 'ioredis';
import { testAddress } from './test-environment.js';

/** One step, as FLUSHALL is: between listing and deleting no job may come that is half deleted. */
const EMPTY = `
local keys = redis.call('KEYS', ARGV[1])
for _, key in ipairs(keys) do redis.call('DEL', key) end
return #keys`;

/** Deletes every key that begins with the prefix, as an emptied Redis would; says how many there were. */
export async function emptyQueue(prefix: string): Promise<number> {
  const client = new Redis(testAddress('REDIS_URL'));
  try {
    return Number(await client.eval(EMPTY, 0, `${prefix}*`));
  } finally {
    client.disconnect();
  }
}
