import type { Logger } from '@tickmark/platform';
import { Redis } from 'ioredis';

export interface JobSettings {
  readonly redisUrl: string;
  /** Put before every key of the queue: several installations, or tests, share one Redis. */
  readonly prefix: string;
  readonly name: string;
  readonly logger: Logger;
}

const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;
const RECONNECT_MOST_MS = 2_000;

const retryStrategy = (times: number): number => Math.min(times * 100, RECONNECT_MOST_MS);

/** For single commands: what cannot be done now fails now, nothing is queued up in this process. */
export function commandClient(settings: JobSettings): Redis {
  const client = new Redis(settings.redisUrl, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy,
  });
  return heard(client, settings);
}

/** For waiting: blocks on the queue and goes on by itself when Redis is back. */
export function waitingClient(settings: JobSettings): Redis {
  const client = new Redis(settings.redisUrl, { connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null, retryStrategy });
  return heard(client, settings);
}

/** It connects again by itself; that it is away shows in /readyz. */
function heard(client: Redis, { logger, name }: JobSettings): Redis {
  client.on('error', (error: Error) => {
    logger.debug({ queue: name, code: codeOf(error) }, 'redis connection');
  });
  return client;
}

/** Messages of the client can repeat the address, with its password. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
