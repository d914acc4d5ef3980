import { createLogger, dieOnUnexpectedErrors, endOnSignals, foldersOf, parseConfig, printableConfig, readCatalogue, runMain } from '@tickmark/platform';
import { createEvaluator } from './create-evaluator.js';
import { evaluatorEnvironment } from './evaluator.config.js';

const DEAD = 70;

async function main(): Promise<void> {
  const config = parseConfig(evaluatorEnvironment);
  const logger = createLogger('evaluator', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printableConfig(config) }, 'starting');
  const folders = foldersOf(config.TICKMARK_CATALOGUE_PATH);
  const evaluator = await createEvaluator({
    config,
    logger,
    catalogue: () => readCatalogue(folders),
    onDead: (reason) => {
      logger.fatal({ reason }, 'ending, so that a new process takes over');
      process.exit(DEAD);
    },
  });
  process.on('SIGHUP', () => evaluator.reload());
  endOnSignals({ logger, steps: [{ name: 'evaluator', run: () => evaluator.close() }] });
  const port = await evaluator.listen(config.EVALUATOR_PORT, config.TICKMARK_HOST);
  logger.info({ port }, 'ready');
}

runMain(main);
