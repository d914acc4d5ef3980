import { createLogger, dieOnUnexpectedErrors, endOnSignals, parseConfig, printableConfig, runMain } from '@tickmark/platform';
import { createSealer } from './create-sealer.js';
import { sealerEnvironment } from './sealer.config.js';
import type { SealerConfig } from './sealer.config.js';

async function main(): Promise<void> {
  const config = parseConfig(sealerEnvironment);
  const logger = createLogger('sealer', config.LOG_LEVEL);
  dieOnUnexpectedErrors(logger);
  logger.info({ config: printable(config) }, 'starting');
  const sealer = await createSealer(config, logger);
  endOnSignals({ logger, steps: [{ name: 'sealer', run: () => sealer.close() }] });
  const port = await sealer.listen(config.SEALER_PORT, config.TICKMARK_HOST);
  logger.info({ port }, 'ready');
}

/** A webhook's path can be as good as a password. */
function printable(config: SealerConfig): Record<string, unknown> {
  const { TICKMARK_CHECKPOINT_WEBHOOK_URL: url, ...rest } = config;
  const origin = url === undefined || !URL.canParse(url) ? url : new URL(url).origin;
  return printableConfig({ ...rest, TICKMARK_CHECKPOINT_WEBHOOK_URL: origin });
}

runMain(main);
