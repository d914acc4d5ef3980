import { createServer } from 'node:net';
import { Fault } from '../setup/fault.mjs';

// Below the range that the kernel gives to outgoing connections, so that a stopped server finds its port free again.
const FREE_FROM = 20_000;
const FREE_COUNT = 12_000;

export function isFree(port, host = '0.0.0.0') {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const given = new Set();

export async function freePort() {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = FREE_FROM + Math.floor(Math.random() * FREE_COUNT);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
  throw new Fault('no free port was found between 20000 and 32000');
}

/** `ports` is a list of `{ what, variable, port }`; every one that is taken is named. */
export async function requireFree(ports) {
  const taken = [];
  for (const { what, variable, port } of ports) {
    if (!(await isFree(port))) taken.push(`port ${port} (${what}) is already taken; set ${variable} to another one`);
  }
  if (taken.length > 0) throw new Fault(taken.join('\ntickmark: '));
}

export function portFrom(variable, fallback) {
  const text = process.env[variable] ?? '';
  if (text === '') return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Fault(`${variable}=${text} is no port`);
  return port;
}
