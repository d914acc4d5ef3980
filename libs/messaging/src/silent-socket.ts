import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** Longer than the broker ever takes to answer: it holds a join for the whole time that a rebalance may take. */
const SILENT_MS = 20_000;
const LOOKS = 10;
const KEEP_ALIVE_MS = 10_000;

/**
 * Ends a connection on which something was asked and nothing comes back. kafkajs fails the request and asks again on the
 * same connection: one that is dead without either end having been told would stay dead for many minutes.
 */
export function endWhenSilent(socket: Socket, silentMs: number = SILENT_MS): Socket {
  let askedMs: number | undefined;
  const write = socket.write.bind(socket) as (...given: readonly unknown[]) => boolean;
  socket.write = (...given: readonly unknown[]) => {
    askedMs ??= performance.now();
    return write(...given);
  };
  socket.on('data', () => {
    askedMs = undefined;
  });
  const looking = setInterval(() => {
    if (askedMs === undefined || performance.now() - askedMs < silentMs) return;
    socket.destroy(new Error(`nothing came back for ${silentMs} ms`));
  }, silentMs / LOOKS).unref();
  socket.once('close', () => clearInterval(looking));
  return socket;
}

/** As kafkajs connects by itself, but no connection stays that is silent. */
export const connectUnlessSilent: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // Without TLS it is null or false, whatever the type says.
  const settings = ssl as typeof ssl | null | false | undefined;
  const isPlain = settings === null || settings === false || settings === undefined;
  const socket = isPlain ? connect({ host, port }, onConnect) : connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...settings }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return endWhenSilent(socket);
};
