import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { ConsoleClient } from './console-client.js';

/** What the command line says beside its data when a console answers three times with these headers. */
async function saidBeside(headers: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(200, headers).end('{"items": []}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  let said = '';
  const err = { write: (text: string) => void (said += text), isTerminal: false };
  try {
    const client = await ConsoleClient.from({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: 'tmk_any' }, { err });
    for (const path of ['/v1/gaps', '/v1/gaps', '/v1/feeds']) expect(await client.get(path)).toEqual({ outcome: 'answered', body: { items: [] } });
  } finally {
    server.close();
  }
  return said;
}

it('says DEMO once when the console shows a demo, and nothing otherwise', async () => {
  expect(await saidBeside({ 'Tickmark-Origin': 'demo' })).toBe('DEMO: an invented company and an invented story, received on a simulated clock\n');
  expect(await saidBeside({})).toBe('');
});
