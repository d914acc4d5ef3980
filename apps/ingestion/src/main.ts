import { KafkaBatchSender } from '@tickmark/messaging';
import { createLogger, dieOnUnexpectedErrors, endOnSignals, parseConfig, printableConfig, runMain } from '@tickmark/platform';
import { createIngestion } from './create-ingestion.js';
import { loadEventTypes } from './event-types.js';
import { ingestionEnvironment } from './ingestion.config.js';

async function main(): Promise<void> {
  const config = parseConfig(ingestionEnvironment);
  const logger = createLogger('ingestion', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printableConfig(config) }, 'starting');
  const validate = await loadEventTypes(config.TICKMARK_CATALOGUE_PATH);
  const sender = new KafkaBatchSender({
    brokers: config.KAFKA_BROKERS,
    clientId: 'tickmark-ingestion',
    topicPrefix: config.TICKMARK_TOPIC_PREFIX,
    logger,
  });
  const ingestion = await createIngestion({ config, validate, sender, logger });
  endOnSignals({
    logger,
    steps: [
      { name: 'ingestion', run: () => ingestion.close() },
      { name: 'kafka', run: () => sender.close() },
    ],
  });
  const port = await ingestion.listen(config.INGESTION_PORT, config.TICKMARK_HOST);
  logger.info({ port }, 'ready');
}

runMain(main);
