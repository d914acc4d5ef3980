import { Redis } from 'ioredis';
import { testAddress } from './test-environment.js';

/** Deletes every key that begins with the prefix, as an emptied Redis would; says how many there were. */
export async function emptyQueue(prefix: string): Promise<number> {
  const client = new Redis(testAddress('REDIS_URL'));
  try {
    const keys = await client.keys(`${prefix}*`);
    return keys.length === 0 ? 0 : await client.del(...keys);
  } finally {
    client.disconnect();
  }
}
