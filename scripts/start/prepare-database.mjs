import { existsSync } from 'node:fs';
import { Fault } from '../setup/fault.mjs';
import { inRoot } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';

export async function migrateDatabase(databaseUrl) {
  const { migrate } = await import('@tickmark/persistence');
  if (migrate === undefined) return;
  await migrate(databaseUrl);
}

/** Makes sign-in, API keys, the ready-made feed and the catalogue's first version, where they are missing. */
export async function seedDatabase(env, { isEmpty }) {
  const seed = inRoot('apps', 'console', 'dist', 'seed.js');
  if (!existsSync(seed)) return;
  const { code, output } = await runCommand(process.execPath, [seed, ...(isEmpty ? ['--empty'] : [])], { env });
  if (code !== 0) throw new Fault(`the database could not be seeded:\n${output}`);
}
