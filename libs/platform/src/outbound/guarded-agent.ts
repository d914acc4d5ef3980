import { lookup as lookupName } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction, Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { addressPolicy } from './address-rules.js';
import type { AddressRules } from './address-rules.js';

export class AddressRefused extends Error {
  constructor() {
    super('the address is private, link-local or otherwise not allowed');
    this.name = 'AddressRefused';
  }
}

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 4_000;
const CONNECTIONS_PER_RECEIVER = 64;

/** The resolver, so that a spec can answer like a name server that changes its mind. */
export type Resolve = (host: string, done: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

const systemResolve: Resolve = (host, done) => lookupName(host, { all: true }, (error, addresses) => done(error, addresses));

/**
 * Connects only where it may. The address is checked by the very look-up that the connection uses, so that a name that
 * changes between two look-ups gains nothing, and once more on the open socket. Redirects are never followed.
 */
export function guardedAgent(rules: AddressRules, resolve: Resolve = systemResolve): Agent {
  const mayConnect = addressPolicy(rules);
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    lookup: guardedLookup(mayConnect, resolve),
  });
  return new Agent({
    connections: CONNECTIONS_PER_RECEIVER,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: 16_384,
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      // A literal address is not looked up.
      if (isIP(host) !== 0 && !mayConnect(host)) {
        callback(new AddressRefused(), null);
        return;
      }
      connect({ ...options, hostname: host }, (error, socket) => {
        if (error !== null) callback(error, null);
        else handOver(socket, mayConnect, callback);
      });
    },
  });
}

function handOver(socket: Socket, mayConnect: (address: string) => boolean, callback: buildConnector.Callback): void {
  if (socket.remoteAddress !== undefined && mayConnect(socket.remoteAddress)) {
    callback(null, socket);
    return;
  }
  socket.destroy();
  callback(new AddressRefused(), null);
}

function guardedLookup(mayConnect: (address: string) => boolean, resolve: Resolve): LookupFunction {
  return (host, { all, family }, done) => {
    resolve(host, (error, addresses) => {
      if (error !== null) {
        done(error, '');
        return;
      }
      const wanted = addresses.filter((found) => family === undefined || family === 0 || found.family === family);
      const allowed = wanted.filter(({ address }) => mayConnect(address));
      const [first] = allowed;
      if (first === undefined) done(new AddressRefused(), '');
      else if (all === true) done(null, [...allowed]);
      else done(null, first.address, first.family);
    });
  };
}
