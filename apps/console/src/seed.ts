import { Database } from '@tickmark/persistence';
import { parseConfig, runMain, settings, systemClock } from '@tickmark/platform';
import { z } from 'zod';
import { seedAccess } from './seeding/seed-access.js';

const seedEnvironment = z.object({
  DATABASE_URL: settings.DATABASE_URL,
  TICKMARK_CREDENTIALS_FILE: z.string().min(1).default('.tickmark/credentials.json'),
});

/** Run after migration, each time: what is there stays. */
async function main(): Promise<void> {
  const config = parseConfig(seedEnvironment);
  const database = new Database({ url: config.DATABASE_URL, app: 'seed' });
  try {
    await seedAccess({ database, clock: systemClock, credentialsPath: config.TICKMARK_CREDENTIALS_FILE });
  } finally {
    await database.close();
  }
}

runMain(main);
