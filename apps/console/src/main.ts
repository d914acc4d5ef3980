import { createLogger, dieOnUnexpectedErrors, endOnSignals, parseConfig, printableConfig, runMain } from '@tickmark/platform';
import { consoleEnvironment } from './console.config.js';
import { createConsole } from './create-console.js';

async function main(): Promise<void> {
  const config = parseConfig(consoleEnvironment);
  const logger = createLogger('console', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printableConfig(config) }, 'starting');
  const console = await createConsole({ config, logger });
  endOnSignals({ logger, steps: [{ name: 'console', run: () => console.close() }] });
  const port = await console.listen(config.CONSOLE_PORT, config.TICKMARK_HOST);
  logger.info({ port }, 'ready');
}

runMain(main);
