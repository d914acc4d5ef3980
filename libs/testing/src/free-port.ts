import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range that the kernel gives to outgoing connections: an app that starts again finds its port free.
const FREE_FROM = 20_000;
const FREE_COUNT = 12_000;
const ATTEMPTS_MAX = 100;

const given = new Set<number>();

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** A port on the loopback address that nothing listens on, another one at each call. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const port = FREE_FROM + Math.floor(Math.random() * FREE_COUNT);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free port was found');
}
