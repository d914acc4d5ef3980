// Brings database and topics up to date and seeds what is missing, before the apps start; also the first thing that
// runs in the images. Configuration comes from the environment only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Fault, runEntry } from './setup/fault.mjs';
import { inRoot } from './setup/paths.mjs';

function required(name) {
  const value = process.env[name] ?? '';
  if (value === '') throw new Fault(`${name} is not set`);
  return value;
}

async function makeTopics() {
  const { ensureTopics } = await import('@tickmark/messaging');
  const { createLogger } = await import('@tickmark/platform');
  const settings = {
    brokers: required('KAFKA_BROKERS').split(','),
    clientId: 'tickmark-prepare',
    logger: createLogger('prepare', 'silent'),
    topicPrefix: process.env.TICKMARK_TOPIC_PREFIX ?? '',
  };
  await ensureTopics(settings, { replication: Number(process.env.TICKMARK_TOPIC_REPLICATION ?? 1) });
}

/** Makes sign-in, API keys, the ready-made feed and the catalogue's first version, where they are missing. */
function seed() {
  const entry = inRoot('apps', 'console', 'dist', 'seed.js');
  if (!existsSync(entry)) return;
  const { status } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) throw new Fault('the database could not be seeded');
}

await runEntry(async () => {
  const { migrate } = await import('@tickmark/persistence');
  await Promise.all([migrate(required('DATABASE_URL')), makeTopics()]);
  seed();
  return 0;
});
