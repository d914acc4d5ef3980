import type { Logger } from '@tickmark/platform';
import kafkajs from 'kafkajs';
import type { Kafka, LogEntry } from 'kafkajs';
import { connectUnlessSilent } from './silent-socket.js';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
  /** Put before every topic's name: several installations, or tests, share one cluster. */
  readonly topicPrefix?: string;
}

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 15_000;

export function connectKafka({ brokers, clientId, logger }: KafkaSettings): Kafka {
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    socketFactory: connectUnlessSilent,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => writeEntry(logger, entry),
  });
}

/** kafkajs calls a lost connection an error; it heals by itself, so nobody is woken: what lasts shows in /readyz. */
function writeEntry(logger: Logger, { namespace, level, log }: LogEntry): void {
  const fields = { kafka: namespace, detail: log.message, cause: String(log['error'] ?? '') };
  if (level === kafkajs.logLevel.ERROR || level === kafkajs.logLevel.WARN) logger.warn(fields, 'kafka client');
  else logger.debug(fields, 'kafka client');
}

/** Runs `work` with an admin client of its own, so that a broken connection is never kept. */
export async function withAdmin<T>(kafka: Kafka, work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = kafka.admin({ retry: { retries: 1, initialRetryTime: 100 } });
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
