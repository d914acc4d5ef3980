import { createLogger, dieOnUnexpectedErrors, endOnSignals, parseConfig, printableConfig, runMain } from '@tickmark/platform';
import { createNotifier } from './create-notifier.js';
import { notifierEnvironment } from './notifier.config.js';
import type { NotifierConfig } from './notifier.config.js';

async function main(): Promise<void> {
  const config = parseConfig(notifierEnvironment);
  const logger = createLogger('notifier', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printable(config) }, 'starting');
  const notifier = await createNotifier(config, { logger });
  endOnSignals({ logger, steps: [{ name: 'notifier', run: () => notifier.close() }] });
  const port = await notifier.listen(config.NOTIFIER_PORT, config.TICKMARK_HOST);
  logger.info({ port }, 'ready');
}

/** A webhook's path can be as good as a password. */
function printable(config: NotifierConfig): Record<string, unknown> {
  const { TICKMARK_WEBHOOK_URL: url, ...rest } = config;
  return printableConfig({ ...rest, TICKMARK_WEBHOOK_URL: url === undefined || !URL.canParse(url) ? url : new URL(url).origin });
}

runMain(main);
