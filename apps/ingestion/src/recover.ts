import { TOPICS, controlEventMessage } from '@tickmark/contracts';
import type { EvidenceMessage } from '@tickmark/contracts';
import { decodeMessage, readTopic } from '@tickmark/messaging';
import { Database, SourceNames } from '@tickmark/persistence';
import { createLogger, parseConfig, runMain, settings, systemClock } from '@tickmark/platform';
import { z } from 'zod';
import { AppendGroup } from './append/append-group.js';
import { AppendLeaves } from './append/append-leaves.js';
import { RecoverEvidence } from './recover/recover-evidence.js';

const { DATABASE_URL, KAFKA_BROKERS, TICKMARK_TOPIC_PREFIX, LOG_LEVEL } = settings;
const recoverEnvironment = z.object({ DATABASE_URL, KAFKA_BROKERS, TICKMARK_TOPIC_PREFIX, LOG_LEVEL });
const SAY_EVERY_MS = 5_000;

/** Run by an operator after a restore, beside running apps or without them; running it again does no harm. */
async function main(): Promise<void> {
  const config = parseConfig(recoverEnvironment);
  const logger = createLogger('recover', config.LOG_LEVEL);
  const database = new Database({ url: config.DATABASE_URL, app: 'recover' });
  const appender = new AppendLeaves({ database, group: new AppendGroup(new SourceNames(database)), logger, listener: { committed: () => undefined } });
  const recover = new RecoverEvidence({ database, append: (request) => appender.append(request), now: () => systemClock.now() });
  const kafka = { brokers: config.KAFKA_BROKERS, clientId: 'tickmark-recover', topicPrefix: config.TICKMARK_TOPIC_PREFIX, logger };
  const telling = setInterval(() => logger.info(recover.counts, 'so far'), SAY_EVERY_MS);
  try {
    await readTopic(kafka, TOPICS.controlEvents, (messages) => recover.take(messages.flatMap(({ value }) => evidenceOf(value))));
    logger.info(recover.counts, 'everything that Kafka holds was looked at');
    if (recover.unknownFeeds.size > 0) logger.error({ feeds: [...recover.unknownFeeds] }, 'these feeds are not registered: register them under the same names and run this again');
  } finally {
    clearInterval(telling);
    await appender.stop();
    await database.close();
  }
}

/** Ticks, and what cannot be read: the evaluator made a dead letter of that. */
function evidenceOf(value: Uint8Array | null): readonly EvidenceMessage[] {
  const decoded = decodeMessage(controlEventMessage, value);
  return decoded.ok && decoded.value.kind === 'evidence' ? [decoded.value] : [];
}

runMain(main);
