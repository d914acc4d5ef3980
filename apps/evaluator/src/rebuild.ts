import { Database } from '@tickmark/persistence';
import { createLogger, parseConfig, runMain, settings, systemClock } from '@tickmark/platform';
import { z } from 'zod';
import { LiveCatalogues } from './catalogue/read-live-catalogue.js';
import { Judging } from './judging/judging.js';
import { RebuildTimelines } from './use-cases/rebuild-timelines.js';

const rebuildEnvironment = z.object({ DATABASE_URL: settings.DATABASE_URL, LOG_LEVEL: settings.LOG_LEVEL });

/** Run by an operator, beside running apps or without them; controls may be named. */
async function main(): Promise<void> {
  const config = parseConfig(rebuildEnvironment);
  const logger = createLogger('rebuild', config.LOG_LEVEL);
  const database = new Database({ url: config.DATABASE_URL, app: 'rebuild' });
  const catalogues = new LiveCatalogues();
  const judging = new Judging(database, catalogues, systemClock, () => undefined);
  try {
    for await (const rebuilt of new RebuildTimelines(judging, catalogues).run(process.argv.slice(2))) logger.info(rebuilt, 'rebuilt');
  } finally {
    await database.close();
  }
}

runMain(main);
