import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';

const ANSWER_MS = 1_000;

/** Asks for PONG without a client; false while it still loads its file. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_MS });
    const finish = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (data) => finish(data.toString().startsWith('+PONG')));
    socket.on('timeout', () => finish(false));
    socket.on('error', () => finish(false));
  });
}

export function redisRecipe({ bin, dataDir, logDir, port }) {
  const data = path.join(dataDir, 'redis');
  mkdirSync(data, { recursive: true });
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: data,
    appendonly: 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const logFile = path.join(logDir, 'redis.log');
  return {
    name: 'redis',
    url: `redis://127.0.0.1:${port}`,
    port,
    logFile,
    answers: () => answers(port),
    spec: () => ({
      name: 'redis',
      command: bin,
      args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      env: { PATH: process.env.PATH },
      cwd: data,
      logFile,
      watched: false,
      stopSignal: 'SIGTERM',
      graceMs: 10_000,
      tier: 0,
    }),
  };
}
