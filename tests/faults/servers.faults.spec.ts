import { expect, test } from '@jest/globals';
import type { ServerName } from '@tickmark/testing';
import { testServers } from '@tickmark/testing';

test.each<ServerName>(['postgres', 'redis', 'kafka'])(
  '%s can be killed and comes back at the same address',
  async (name) => {
    const before = (await testServers.list()).find((server) => server.name === name);
    expect(await testServers.kill(name)).toMatchObject({ running: false });
    const after = await testServers.start(name);
    expect(after).toMatchObject({ running: true, url: before?.url });
    expect(after.pid).not.toBe(before?.pid);
  },
  60_000,
);
