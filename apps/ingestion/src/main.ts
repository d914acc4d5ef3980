import { KafkaBatchSender } from '@tickmark/messaging';
import { createLogger, dieOnUnexpectedErrors, endOnSignals, parseConfig, printableConfig, runMain } from '@tickmark/platform';
import { createIngestion } from './create-ingestion.js';
import { EventTypes } from './event-types.js';
import { ingestionEnvironment } from './ingestion.config.js';

/** As often as the evaluator looks at its catalogue. */
const TYPES_EVERY_MS = 5_000;

async function main(): Promise<void> {
  const config = parseConfig(ingestionEnvironment);
  const logger = createLogger('ingestion', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printableConfig(config) }, 'starting');
  const eventTypes = await EventTypes.load(config.TICKMARK_CATALOGUE_PATH);
  const sender = new KafkaBatchSender({
    brokers: config.KAFKA_BROKERS,
    clientId: 'tickmark-ingestion',
    topicPrefix: config.TICKMARK_TOPIC_PREFIX,
    logger,
  });
  const ingestion = await createIngestion({ config, eventTypes, sender, logger });
  const reload = (): void => void eventTypes.reload(logger);
  process.on('SIGHUP', reload);
  setInterval(reload, TYPES_EVERY_MS).unref();
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
