import { fileURLToPath } from 'node:url';
import { parseConfig, runMain, settings } from '@tickmark/platform';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { z } from 'zod';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));
const ATTEMPTS = 5;

/** Brings the schema up to date as its owner; several callers at once wait for each other. */
export async function migrate(databaseUrl: string, say: (line: string) => void = () => undefined): Promise<void> {
  await withRetry(() =>
    runner({
      databaseUrl,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsTable: 'schema_migration',
      advisoryLockMode: 'wait',
      checkOrder: true,
      // Errors come as a rejection; the runner's own error lines repeat the whole file.
      logger: { debug: () => undefined, info: say, warn: say, error: () => undefined },
    }),
  );
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT ensure_partitions_ahead()');
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server: two databases migrated at once can meet there. */
async function withRetry(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await run();
      return;
    } catch (error) {
      const met = error instanceof Error && error.message.includes('tuple concurrently updated');
      if (!met || attempt === ATTEMPTS) throw error;
    }
  }
}

if (import.meta.main) {
  runMain(async () => {
    const { DATABASE_URL } = parseConfig(z.object({ DATABASE_URL: settings.DATABASE_URL }));
    await migrate(DATABASE_URL, (line) => void process.stderr.write(`${line}\n`));
  });
}
