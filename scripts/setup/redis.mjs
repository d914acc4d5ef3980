import { existsSync } from 'node:fs';
import { Fault, say } from './fault.mjs';
import { onPath, runCommand } from './run-command.mjs';

const HOW = 'install redis-server yourself, or set REDIS_URL to a Redis that runs';

/** The path of redis-server, installed by apt where it is missing. */
export async function findRedis() {
  const found = onPath('redis-server');
  if (found !== undefined) return found;
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) throw new Fault(`Redis is missing: ${HOW}`);
  say('Installing Redis (apt-get) ...');
  // RUNLEVEL=1 keeps the package from starting a server of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await runCommand('apt-get', ['update', '-qq'], { env });
  const { code, output } = await runCommand('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env });
  const installed = onPath('redis-server');
  if (code !== 0 || installed === undefined) throw new Fault(`Redis could not be installed: ${HOW}\n${output}`);
  return installed;
}
