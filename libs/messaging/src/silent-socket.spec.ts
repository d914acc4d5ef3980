import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { endWhenSilent } from './silent-socket.js';

const SILENT_MS = 60;

let server: Server;
const far: Socket[] = [];
afterEach(async () => {
  for (const socket of far.splice(0)) socket.destroy();
  server.close();
  await once(server, 'close');
});

async function connected(hears: (socket: Socket) => void): Promise<Socket> {
  server = createServer((socket) => {
    far.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => hears(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = endWhenSilent(connect((server.address() as AddressInfo).port, '127.0.0.1'), SILENT_MS);
  await once(socket, 'connect');
  return socket;
}

describe('a connection', () => {
  it('on which nothing comes back is ended, and says why', async () => {
    const socket = await connected(() => undefined);
    const ended = once(socket, 'error');
    socket.write('is anybody there?');
    expect(await ended).toMatchObject([{ message: 'nothing came back for 60 ms' }]);
    expect(socket.destroyed).toBe(true);
  });

  it('that is answered stays, and so does one that asks nothing', async () => {
    const socket = await connected((other) => other.write('yes'));
    socket.write('is anybody there?');
    await once(socket, 'data');
    await new Promise((resolve) => setTimeout(resolve, 3 * SILENT_MS));
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });
});
